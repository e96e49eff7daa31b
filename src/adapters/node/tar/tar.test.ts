import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { headerOf } from './header.ts';
import { readTar, TarWriter } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'vmsmail-tar-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

type Member = readonly [path: string, text: string];

async function written(members: readonly Member[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const tar = new TarWriter(async (bytes) => void parts.push(Uint8Array.from(bytes)));
  await tar.directory('D', 1_000_000_000);
  for (const [path, text] of members) {
    const bytes = Buffer.from(text);
    await tar.file(
      { path, sizeBytes: bytes.byteLength, modifiedAt: 1_000_000_000, mode: 0o600 },
      pieces(bytes, 7),
    );
  }
  await tar.end();
  return Buffer.concat(parts);
}

async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += length) yield bytes.subarray(at, at + length);
}

async function read(bytes: Uint8Array, pieceLength = 100): Promise<Member[]> {
  const found: Member[] = [];
  for await (const member of readTar(pieces(bytes, pieceLength))) {
    const parts: Uint8Array[] = [];
    for await (const chunk of member.read()) parts.push(Uint8Array.from(chunk));
    if (member.kind === 'file') found.push([member.path, Buffer.concat(parts).toString()]);
  }
  return found;
}

const members: readonly Member[] = [
  ['D/A.TXT', 'text'],
  ['D/EMPTY.TXT;3', ''],
  [`D/${'LONG_NAME_'.repeat(20)}.TXT`, 'x'.repeat(512)],
  ['D/Größe.TXT', 'ä'.repeat(1_000)],
];

test('what is written is read', async () => {
  expect(await read(await written(members))).toEqual(members);
});

test('any names and texts come back, however the bytes arrive', async () => {
  const name = fc
    .string({ minLength: 1, maxLength: 220 })
    .filter((each) => !/[\0/]/.test(each) && each.isWellFormed());
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(name, fc.string()), { maxLength: 5 }),
      fc.integer({ min: 1, max: 700 }),
      async (some, length) => {
        const wanted = some.map(([path, text]) => [path, Buffer.from(text).toString()] as const);
        expect(await read(await written(wanted), length)).toEqual(wanted);
      },
    ),
    { numRuns: 60 },
  );
});

test('the tar of this machine reads it', async () => {
  const file = join(directory, 'a.tar');
  writeFileSync(file, await written(members));
  const { status, stderr } = spawnSync('tar', ['-xf', file, '-C', directory], { encoding: 'utf8' });
  expect(`${status} ${stderr}`).toBe('0 ');
  for (const [path, text] of members) expect(readFileSync(join(directory, path), 'utf8')).toBe(text);
  expect(statSync(join(directory, 'D/A.TXT')).mtimeMs).toBe(1_000_000_000_000);
});

test('a size beyond 8 GiB stands in a pax header', () => {
  const size = 2 ** 35 + 1;
  const header = headerOf({ kind: 'file', path: 'A', sizeBytes: size, modifiedAt: 0, mode: 0o600 });
  expect(header.toString('latin1')).toContain(`20 size=${size}\n`);
});

test('one that ends too early, or was changed, is an error', async () => {
  const whole = await written(members);
  for (const length of [0, 100, 600, 1_500, whole.byteLength - 1_024])
    await expect(read(whole.subarray(0, length)), String(length)).rejects.toThrow('it ends too early');
  const changed = Buffer.from(whole);
  changed.write('E', 0);
  await expect(read(changed)).rejects.toThrow('damaged');
});

test('links are refused', async () => {
  const file = join(directory, 'link.tar');
  spawnSync('sh', ['-c', 'ln -sf /etc/passwd l; tar --format=ustar -cf link.tar l'], { cwd: directory });
  await expect(read(readFileSync(file))).rejects.toThrow('neither a file nor a directory');
});
