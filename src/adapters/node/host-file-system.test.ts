import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Condition } from '../../condition/index.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import { enterHeld, holdDirectory } from './files/host-directory.ts';
import { hostFileSystem } from './host-file-system.ts';

let root: string;
let outside: string;
let files: FileSystem;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'files-'));
  outside = mkdtempSync(join(tmpdir(), 'outside-'));
  files = hostFileSystem({ root, devices: (name) => (name === 'DKA1' ? outside : undefined) });
  await files.createDirectory('DKA0:[JONES.LETTERS]');
});
afterEach(() => {
  rmSync(root, { recursive: true });
  rmSync(outside, { recursive: true });
});

async function write(specification: string, ...records: string[]): Promise<string> {
  const writer = await files.create(specification);
  for (const record of records) await writer.write(record);
  await writer.close();
  return writer.specification;
}
async function contents(specification: string): Promise<string[]> {
  const reader = await files.openRead(specification);
  const records: string[] = [];
  for (let record = await reader.read(); record !== undefined; record = await reader.read())
    records.push(record);
  await reader.close();
  return records;
}
const found = async (specification: string): Promise<string[]> =>
  (await files.search(specification)).map((each) => each.specification);
const ident = async (action: Promise<unknown>): Promise<string> =>
  action.then(
    () => 'nothing',
    (error: unknown) => (error instanceof Condition ? error.ident : String(error)),
  );

describe('refused', () => {
  it.each([
    ['DKA0:[JONES]NONE.TXT', 'FNF'],
    ['DKA0:[NOBODY]A.TXT', 'DNF'],
    ['DKA9:[JONES]A.TXT', 'DEV'],
    ['DKA0:[JONES]../../etc/passwd', 'SYN'],
    ['DKA0:[JONES]*.TXT', 'WLD'],
    ['DKA0:[-]A.TXT', 'DIR'],
    ['DKA0:[JONES]^/ETC.TXT', 'SYN'],
    ['DKA0:[^.^.]PASSWD.TXT', 'FNM'],
    [`DKA0:[JONES]${'A'.repeat(250)}.TXT`, 'FNM'],
    ['NODE::DKA0:[JONES]A.TXT', 'DEV'],
  ])('%s', async (specification, want) => {
    expect(await ident(files.lookup(specification))).toBe(want);
    expect(await ident(files.create(specification).then((writer) => writer.close()))).toBe(
      want === 'FNF' ? 'nothing' : want,
    );
  });

  it('symbolic links, wherever they lead', async () => {
    writeFileSync(join(outside, 'SECRET.TXT'), 'x');
    symlinkSync(outside, join(root, 'JONES', 'OUT'));
    symlinkSync(join(outside, 'SECRET.TXT'), join(root, 'JONES', 'SECRET.TXT'));
    expect(await ident(files.openRead('DKA0:[JONES.OUT]SECRET.TXT'))).toBe('PRV');
    expect(await ident(files.openRead('DKA0:[JONES]SECRET.TXT'))).toBe('FNF');
    expect(await found('DKA0:[JONES...]*.*')).toEqual(['DKA0:[JONES]LETTERS.DIR;1']);
  });

  it('an existing version, and a directory that is not empty', async () => {
    await write('DKA0:[JONES]A.TXT');
    expect(await ident(files.create('DKA0:[JONES]A.TXT;1'))).toBe('FEX');
    expect(await ident(files.remove('DKA0:[000000]JONES.DIR;1'))).toBe('MKD');
    expect(await ident(files.openAppend('DKA0:[JONES]B.TXT'))).toBe('FNF');
  });
});

