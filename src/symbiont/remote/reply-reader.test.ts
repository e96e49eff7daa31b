import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import { createReplyReader } from './reply-reader.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('replies come in the order they were sent, however they are cut', async () => {
  const stream = new PassThrough();
  const reader = createReplyReader(stream, manualClock());
  for (const part of ['220 he', 'llo\r\n250-a\r', '\n250 b\r\n']) stream.write(part);
  expect(await reader.read(1_000)).toEqual({ code: 220, lines: ['hello'] });
  expect(await reader.read(1_000)).toEqual({ code: 250, lines: ['a', 'b'] });
});

test('a peer that answers what nobody asked is given up, and what it says is not kept', async () => {
  const stream = new PassThrough();
  const reader = createReplyReader(stream, manualClock());
  for (let count = 0; count < 100; count += 1) {
    stream.write('250 yes\r\n'.repeat(100));
    await turn();
  }
  expect(reader.lost()).toBe('replies without commands');
});
