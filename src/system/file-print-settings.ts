/** How one file of a print job is printed: what stands behind it, else what the job has. Source: queues.md §7. */
import type { BatchJob, FilePrintSettings, OneFileSettings, PrintSettings } from '../ports/batch.ts';

export function filePrintSettings(print: PrintSettings, index: number): FilePrintSettings {
  const { isDeleted: _, ...own } = print.perFile?.[index] ?? {};
  return { ...print, ...own };
}

/** Is the file deleted when the job has ended? */
export const isFileDeleted = ({ print, deleteFiles = false }: BatchJob, index: number): boolean =>
  print?.perFile?.[index]?.isDeleted ?? deleteFiles;

/** SET ENTRY counts for all files: what is changed is of no file alone any more. */
export function changedPrintSettings(before: PrintSettings, change: Partial<PrintSettings>): PrintSettings {
  const changed = new Set(Object.keys(change));
  const rest = (own: OneFileSettings): OneFileSettings =>
    Object.fromEntries(Object.entries(own).filter(([field]) => !changed.has(field)));
  const { perFile } = before;
  return { ...before, ...change, ...(perFile === undefined ? {} : { perFile: perFile.map(rest) }) };
}
