import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { PipeChannel } from './pipe-channel.ts';

/** More than a channel holds before a writer has to wait. */
const MANY = 300;

async function writeAll(channel: PipeChannel, name: string): Promise<string> {
  for (let line = 0; line < MANY; line += 1) await channel.writeLine(`${name} ${line}`);
  return name;
}

it('lets every writer go on that waits for the reader: a segment and what it has put in the background', async () => {
  const channel = new PipeChannel(() => {});
  const written = Promise.all([writeAll(channel, 'one'), writeAll(channel, 'two')]).then((names) => {
    channel.endWriting();
    return names;
  });
  let records = 0;
  while ((await channel.read()).kind === 'record') records += 1;
  expect(await written).toEqual(['one', 'two']);
  expect(records).toBe(2 * MANY);
});

it('lets every writer go when the reader has ended', async () => {
  let broken = 0;
  const channel = new PipeChannel(() => {
    broken += 1;
  });
  const written = Promise.all([writeAll(channel, 'one'), writeAll(channel, 'two')]);
  await setImmediate();
  channel.endReading();
  expect(await written).toEqual(['one', 'two']);
  expect(broken).toBeGreaterThan(0);
});

it('tells every reader that nothing more comes', async () => {
  const channel = new PipeChannel(() => {});
  const read = Promise.all([channel.read(), channel.read()]);
  channel.endWriting();
  expect(await read).toEqual([{ kind: 'endOfFile' }, { kind: 'endOfFile' }]);
});
