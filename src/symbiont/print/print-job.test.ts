/** What a print symbiont writes, and where a suspended job goes on. */
import { expect, test } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import { condition, RMS } from '../../condition/index.ts';
import type { OutputSettings, PrintSettings, StartedJob } from '../../ports/batch.ts';
import type { Form } from '../../ports/queue-definitions.ts';
import { printJob } from './print-job.ts';
import { pagesOf } from './print-pages.ts';
import { PrintSuspension } from './suspension.ts';
import { watchedPrinter } from './watched-printer.ts';

const form: Form = {
  name: 'DEFAULT',
  number: 0,
  stock: 'DEFAULT',
  description: '',
  length: 3,
  width: 10,
  margins: { top: 0, bottom: 1, left: 0, right: 0 },
  truncate: true,
  wrap: false,
  sheetFeed: false,
  setup: [],
  pageSetup: [],
};

async function* records(...lines: string[]): AsyncGenerator<string> {
  yield* lines;
}
async function pages(
  lines: string[],
  shape: Partial<Form> = {},
  more: { feed?: boolean; space?: boolean } = {},
) {
  const found: (readonly string[])[] = [];
  const layout = { form: { ...form, ...shape }, feed: more.feed ?? true, space: more.space ?? false };
  for await (const page of pagesOf(records(...lines), layout)) found.push(page);
  return found;
}

test('lines, margins and form feeds make pages', async () => {
  expect(await pages([])).toEqual([[]]);
  expect(await pages(['a', 'b', 'c'])).toEqual([['a', 'b'], ['c']]);
  expect(await pages(['a', 'b', 'c'], {}, { feed: false })).toEqual([['a', 'b', 'c']]);
  expect(await pages(['a\fb', '\fc', 'd\f'])).toEqual([['a'], ['b'], ['c', 'd']]);
  expect(await pages(['a', 'b'], {}, { space: true })).toEqual([
    ['a', ''],
    ['b', ''],
  ]);
  expect(await pages(['a'], { margins: { top: 1, bottom: 1, left: 2, right: 0 } })).toEqual([['', '  a']]);
});

test('a line beyond the width is left out, goes on below, or is left to the printer', async () => {
  expect(await pages(['0123456789ABC'])).toEqual([['0123456789']]);
  expect(await pages(['0123456789ABC'], { wrap: true, truncate: false })).toEqual([['0123456789', 'ABC']]);
  expect(await pages(['0123456789ABC'], { truncate: false })).toEqual([['0123456789ABC']]);
  expect(await pages(['\ta'])).toEqual([['        a']]);
  expect(await pages(['ééééééééééé'])).toEqual([['éééééééééé']]);
});

const print: PrintSettings = { form: 'DEFAULT', jobCount: 1, copies: 1 };
const output: OutputSettings = {
  device: 'LPA0',
  processor: 'PRTSMB',
  form: { ...form, length: 2 },
  feed: true,
  passAll: false,
  flag: 'none',
  burst: 'none',
  trailer: 'none',
  jobFlag: false,
  jobBurst: false,
  jobTrailer: false,
};

/** Six pages of a line each; the printer stops the job behind page `pauseAfter`. */
async function printed(pauseAfter: number, resume: (suspension: PrintSuspension) => void, more = {}) {
  const suspension = new PrintSuspension();
  const written: string[] = [];
  const lines = ['one', 'two', 'three', 'four', 'five', 'six'];
  const openRead = async () => {
    const left = [...lines];
    return { read: async () => left.shift(), close: async () => {} };
  };
  let isPaused = false;
  const job = {
    entry: 1,
    queueName: 'LASER',
    jobName: 'A',
    userName: 'JONES',
    batch: { files: ['A.LIS'], note: '', print: { ...print, ...more } },
    output,
  } as unknown as StartedJob;
  const outcome = { closed: 0, cancelled: 0 };
  const aborting = new AbortController();
  await printJob(job, {
    files: { openRead, lookup: () => Promise.reject(condition(RMS.FNF)) },
    clock: manualClock(0),
    suspension,
    signal: aborting.signal,
    printer: {
      async write(text) {
        written.push(text.trim());
        if (written.length !== pauseAfter || isPaused) return;
        isPaused = true;
        suspension.pause();
        setTimeout(() => resume(suspension), 1);
      },
      close: async () => void outcome.closed++,
      cancel: async () => void outcome.cancelled++,
    },
  }).catch((error) => written.push(error.ident));
  return { written: written.join(' '), ...outcome };
}

test('a suspended job goes on where it was', async () => {
  expect(await printed(2, (each) => each.resume())).toEqual({
    written: 'one two three four five six',
    closed: 1,
    cancelled: 0,
  });
});

test('or so many pages on or back, at the top, or at a text', async () => {
  const at = async (position: Parameters<PrintSuspension['resume']>[0], more = {}) =>
    (await printed(3, (each) => each.resume(position), more)).written;
  expect(await at({ kind: 'pages', count: 1 })).toBe('one two three five six');
  expect(await at({ kind: 'pages', count: -2 })).toBe('one two three two three four five six');
  expect(await at({ kind: 'pages', count: -20 })).toBe('one two three one two three four five six');
  expect(await at({ kind: 'pages', count: 20 })).toBe('one two three');
  expect(await at({ kind: 'top' })).toBe('one two three one two three four five six');
  expect(await at({ kind: 'search', text: 'SIX' })).toBe('one two three six');
  expect(await at({ kind: 'search', text: 'nowhere' })).toBe('one two three four five six');
});

test('/PAGES counts for a job that goes back, too', async () => {
  const { written } = await printed(2, (each) => each.resume({ kind: 'top' }), { firstPage: 2, lastPage: 4 });
  expect(written).toBe('two three two three four');
});

test('/ALIGN prints pages to see where they come, and waits again in front of them', async () => {
  const twice = (position: Parameters<PrintSuspension['resume']>[0]) => (each: PrintSuspension) => {
    each.resume(position);
    setTimeout(() => each.resume(), 5);
  };
  const at = async (pages: number, isMasked: boolean) =>
    (await printed(2, twice({ kind: 'align', pages, isMasked }))).written;
  expect(await at(2, false)).toBe('one two three four three four five six');
  expect(await at(2, true)).toBe('one two XXXXX XXXX three four five six');
  expect(await at(20, true)).toBe('one two XXXXX XXXX XXXX XXX three four five six');
});

test('a printer that takes nothing for a minute has stalled, until it takes something', async () => {
  let taken = (): void => {};
  const heard: boolean[] = [];
  const slow = {
    write: () =>
      new Promise<void>((resolve) => {
        taken = resolve;
      }),
    close: async () => {},
    cancel: async () => {},
  };
  const clock = manualClock(0);
  const printer = watchedPrinter(slow, clock, (isStalled) => heard.push(isStalled));
  const writing = printer.write('a');
  clock.advance(60_000);
  taken();
  await writing;
  await printer.close();
  expect(heard).toEqual([true, false]);
});