describe('versions', () => {
  it('a new one each time, and the plain host name is the highest', async () => {
    expect(await write('DKA0:[JONES]A.TXT', 'one')).toBe('DKA0:[JONES]A.TXT;1');
    expect(await write('dka0:[jones]a.txt', 'two')).toBe('DKA0:[JONES]A.TXT;2');
    expect(await write('SYS$SYSDEVICE:[JONES]A.TXT', 'three')).toBe('DKA0:[JONES]A.TXT;3');
    expect(readFileSync(join(root, 'JONES', 'A.TXT'), 'utf8')).toBe('three\n');
    expect(await contents('DKA0:[JONES]A.TXT')).toEqual(['three']);
    expect(await contents('DKA0:[JONES]A.TXT;1')).toEqual(['one']);
    expect(await contents('DKA0:[JONES]A.TXT;-1')).toEqual(['two']);
    expect(await found('DKA0:[JONES]A.TXT;*')).toEqual([3, 2, 1].map((n) => `DKA0:[JONES]A.TXT;${n}`));
    expect(await found('DKA0:[JONES]*.TXT')).toEqual(['DKA0:[JONES]A.TXT;3']);
  });
  it('the next one takes the place of a highest that is removed', async () => {
    for (const text of ['one', 'two']) await write('DKA0:[JONES]A.TXT', text);
    await files.remove('DKA0:[JONES]A.TXT;2');
    expect(readdirSync(join(root, 'JONES')).sort()).toEqual(['A.TXT', 'LETTERS']);
    expect(await contents('DKA0:[JONES]A.TXT;1')).toEqual(['one']);
  });
  it('a version keeps its number when others are removed', async () => {
    for (const text of ['one', 'two', 'three']) await write('DKA0:[JONES]A.TXT', text);
    await files.remove('DKA0:[JONES]A.TXT;2');
    expect(await ident(files.remove('DKA0:[JONES]A.TXT;2'))).toBe('FNF');
    expect(await found('DKA0:[JONES]A.TXT;*')).toEqual(['DKA0:[JONES]A.TXT;3', 'DKA0:[JONES]A.TXT;1']);
    await files.remove('DKA0:[JONES]A.TXT;1');
    expect(await found('DKA0:[JONES]*.*;*')).toEqual(['DKA0:[JONES]A.TXT;3', 'DKA0:[JONES]LETTERS.DIR;1']);
    expect(readFileSync(join(root, 'JONES', 'A.TXT'), 'utf8')).toBe('three\n');
    expect(await write('DKA0:[JONES]A.TXT')).toBe('DKA0:[JONES]A.TXT;4');
    await files.remove('DKA0:[JONES]A.TXT;4');
    expect(await found('DKA0:[JONES]A.TXT;*')).toEqual(['DKA0:[JONES]A.TXT;3']);
    await files.remove('DKA0:[JONES]A.TXT;3');
    expect(readdirSync(join(root, 'JONES'))).toEqual(['LETTERS']);
    expect(await write('DKA0:[JONES]A.TXT')).toBe('DKA0:[JONES]A.TXT;1');
  });
  it('one between others', async () => {
    await write('DKA0:[JONES]A.TXT;2', 'two');
    await write('DKA0:[JONES]A.TXT;5', 'five');
    expect(await write('DKA0:[JONES]A.TXT;3', 'three')).toBe('DKA0:[JONES]A.TXT;3');
    expect(await found('DKA0:[JONES]A.TXT;*')).toEqual([5, 3, 2].map((n) => `DKA0:[JONES]A.TXT;${n}`));
    expect(await contents('DKA0:[JONES]A.TXT')).toEqual(['five']);
  });
  it('renamed below the others, the highest leaves its place', async () => {
    await write('DKA0:[JONES]A.TXT;2', 'two');
    await write('DKA0:[JONES]A.TXT;5', 'five');
    await files.rename('DKA0:[JONES]A.TXT;5', 'DKA0:[JONES]A.TXT;1');
    expect(await contents('DKA0:[JONES]A.TXT')).toEqual(['two']);
    expect(await found('DKA0:[JONES]A.TXT;*')).toEqual(['DKA0:[JONES]A.TXT;2', 'DKA0:[JONES]A.TXT;1']);
  });
  it('a version with a gap', async () => {
    await write('DKA0:[JONES]A.TXT', 'one');
    await write('DKA0:[JONES]A.TXT;7', 'seven');
    expect(await contents('DKA0:[JONES]A.TXT')).toEqual(['seven']);
    expect(await write('DKA0:[JONES]A.TXT')).toBe('DKA0:[JONES]A.TXT;8');
  });
  it('are all kept when many write at once', async () => {
    const other = hostFileSystem({ root });
    const writers = Array.from({ length: 30 }, (_, n) => (n % 2 ? files : other).create('DKA0:[JONES]B.TXT'));
    const names = new Set((await Promise.all(writers)).map((each) => each.specification));
    await Promise.all((await Promise.all(writers)).map((each) => each.close()));
    expect(names.size).toBe(30);
    expect((await found('DKA0:[JONES]B.TXT;*')).length).toBe(30);
  });
});

it('renames, also onto a name that exists', async () => {
  await write('DKA0:[JONES]A.TXT', 'a');
  await write('DKA0:[JONES]B.TXT', 'b');
  expect(await files.rename('DKA0:[JONES]A.TXT', 'DKA0:[JONES]B.TXT')).toBe('DKA0:[JONES]B.TXT;2');
  expect(await contents('DKA0:[JONES]B.TXT')).toEqual(['a']);
  expect(await files.rename('DKA0:[JONES]B.TXT;1', 'DKA0:[JONES]B.TXT;9')).toBe('DKA0:[JONES]B.TXT;9');
  expect(await found('DKA0:[JONES]*.TXT;*')).toEqual(['DKA0:[JONES]B.TXT;9', 'DKA0:[JONES]B.TXT;2']);
});

