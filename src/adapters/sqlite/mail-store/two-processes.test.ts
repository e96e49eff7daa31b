import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { everyId } from '../../../ports/mail-store.ts';
import { openMailStore } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'mail-store-processes-'));
afterAll(() => rmSync(root, { recursive: true }));

const ROUNDS = 60;

it('two processes deliver, move and purge at once: nothing lost, doubled or miscounted, and nobody sees a lock', async () => {
  const file = join(root, 'VMSMAIL.DAT');
  const program = join(import.meta.dirname, '../../../../test/support/mail-store-process.ts');
  const run = async (number: number): Promise<number> => {
    const args = [program, file, join(root, 'texts'), String(number), String(ROUNDS)];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
    expect(stderr).toBe('');
    return Number(stdout);
  };
  const purged = (await Promise.all([run(1), run(2)])).reduce((sum, each) => sum + each);

  const store = openMailStore({ file, textDirectory: join(root, 'texts') });
  const { id } = (await store.mailFile('SMITH', 'MAIL.MAI'))!;
  let found = 0;
  const subjects = new Set<string>();
  for (const folder of await store.folders(id)) {
    const records = await store.messages(id, await everyId(store.select(id, folder.name)));
    expect(records.length).toBe(folder.count);
    expect(new Set(records.map((each) => each!.uid)).size).toBe(folder.count);
    for (const each of records) subjects.add(each!.subject);
    found += records.length;
  }
  expect(subjects.size).toBe(found);
  expect(found + purged).toBe(3 * ROUNDS);
  const counted = (await store.profile('SMITH'))?.newMailCount;
  expect(await store.recountNewMail('SMITH')).toBe(counted);
  await store.close();
}, 60_000);
