import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Clock } from '../../ports/clock.ts';
import type { Spool } from '../../ports/message-text.ts';
import { openSpool } from './spool.ts';

let directory: string;
let spool: Spool;
let now = 0;
const clock: Clock = { now: () => now, at: () => () => {} };

beforeEach(async () => {
  now = Date.UTC(2026, 0, 2);
  directory = mkdtempSync(join(tmpdir(), 'spool-'));
  spool = await openSpool(join(directory, 'SPOOL'), clock);
});
afterEach(() => rmSync(directory, { recursive: true }));

async function write(...chunks: string[]): Promise<string> {
  const writer = await spool.create();
  for (const chunk of chunks) await writer.write(Buffer.from(chunk));
  return writer.commit();
}

async function read(spoolId: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of spool.read(spoolId)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('a text that is gone, and an id that is no id, are file not found', async () => {
  for (const spoolId of ['kx0000000-0123456789ab', '../../etc/passwd', '']) {
    await expect(read(spoolId)).rejects.toMatchObject({ ident: 'FNF' });
  }
  await expect(spool.linkTo('kx0000000-0123456789ab', join(directory, 'x'))).rejects.toMatchObject({
    ident: 'FNF',
  });
  await expect(spool.remove('../x')).rejects.toMatchObject({ ident: 'FNF' });
});

test('what is not committed is not there; what is abandoned leaves nothing', async () => {
  const writer = await spool.create();
  await writer.write(Buffer.from('half'));
  expect(await spool.list()).toEqual([]);
  await writer.abandon();
  expect(readdirSync(join(directory, 'SPOOL'))).toEqual([]);
});

test('a text is read as it was written, by its owner only', async () => {
  const spoolId = await write('one', 'two');
  expect(await read(spoolId)).toBe('onetwo');
  const [name] = readdirSync(join(directory, 'SPOOL'));
  expect(statSync(join(directory, 'SPOOL', name!)).mode & 0o777).toBe(0o600);
  expect(await spool.list()).toEqual([spoolId]);
});

test('removing is done once and does no harm twice', async () => {
  const spoolId = await write('text');
  await spool.remove(spoolId);
  await spool.remove(spoolId);
  expect(await spool.list()).toEqual([]);
});

test('a link outlives the text, and replaces what an earlier attempt left', async () => {
  const spoolId = await write('text');
  const path = join(directory, 'MAIL$1.MAI');
  writeFileSync(path, 'left by a crash');
  await spool.linkTo(spoolId, path);
  await spool.linkTo(spoolId, path);
  await spool.remove(spoolId);
  expect(readFileSync(path, 'utf8')).toBe('text');
  expect(readdirSync(directory).sort()).toEqual(['MAIL$1.MAI', 'SPOOL']);
});

test('old texts are listed, finished or not; young and foreign files are not', async () => {
  const finished = await write('text');
  const unfinished = await spool.create();
  await unfinished.write(Buffer.from('half'));
  writeFileSync(join(directory, 'SPOOL', 'README'), 'not ours');
  now += 1_000;
  await write('young');
  const old = await spool.list(now);
  expect(old).toHaveLength(2);
  expect(old).toContain(finished);
  for (const each of old) await spool.remove(each);
  expect(await spool.list()).toHaveLength(1);
  await unfinished.abandon();
});
