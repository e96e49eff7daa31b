/** What was deleted gives its room back to the file system, and nothing else happens to what is there. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { bootNode } from '../../src/images/boot-node.ts';
import { vmsmail } from '../support/process-node.ts';

const root = mkdtempSync(join(tmpdir(), 'vmsmail-compress-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const mailDatabase = join(root, 'SYSEXE', 'VMSMAIL.DAT');
const compress = () => vmsmail(['compress', '--root', root]);

/** As the files are without their logs. */
const sizeOf = (file: string): number => statSync(file).size;

test('databases become as small as what is in them', async () => {
  expect(await compress()).toMatchObject({ status: 1, stderr: `vmsmail: there is no node in ${root}\n` });
  const node = await bootNode({ root });
  await node.addUser('SMITH');
  const deliver = (folder: string, count: number) =>
    node.mailStore.deliver(
      Array.from({ length: count }, (_, index) => ({
        owner: 'SMITH',
        folder,
        isNew: false,
        receivedAt: index,
        from: 'JONES',
        to: 'SMITH',
        cc: '',
        subject: `${folder} ${index}`,
        text: { kind: 'inline', bytes: Buffer.alloc(20_000, `${index} `) } as const,
        format: 'records' as const,
      })),
    );
  await deliver('MEMOS', 50);
  await deliver('RUBBISH', 500);
  const { id } = (await node.mailStore.mailFile('SMITH', 'MAIL.MAI'))!;
  await node.mailStore.purge(id, 'RUBBISH');
  expect(await compress()).toMatchObject({
    status: 1,
    stderr: `vmsmail: a node is running on ${root}: stop it first\n`,
  });
  await node.stop();

  // Somebody reads his mail meanwhile.
  const reader = new Sqlite(mailDatabase);
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM message').get();
  const writer = new Sqlite(mailDatabase);
  writer.exec('BEGIN IMMEDIATE');
  const inUse = await compress();
  expect(inUse).toMatchObject({ status: 1, stdout: '' });
  expect(inUse.stderr).toBe('vmsmail: SYSEXE/VMSMAIL.DAT was not compressed: somebody is using it\n');
  writer.close();
  reader.close();

  const before = sizeOf(mailDatabase);
  const done = await compress();
  expect(done).toMatchObject({ status: 0, stderr: '' });
  expect(done.stdout).toMatch(/^SYSEXE\/VMSMAIL\.DAT: [\d.,]+ MB, was [\d.,]+ MB\n$/);
  expect(sizeOf(mailDatabase)).toBeLessThan(2_000_000);
  expect(before).toBeGreaterThan(8_000_000);
  expect(await compress()).toMatchObject({ status: 0, stdout: 'There is nothing to give back\n' });

  const again = await bootNode({ root });
  try {
    const folders = await again.mailStore.folders(id);
    expect(folders.map(({ name, count }) => [name, count])).toEqual([['MEMOS', 50]]);
    const chunks: Uint8Array[] = [];
    const ids = await again.mailStore.select(id, 'MEMOS');
    for await (const chunk of again.mailStore.readText(id, (await ids.slice(49, 1))[0]!)) chunks.push(chunk);
    ids.close();
    expect(Buffer.concat(chunks).toString()).toMatch(/^49 49 /);
  } finally {
    await again.stop();
  }
});
