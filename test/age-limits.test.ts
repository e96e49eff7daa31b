/** A whole node: junk and deleted mail go after the days that the site says, and nothing does before it says so. */
import { expect, test } from 'vitest';
import { manualClock } from '../src/adapters/memory/manual-clock.ts';
import { startFixture } from './support/node-fixture.ts';

const HOUR_MS = 3_600_000;

test('folders are emptied of what is old, where the site says so', async () => {
  const clock = manualClock(Date.UTC(2026, 9, 7, 12));
  await using fixture = await startFixture(['SMITH'], { clock });
  const put = (folder: string) =>
    fixture.node.mailStore.deliver([
      {
        owner: 'SMITH',
        folder,
        isNew: false,
        receivedAt: 0,
        from: 'JONES',
        to: 'SMITH',
        cc: '',
        subject: folder,
        text: { kind: 'inline', bytes: Buffer.from('text\n') },
        format: 'records',
      },
    ]);
  for (const folder of ['JUNK', 'MEMOS', 'WASTEBASKET']) await put(folder);
  const folders = async (): Promise<string[]> => {
    const { id } = (await fixture.node.mailStore.mailFile('SMITH', 'MAIL.MAI'))!;
    return (await fixture.node.mailStore.folders(id)).map(({ name }) => name);
  };
  const pass = async (days: number): Promise<void> => {
    for (let hours = 0; hours < days * 24; hours++) {
      clock.advance(HOUR_MS);
      // The look of that hour: its promises, and chunks between turns.
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    }
  };
  await pass(10);
  expect(await folders()).toEqual(['JUNK', 'MEMOS', 'WASTEBASKET']);
  await fixture.dcl('SYSTEM', 'TCPIP SET CONFIGURATION SMTP/JUNK_DAYS=5/WASTEBASKET_DAYS=2\n');
  await pass(1.9);
  expect(await folders()).toEqual(['JUNK', 'MEMOS', 'WASTEBASKET']);
  await pass(1.5);
  expect(await folders()).toEqual(['JUNK', 'MEMOS']);
  await pass(4);
  expect(await folders()).toEqual(['MEMOS']);
});
