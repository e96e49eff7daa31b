import { expect, it } from 'vitest';
import { memorySpool, startRig } from '../../test/support/symbiont-rig.ts';
import type { SpooledText } from '../ports/message-text.ts';

const MINUTE_MS = 60_000;
const failure = (code: string) => Object.assign(new Error(`${code}: read`), { code });

async function node(code = 'EIO') {
  const spool = memorySpool();
  const put = async (): Promise<SpooledText> => {
    const writer = spool.create();
    const bytes = Buffer.from(`Subject: x\r\n\r\n${'x'.repeat(70_000)}\r\n`);
    await writer.write(bytes);
    return { kind: 'file', spoolId: await writer.commit(), sizeBytes: bytes.length };
  };
  const bad = await put();
  const good = await put();
  const rig = await startRig({
    dependencies: {
      spool: {
        ...spool,
        async *read(text) {
          if (text.spoolId === bad.spoolId) throw failure(code);
          yield* spool.read(text);
        },
      },
    },
  });
  const entry = rig.assignment(['jones@pluto.acme.com'], '', { text: bad });
  /** @returns what became of it: minutes until the next attempt, or why it is kept */
  const tried = async (): Promise<number | string | undefined> => {
    const before = rig.outcomes.length;
    rig.process(entry);
    await rig.reported(before + 1);
    const { recipients, retainedOnError } = rig.outcomes[before]!;
    const outcome = recipients[0]?.outcome;
    if (outcome?.kind !== 'retry') return retainedOnError;
    const waitMs = outcome.at - rig.clock.now();
    rig.clock.advance(waitMs);
    return waitMs / MINUTE_MS;
  };
  const tries = async (count: number) => {
    const found: unknown[] = [];
    while (found.length < count) found.push(await tried());
    return found;
  };
  const readAnother = () => rig.run(rig.assignment(['jones@pluto.acme.com'], '', { text: good }));
  return { rig, tried, tries, readAnother };
}
const nine = Array.from({ length: 9 }, () => 1);

it('a text that alone cannot be read is given up after ten tries, and operators hear of it', async () => {
  const { rig, tries, readAnother } = await node();
  expect(await tries(5)).toEqual(nine.slice(0, 5));
  await readAnother();
  expect(await tries(5)).toEqual([...nine.slice(0, 4), 'EIO: read']);
  expect(rig.operatorMessages).toEqual(['Entry 1 retained on error: EIO: read']);
  // Somebody has released it.
  expect(await tries(2)).toEqual([1, 1]);
  await rig.symbiont.stop();
});

it('while nothing can be read mail waits for the disk, for as long as it may take', async () => {
  const { rig, tries, tried } = await node();
  expect(await tries(11)).toEqual([...nine, 60, 60]);
  let last: unknown = 60;
  while (last === 60) last = await tried();
  // The last attempt is at the end of the maximum interval.
  expect([last, await tried()]).toEqual([51, 'EIO: read']);
  await rig.symbiont.stop();
});

it('of a machine that is short of something mail waits, whatever is read meanwhile', async () => {
  const { rig, tries, readAnother } = await node('ENOSPC');
  await tries(5);
  await readAnother();
  expect(await tries(7)).toEqual([...nine.slice(0, 7)]);
  await rig.symbiont.stop();
});