it('finds host files in any case, and directories as files', async () => {
  mkdirSync(join(root, 'smith'));
  writeFileSync(join(root, 'smith', 'login.com'), '$ EXIT\r\nno end');
  writeFileSync(join(root, 'smith', 'README'), '');
  expect(await contents('DKA0:[SMITH]LOGIN.COM')).toEqual(['$ EXIT', 'no end']);
  expect(await found('DKA0:[SMITH]*.*')).toEqual(['DKA0:[SMITH]LOGIN.COM;1', 'DKA0:[SMITH]README.;1']);
  expect(await found('DKA0:[000000...]*.DIR')).toEqual([
    'DKA0:[000000]JONES.DIR;1',
    'DKA0:[000000]SMITH.DIR;1',
    'DKA0:[JONES]LETTERS.DIR;1',
  ]);
  expect(await found('DKA0:[*.LETTERS]*.*')).toEqual([]);
  expect((await files.lookup('DKA0:[000000]SMITH.DIR')).isDirectory).toBe(true);
  expect(await files.directoryExists('DKA0:[JONES.LETTERS]')).toBe(true);
  expect(await files.directoryExists('DKA0:[JONES.NONE]')).toBe(false);
});

it('extra dots, blanks and escapes survive', async () => {
  expect(await write('DKA0:[JONES]A.B.C.TXT', 'x')).toBe('DKA0:[JONES]A^.B^.C.TXT;1');
  expect(readdirSync(join(root, 'JONES'))).toContain('A.B.C.TXT');
  expect(await found('DKA0:[JONES]A*.TXT')).toEqual(['DKA0:[JONES]A^.B^.C.TXT;1']);
});

it('is private, appends, and knows further devices', async () => {
  await write('DKA1:[X]A.TXT').catch(() => files.createDirectory('DKA1:[X]'));
  await write('DKA1:[X]A.TXT', 'one');
  const writer = await files.openAppend('DKA1:[X]A.TXT');
  await writer.write('two');
  await writer.close();
  expect(await contents('DKA1:[X]A.TXT')).toEqual(['one', 'two']);
  expect(statSync(join(outside, 'X', 'A.TXT')).mode & 0o777).toBe(0o600);
  expect(statSync(join(outside, 'X')).mode & 0o777).toBe(0o700);
});

describe('a further device', () => {
  const device = (path: string): FileSystem => hostFileSystem({ root, devices: () => path });

  it('is an absolute path beside the root, and no link', async () => {
    mkdirSync(join(outside, 'A'));
    symlinkSync(join(outside, 'A'), join(outside, 'LINK'));
    const paths = [
      'relative',
      root,
      join(root, 'JONES'),
      '/',
      tmpdir(),
      '/proc',
      '/proc/self',
      '/dev',
      '/sys/kernel',
    ];
    for (const path of [...paths, `${outside}/../${basename(outside)}`, join(outside, 'NONE')])
      expect(await ident(device(path).search('DKA1:[000000]*.*')), path).toBe('DEV');
    expect(await ident(device(join(outside, 'LINK')).search('DKA1:[000000]*.*'))).toBe('PRV');
    expect(await ident(device(`${outside}/A/`).search('DKA1:[000000]*.*'))).toBe('nothing');
  });

  it('does not lead out by links', async () => {
    symlinkSync('/etc', join(outside, 'ETC'));
    symlinkSync('/etc/passwd', join(outside, 'PASSWD.TXT'));
    expect(await ident(files.openRead('DKA1:[ETC]PASSWD.'))).toBe('PRV');
    expect(await ident(files.openRead('DKA1:[000000]PASSWD.TXT'))).toBe('FNF');
    expect(await ident(files.createDirectory('DKA1:[ETC.X]'))).toBe('PRV');
    expect(await found('DKA1:[000000...]*.*')).toEqual([]);
  });

  it('is held while something is done in it: what takes its place is not entered', async () => {
    mkdirSync(join(outside, 'X'));
    writeFileSync(join(outside, 'X', 'A.TXT'), 'mine');
    await using top = await holdDirectory(outside);
    await using held = await enterHeld(top!, 'X');
    renameSync(join(outside, 'X'), join(outside, 'Y'));
    symlinkSync('/etc', join(outside, 'X'));
    expect(readdirSync(held!.path)).toEqual(['A.TXT']);
    expect(await ident(enterHeld(top!, 'X'))).toBe('PRV');
  });

  it('is let go where a link stands in the way', async () => {
    symlinkSync('/etc', join(outside, 'ETC'));
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect(await ident(holdDirectory(join(outside, 'ETC')))).toBe('PRV');
    expect(open()).toBe(before);
  });

  it("is nobody's but the system's until it is given to somebody", async () => {
    await files.createDirectory('DKA1:[X]');
    expect(await files.lookup('DKA1:[000000]X.DIR')).toMatchObject({
      owner: { group: 1, member: 4 },
      protection: { group: '', world: '' },
    });
  });

  it('leaves no directory open', async () => {
    const open = (): number => readdirSync('/proc/self/fd').length;
    await write('DKA1:[X]A.TXT').catch(() => files.createDirectory('DKA1:[X]'));
    const before = open();
    for (let time = 0; time < 5; time += 1) {
      await write('DKA1:[X]A.TXT');
      await found('DKA1:[...]*.*;*');
      await ident(files.lookup('DKA1:[X.Y]A.TXT'));
      await files.rename('DKA1:[X]A.TXT', 'DKA1:[X]B.TXT');
    }
    expect(open()).toBeLessThanOrEqual(before);
  });
});

