import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Spool } from '../../ports/message-text.ts';
import { type ManualClock, manualClock } from '../memory/manual-clock.ts';
import { openSpool } from './spool.ts';

let directory: string;
let spool: Spool;
let clock: ManualClock;

beforeEach(async () => {
  clock = manualClock(Date.UTC(2026, 0, 2));
  directory = mkdtempSync(join(tmpdir(), 'spool-'));
  spool = await openSpool(join(directory, 'SPOOL'), clock);
});
afterEach(() => rmSync(directory, { recursive: true }));

async function write(...chunks: string[]): Promise<string> {
  const writer = spool.create();
  for (const chunk of chunks) await writer.write(Buffer.from(chunk));
  return writer.commit();
}

async function read(spoolId: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of spool.read({ spoolId })) chunks.push(chunk);
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

test('what is abandoned leaves nothing, whether it was written or not', async () => {
  const begun = spool.create();
  await begun.abandon();
  const writer = spool.create();
  await writer.write(Buffer.from('half'));
  await writer.abandon();
  expect(readdirSync(join(directory, 'SPOOL'))).toEqual([]);
  await expect(writer.write(Buffer.from('more'))).rejects.toThrow('abandoned');
});

test('much is taken without waiting, but not any amount', async () => {
  const writer = spool.create();
  const piece = Buffer.alloc(65_536, 'x');
  let waits = 0;
  for (let count = 0; count < 40; count++) {
    const wait = writer.write(piece);
    if (wait !== undefined) waits++;
    await wait;
  }
  expect(waits).toBeGreaterThan(2);
  expect(waits).toBeLessThan(40);
  expect(await spool.sizeBytes(await writer.commit())).toBe(40 * 65_536);
});

test('memory that is used up is given back, and only that', async () => {
  const usedUp = new Uint8Array(65_536).fill(0x61);
  const looked = new Uint8Array(65_536).fill(0x62);
  const whole = new Uint8Array(65_536).fill(0x63);
  const part = whole.subarray(0, 40_000);
  const writer = spool.create();
  for (const [chunk, isUsedUp] of [
    [usedUp, true],
    [looked, false],
    [part, true],
  ] as const)
    await writer.write(chunk, isUsedUp);
  const text = await read(await writer.commit());
  expect(text).toBe('a'.repeat(65_536) + 'b'.repeat(65_536) + 'c'.repeat(40_000));
  expect([usedUp, looked, whole].map(({ byteLength }) => byteLength)).toEqual([0, 65_536, 65_536]);
});

test('what cannot be written is told later: by a further piece, and by commit', async () => {
  rmSync(join(directory, 'SPOOL'), { recursive: true });
  const writer = spool.create();
  expect(writer.write(Buffer.from('text'))).toBeUndefined();
  await expect(writer.commit()).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(writer.write(Buffer.from('more'))).rejects.toMatchObject({ code: 'ENOENT' });
  await writer.abandon();
});

test('texts that are finished at the same time are all there', async () => {
  const texts = Array.from({ length: 30 }, (_, index) => `text ${index}`);
  const ids = await Promise.all(texts.map((each) => write(each, ' and more')));
  expect(await Promise.all(ids.map(read))).toEqual(texts.map((each) => `${each} and more`));
});

test('what an older version did not finish is an orphan of its age, and goes', async () => {
  writeFileSync(join(directory, 'SPOOL', 'k00000000-0123456789ab.NEW'), 'half');
  expect(await spool.list()).toEqual([]);
  expect(await spool.list(1e14)).toEqual(['k00000000-0123456789ab']);
  await spool.remove('k00000000-0123456789ab');
  expect(readdirSync(join(directory, 'SPOOL'))).toEqual([]);
});

test('a text is read as it was written, by its owner only', async () => {
  const spoolId = await write('one', 'two');
  expect(await read(spoolId)).toBe('onetwo');
  const [name] = readdirSync(join(directory, 'SPOOL'));
  expect(statSync(join(directory, 'SPOOL', name!)).mode & 0o777).toBe(0o600);
  expect(await spool.list()).toEqual([spoolId]);
});

test('a text begins otherwise than its file where it says so, and not at all without it', async () => {
  const spoolId = await write('one', 'two');
  const readWith = async (head: string, from: number): Promise<string> => {
    const chunks: Uint8Array[] = [];
    const beginning = { head: Buffer.from(head), from };
    for await (const chunk of spool.read({ spoolId, beginning })) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  expect(await readWith('another ', 0)).toBe('another onetwo');
  expect(await readWith('ano', 3)).toBe('anotwo');
  expect(await readWith('', 4)).toBe('wo');
  expect(await readWith('nothing else', 6)).toBe('nothing else');
  await spool.remove(spoolId);
  const chunks: Uint8Array[] = [];
  const reading = (async () => {
    const beginning = { head: Buffer.from('x'), from: 0 };
    for await (const chunk of spool.read({ spoolId, beginning })) chunks.push(chunk);
  })();
  await expect(reading).rejects.toMatchObject({ ident: 'FNF' });
  expect(chunks).toEqual([]);
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
  const unfinished = spool.create();
  await unfinished.write(Buffer.from('half'));
  writeFileSync(join(directory, 'SPOOL', 'README'), 'not ours');
  clock.advance(1_000);
  await write('young');
  const old = await spool.list(clock.now());
  expect(old).toHaveLength(2);
  expect(old).toContain(finished);
  for (const each of old) await spool.remove(each);
  expect(await spool.list()).toHaveLength(1);
  await unfinished.abandon();
});
