import { expect, test } from 'vitest';
import { inTime, processorMs } from './processor-time.ts';
import { SlowInputs } from './slow-inputs.ts';

const busyFor = (ms: number): void => {
  const until = processorMs() + ms;
  while (processorMs() < until);
};

test('an input that takes more than its size explains is found among others; one that only waits is not', async () => {
  const inputs = ['waits', 'works', 'neither'];
  const again = async (input: string): Promise<void> => {
    if (input === 'works') busyFor(150);
    if (input === 'waits') await new Promise((resolve) => setTimeout(resolve, 200));
  };
  const slow = new SlowInputs(again);
  await slow.note(inputs, 350);
  expect(slow.found.map(({ input }) => input)).toEqual(['works']);
  expect(slow.found[0]!.ms).toBeGreaterThanOrEqual(149);
});

test('what is large may take longer, and so may what has many commands', async () => {
  const again = async (): Promise<void> => busyFor(100);
  const slow = new SlowInputs(again, { anyMs: 10, lineMs: 20 });
  await slow.note(['x'.repeat(30_000)], 100);
  await slow.note(['NOOP\r\n'.repeat(10)], 100);
  expect(slow.found).toEqual([]);
  await slow.note(['NOOP\r\n'], 100);
  expect(slow.found).toHaveLength(1);
});

test('what only others have left behind is not held against an input', async () => {
  let left = 60;
  const again = async (input: string): Promise<void> => busyFor(input === 'works' ? 60 : left);
  const anew = async (): Promise<void> => {
    left = 1;
  };
  const slow = new SlowInputs(again, { anyMs: 20, lineMs: 0 }, anew);
  await slow.note(['looks', 'works'], 120);
  expect(slow.found.map(({ input }) => input)).toEqual(['works']);
});

test('what does not come to an end is late', async () => {
  expect(await inTime(new Promise(() => {}), 300)).toBe(false);
  expect(await inTime(Promise.resolve(), 300)).toBe(true);
});