it('does not wait for a pipe somebody made', async () => {
  execFileSync('mkfifo', [join(root, 'JONES', 'PIPE.TXT')]);
  expect(await ident(files.openRead('DKA0:[JONES]PIPE.TXT'))).toBe('FNF');
});

it('keeps headers with the version they belong to', async () => {
  const world = { system: 'RWED', owner: 'RWED', group: 'RE', world: 'R' };
  const owner = { group: 0o200, member: 1 };
  for (const text of ['one', 'two']) await write('DKA0:[JONES]A.TXT', text);
  await files.setHeader('DKA0:[JONES]A.TXT;1', { protection: world, owner });
  const header = async (specification: string): Promise<string> => {
    const { protection, owner } = await files.lookup(specification);
    return `${protection.world}${owner.member}`;
  };
  expect([await header('DKA0:[JONES]A.TXT;1'), await header('DKA0:[JONES]A.TXT;2')]).toEqual(['R1', '4']);
  await files.rename('DKA0:[JONES]A.TXT;1', 'DKA0:[JONES.LETTERS]B.TXT');
  expect(await header('DKA0:[JONES.LETTERS]B.TXT')).toBe('R1');
  await files.rename('DKA0:[JONES]LETTERS.DIR', 'DKA0:[JONES]POST.DIR');
  expect(await header('DKA0:[JONES.POST]B.TXT')).toBe('R1');
  await files.remove('DKA0:[JONES.POST]B.TXT');
  await write('DKA0:[JONES.POST]B.TXT');
  expect(await header('DKA0:[JONES.POST]B.TXT')).toBe('4');
});

it('keeps no more versions than /VERSION_LIMIT says', async () => {
  await files.setHeader('DKA0:[000000]JONES.DIR', { versionLimit: 2 });
  for (const text of ['one', 'two', 'three']) await write('DKA0:[JONES]A.TXT', text);
  expect(await found('DKA0:[JONES]A.TXT;*')).toEqual(['DKA0:[JONES]A.TXT;3', 'DKA0:[JONES]A.TXT;2']);
});

it('two renames in opposite directions do not wait for each other', async () => {
  for (const name of ['A', 'B']) await write(`DKA0:[JONES]${name}.TXT`, name);
  await Promise.all([
    files.rename('DKA0:[JONES]A.TXT;1', 'DKA0:[JONES]B.TXT;7'),
    files.rename('DKA0:[JONES]B.TXT;1', 'DKA0:[JONES]A.TXT;7'),
  ]);
  expect(await found('DKA0:[JONES]*.TXT;*')).toEqual(['DKA0:[JONES]A.TXT;7', 'DKA0:[JONES]B.TXT;7']);
});

it('reads long lines in pieces, and drops what goes to the null device', async () => {
  writeFileSync(join(root, 'JONES', 'LONG.TXT'), `${'é'.repeat(100_000)}\nend`);
  const records = await contents('DKA0:[JONES]LONG.TXT');
  expect(records.join('')).toBe(`${'é'.repeat(100_000)}end`);
  expect(Math.max(...records.map((each) => Buffer.byteLength(each)))).toBe(32_766);
  expect(await write('NL:', 'gone')).toBe('NLA0:');
  expect(await contents('_NLA0:')).toEqual([]);
});
