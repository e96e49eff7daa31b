/**
 * The output specification of COPY and RENAME: what it does not name, or names with `*`, comes from the input; `[X...]`
 * puts a tree of directories below another one. Source: DCL Dictionary, COPY and RENAME, output-file-spec.
 */
import { RMS, signal } from '../../../condition/index.ts';
import {
  completeSpecification,
  directoryComponents,
  type FileSpecification,
  formatDirectory,
  parseFileSpecification,
} from '../../../file-specification/index.ts';
import type { FileEntry } from '../../../ports/file-system.ts';
import type { ProcessContext } from '../../../system/process.ts';
import { expandSpecification } from '../../../system/resolve-file.ts';

export interface OutputName {
  /** Completed by the default directory; fields that are not named are ''. */
  readonly pattern: FileSpecification;
  /** As it was said. */
  readonly own: FileSpecification;
  /** Nothing of the name is said, or `*` stands in it: each input has an output of its own. */
  readonly isEach: boolean;
  /** The version comes from the input: `;*`. */
  readonly keepsVersion: boolean;
}

/** Throws RMS SYN, DIR, WLD. */
export function outputName(text: string, process: ProcessContext): OutputName {
  const base = parseFileSpecification(process.defaultDirectory);
  const [own = parseFileSpecification('')] = expandSpecification(text, process.logicalNames);
  const pattern = completeSpecification(own, base);
  const isOpen = (field: string): boolean => field === '' || field === '*' || field === '.*';
  for (const field of [pattern.name, pattern.type]) {
    if (!isOpen(field) && /(?<!\^)[*%]/.test(field)) signal(RMS.WLD);
  }
  const isUnnamed = pattern.name + pattern.type === '';
  return {
    pattern,
    own,
    isEach:
      isUnnamed || pattern.name === '*' || pattern.type === '.*' || /[*%]|\.\.\./.test(pattern.directory),
    keepsVersion: pattern.version === ';*',
  };
}

/**
 * Where one input goes; without a version unless one is given or kept.
 * @param wanted  the input specification, as completed: its fixed directories are what `...` of the output replaces
 */
export function nameFor(
  { pattern, keepsVersion }: OutputName,
  entry: FileEntry,
  wanted: FileSpecification,
): FileSpecification {
  const source = parseFileSpecification(entry.specification);
  const given = (field: string, own: string): string =>
    field === '' || field === '*' || field === '.*' ? own : field;
  return {
    ...pattern,
    directory: directoryFor(pattern.directory, source.directory, wanted.directory),
    name: given(pattern.name, source.name),
    type: given(pattern.type, source.type),
    version: keepsVersion
      ? source.version
      : pattern.version === ';' || pattern.version === ';0'
        ? ''
        : pattern.version,
  };
}

/** RENAME: where neither device nor directory is said the file stays in the directory it is in. */
export function newNameFor(name: OutputName, entry: FileEntry, wanted: FileSpecification): FileSpecification {
  const source = parseFileSpecification(entry.specification);
  const { device, directory } = name.own;
  const target = nameFor(name, entry, wanted);
  return {
    ...target,
    device: device === '' ? source.device : target.device,
    directory: directory === '' ? source.directory : target.directory,
  };
}

/** `[B...]` for [A.X.Y] that `[A...]` found is [B.X.Y]; `[*]` is the directory of the input. */
function directoryFor(pattern: string, source: string, wanted: string): string {
  const parts = directoryComponents(pattern) ?? signal(RMS.DIR);
  const wild = parts.findIndex((part) => part === '...' || /(?<!\^)[*%]/.test(part));
  if (wild === -1) return pattern;
  const from = directoryComponents(source) ?? [];
  if (parts[wild] !== '...' && parts[wild] !== '*') signal(RMS.WLD);
  if (wild !== parts.length - 1) signal(RMS.WLD);
  const fixed = (directoryComponents(wanted) ?? []).findIndex((part) => part === '...' || /[*%]/.test(part));
  const below = wild === 0 && parts[wild] === '*' ? from : from.slice(fixed === -1 ? from.length : fixed);
  return formatDirectory([...parts.slice(0, wild), ...below]);
}
