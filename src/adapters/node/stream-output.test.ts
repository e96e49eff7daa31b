import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createStreamOutput } from './stream-output.ts';

it('says when the reader is slow', async () => {
  let release = (): void => undefined;
  const slow = new Writable({
    highWaterMark: 10,
    write: (_chunk, _encoding, done) => {
      release = done;
    },
  });
  const output = createStreamOutput(slow);
  let waiting: unknown;
  for (let line = 0; line < 3_000 && waiting === undefined; line += 1) {
    waiting = output.writeLine('x'.repeat(100));
  }
  expect(waiting).toBeInstanceOf(Promise);
  release();
  await waiting;
});

it('ends quietly when nobody reads any more', async () => {
  const reader = spawn('true', { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(reader, 'exit');
  const output = createStreamOutput(reader.stdin);
  const gone = new Promise<void>((resolve) => output.onGone(resolve));
  for (let line = 0; line < 10; line += 1) await output.writeLine('nobody reads this');
  await output.flush();
  await gone;
  await output.writeLine('nor this');
});
