/**
 * Prints one job: its files, as often as PRINT says, with pages around them. A job that is suspended waits between two pages.
 * Source: queues.md §4.2, §7, §10.
 */
import { condition, isCondition, JBC, SYSTEM } from '../../condition/index.ts';
import { safeText } from '../../mime/safe-text.ts';
import type { FilePrintSettings, PrintPosition, PrintSettings, StartedJob } from '../../ports/batch.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import type { Printer } from '../../ports/printer.ts';
import { filePrintSettings } from '../../system/file-print-settings.ts';
import { formatTime } from '../../vms-time/index.ts';
import { layoutOf, pagesOf, type SeparationText, separationPage } from './print-pages.ts';
import type { PrintSuspension } from './suspension.ts';

export interface PrintJobDeps {
  /** Files its user may read. */
  readonly files: Pick<FileSystem, 'openRead' | 'lookup'>;
  readonly printer: Printer;
  readonly clock: Clock;
  readonly suspension: PrintSuspension;
  readonly signal: AbortSignal;
}

/** Throws what RMS says of a file, or the printer. The printer is closed then only when the job is whole. */
export async function printJob(job: StartedJob, deps: PrintJobDeps): Promise<void> {
  const { print } = job.batch;
  const { output } = job;
  if (print === undefined || output === undefined) throw condition(SYSTEM.ABORT);
  const { printer, signal } = deps;
  const work = (async () => {
    for (let copy = 0; copy < print.jobCount; copy++) await oneCopy(job, print, output, deps);
    await printer.close();
  })();
  // Given up while the printer takes its time.
  work.catch(() => {});
  const given = abortion(signal);
  try {
    await Promise.race([work, given.up]);
  } catch (error) {
    await printer.cancel();
    throw error;
  } finally {
    given.over();
  }
}

function abortion(signal: AbortSignal): { readonly up: Promise<never>; over(): void } {
  let abort = (): void => {};
  const up = new Promise<never>((_, reject) => {
    abort = () => reject(condition(JBC.JOBABORT));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  return { up, over: () => signal.removeEventListener('abort', abort) };
}

async function oneCopy(
  job: StartedJob,
  print: PrintSettings,
  output: NonNullable<StartedJob['output']>,
  deps: PrintJobDeps,
): Promise<void> {
  const { printer } = deps;
  const page = (text: SeparationText): Promise<void> => writePage(printer, separationPage(text, output.form));
  const aboutJob = jobWords(job, deps);
  if (output.jobBurst) await page({ title: 'Job', words: aboutJob });
  if (output.jobFlag) await page({ title: 'Job', words: aboutJob });
  for (const [index, file] of job.batch.files.entries()) {
    const own = filePrintSettings(print, index);
    const has = (pages: 'flag' | 'burst' | 'trailer'): boolean => {
      const wanted = own[pages] ?? output[pages];
      return wanted === 'all' || (wanted === 'one' && index === 0);
    };
    const aboutFile = [['File', safeText(file)] as const, ...aboutJob];
    for (let copy = 0; copy < own.copies; copy++) {
      if (has('burst')) await page({ title: 'File', words: aboutFile });
      if (has('flag')) await page({ title: 'File', words: aboutFile });
      await printFile(file, own, output, deps);
      if (has('trailer')) await page({ title: 'End of file', words: aboutFile });
    }
  }
  if (output.jobTrailer) await page({ title: 'End of job', words: aboutJob });
}

const jobWords = (
  { jobName, queueName, entry, userName, batch }: StartedJob,
  { clock }: PrintJobDeps,
): readonly (readonly [string, string])[] => [
  ['Job', `${safeText(jobName)} (queue ${queueName}, entry ${entry})`],
  ['User', userName],
  ['Printed', formatTime(clock.now()).slice(0, 20)],
  ...(batch.note === '' ? [] : [['Note', safeText(batch.note)] as const]),
];

async function printFile(
  file: string,
  print: FilePrintSettings,
  output: NonNullable<StartedJob['output']>,
  deps: PrintJobDeps,
): Promise<void> {
  const { files, printer, suspension, signal, clock } = deps;
  if (print.passAll ?? output.passAll) {
    for await (const record of recordsOf(files, file)) {
      // Text that is not laid out has no page to align the paper with.
      for (let at = await suspension.point(signal); at?.kind === 'align'; at = await suspension.point(signal))
        suspension.pause();
      await printer.write(`${record}\n`);
    }
    return;
  }
  const heading = (page: number): string =>
    `${safeText(file).padEnd(48)}  ${formatTime(clock.now()).slice(0, 17)}  Page ${page}`;
  const layout = layoutOf(print, output, heading);
  const first = print.firstPage ?? 1;
  const last = print.lastPage ?? Number.POSITIVE_INFINITY;
  for (let from = first; ; ) {
    const next = await printPages(from, last);
    if (next === undefined) return;
    from = Math.max(first, next);
  }

  /** @returns the page to go on with after a START/QUEUE that said where; undefined at the end */
  async function printPages(from: number, until: number): Promise<number | undefined> {
    let number = 0;
    for await (const page of pagesOf(recordsOf(files, file), layout)) {
      number += 1;
      if (number > until) return undefined;
      if (number < from) continue;
      const position = await suspension.point(signal);
      if (position?.kind === 'align') {
        await align(number, position);
        return number;
      }
      const target = position && (await pageAt(position, number));
      if (target !== undefined && target !== number) return target;
      await writePage(printer, page);
    }
    return undefined;
  }

  /** Pages from here on, to see where they come on the paper; then the job is suspended again, in front of them. */
  async function align(current: number, { pages, isMasked }: AlignPosition): Promise<void> {
    let number = 0;
    for await (const page of pagesOf(recordsOf(files, file), layout)) {
      number += 1;
      if (number < current) continue;
      if (number >= current + pages) break;
      if (signal.aborted) return;
      await writePage(printer, isMasked ? page.map(masked) : page);
    }
    suspension.pause();
  }

  /** Behind the last page is the end. */
  async function pageAt(position: Exclude<PrintPosition, AlignPosition>, current: number): Promise<number> {
    switch (position.kind) {
      case 'top':
        return first;
      case 'pages':
        return current + position.count;
      case 'search': {
        let number = 0;
        for await (const page of pagesOf(recordsOf(files, file), layout)) {
          number += 1;
          const wanted = position.text.toUpperCase();
          if (number >= current && page.some((line) => line.toUpperCase().includes(wanted))) return number;
        }
        return current;
      }
    }
  }
}

type AlignPosition = Extract<PrintPosition, { readonly kind: 'align' }>;

/** START/QUEUE/ALIGN=MASK. */
const masked = (line: string): string => line.replace(/\p{L}/gu, 'X').replace(/\p{Nd}/gu, '9');

async function* recordsOf(files: Pick<FileSystem, 'openRead'>, file: string): AsyncGenerator<string> {
  const reader = await files.openRead(file, 'read');
  try {
    for (;;) {
      const record = await reader.read();
      if (record === undefined) return;
      yield record;
    }
  } finally {
    await reader.close();
  }
}

const writePage = (printer: Printer, page: readonly string[]): Promise<void> =>
  printer.write(`${page.map((line) => `${line}\n`).join('')}\f`);

/** What the job ends with where printing it failed. */
export const failureStatus = (error: unknown): number =>
  isCondition(error) ? error.value : SYSTEM.ABORT.value;
