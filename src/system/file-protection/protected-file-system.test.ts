import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type HostFileSystem, hostFileSystem } from '../../adapters/node/host-file-system.ts';
import { isCondition } from '../../condition/index.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import { privateDirectory } from './installed-protection.ts';
import { protectFiles } from './protected-file-system.ts';
import { ordinaryProtection } from './protection-code.ts';

const jones = { group: 0o200, member: 1 };
const marlow = { group: 0o200, member: 2 };

let prepared: string;
let root: string;
let host: HostFileSystem;

beforeAll(async () => {
  prepared = root = mkdtempSync(join(tmpdir(), 'protection-'));
  host = hostFileSystem({ root });
  for (const directory of ['SYSEXE/MAIL$TEXT', 'SYSMGR', 'SYSHLP', 'TCPIP$SMTP/SPOOL', 'OTHERS'])
    mkdirSync(join(root, directory), { recursive: true });
  await host.createDirectory('DKA0:[JONES.SUB.DEEPER]', { owner: jones, protection: privateDirectory });
  await host.createDirectory('DKA0:[MARLOW]', { owner: marlow, protection: privateDirectory });
  for (const file of files) writeFileSync(join(root, file), 'x\n');
  host.close();
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'protection-'));
  cpSync(prepared, root, { recursive: true });
  host = hostFileSystem({ root });
});
afterEach(() => rmSync(root, { recursive: true }));
afterAll(() => rmSync(prepared, { recursive: true }));

const files = [
  ...['A.TXT', 'JONES/A.TXT', 'JONES/SUB/DEEPER/A.TXT', 'MARLOW/A.TXT', 'OTHERS/A.TXT'],
  ...['SYSEXE/SYSUAF.DAT', 'SYSEXE/VMSMAIL.DAT-wal', 'SYSEXE/QUEUE_MANAGER.SOCK.KEY', 'SYSEXE/RUN.COM'],
  ...[
    'SYSEXE/MAIL$TEXT/1.MAI',
    'TCPIP$SMTP/SPOOL/A',
    'SYSMGR/SYLOGIN.COM',
    'SYSMGR/OPERATOR.LOG',
    'SYSHLP/ANY.HLP',
  ],
];

const as = (uic: { group: number; member: number }, ...privileges: string[]): FileSystem =>
  protectFiles(host, { uic, privileges: new Set(privileges), defaultProtection: () => ordinaryProtection });

async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    const result = await work;
    await (result as { close?: () => Promise<void> } | undefined)?.close?.();
    return 'done';
  } catch (error) {
    if (isCondition(error)) return error.ident;
    throw error;
  }
}

const rows = [
  ['DKA0:[JONES]A.TXT', 'done', 'done'],
  ['[JONES.SUB.DEEPER]A.TXT;1', 'done', 'done'],
  ['_DKA0:[JONES]A.TXT', 'done', 'done'],
  ['DKA0:[MARLOW]A.TXT', 'PRV', 'PRV'],
  ['SYS$SYSDEVICE:[MARLOW]A.TXT', 'PRV', 'PRV'],
  ['SYS$DISK:[MARLOW]A.TXT', 'PRV', 'PRV'],
  ['DKA0:[^M^a^R^L^O^W]A.TXT', 'PRV', 'PRV'],
  ['DKA0:[OTHERS]A.TXT', 'PRV', 'PRV'],
  ['DKA0:[000000]A.TXT', 'PRV', 'PRV'],
  ['DKA0:A.TXT', 'PRV', 'PRV'],
  ['DKA0:[SYSEXE]SYSUAF.DAT', 'PRV', 'PRV'],
  ['DKA0:[SYSEXE]SYSUAF.DAT;1', 'PRV', 'PRV'],
  ['DKA0:[SYSEXE]VMSMAIL.DAT-WAL', 'FNF', 'FNF'],
  ['DKA0:[SYSEXE]VMSMAIL.DAT-^W^A^L;1', 'FNF', 'FNF'],
  ['DKA0:[SYSEXE]QUEUE_MANAGER^.SOCK.KEY', 'FNF', 'FNF'],
  ['DKA0:[SYSEXE.MAIL$TEXT]1.MAI', 'PRV', 'PRV'],
  ['DKA0:[TCPIP$SMTP.SPOOL]A.', 'PRV', 'PRV'],
  ['DKA0:[SYSEXE]RUN.COM', 'done', 'PRV'],
  ['DKA0:[SYSMGR]SYLOGIN.COM', 'done', 'PRV'],
  ['DKA0:[SYSMGR]OPERATOR.LOG', 'PRV', 'PRV'],
  ['DKA0:[SYSHLP]ANY.HLP', 'done', 'PRV'],
  ['DKA0:[GONE]A.TXT', 'DNF', 'DNF'],
  ['DKA0:[MARLOW.GONE]A.TXT', 'PRV', 'PRV'],
  ['DKA0:[__PROTO__]A.TXT', 'DNF', 'DNF'],
] as const;

describe('what an ordinary user may do', () => {
  it.each(rows)('%s: read %s, write %s', async (text, read, write) => {
    const mine = as(jones);
    expect(await outcome(mine.openRead(text))).toBe(read);
    expect(await outcome(mine.openBytes(text))).toBe(read);
    expect(await outcome(mine.lookup(text, 'read'))).toBe(read);
    expect(await outcome(mine.openRead(text, 'execute'))).toBe(read);
    expect(await outcome(mine.openAppend(text))).toBe(write);
    expect(await outcome(mine.create(text.replace(/;.*/, '')))).toBe(write);
    expect((await outcome(mine.setHeader(text, { versionLimit: 9 }))) === 'done').toBe(write === 'done');
    expect(await outcome(mine.rename('DKA0:[JONES]A.TXT;1', text.replace(/;.*/, '')))).toBe(write);
    expect(await outcome(mine.remove(text))).toBe(write);
  });

  it('null device', async () => {
    expect(await outcome(as(jones).openRead('NL:'))).toBe('done');
    expect(await outcome(as(jones).create('_NLA0:'))).toBe('done');
  });

  it('directories at home only, each with its owner', async () => {
    expect(await outcome(as(jones).createDirectory('DKA0:[JONES.NEW.ONE]'))).toBe('done');
    expect((await host.lookup('DKA0:[JONES.NEW]ONE.DIR')).owner).toEqual(jones);
    expect(await outcome(as(jones).createDirectory('DKA0:[EVIL]'))).toBe('PRV');
    expect(await outcome(as(jones).createDirectory('DKA0:[MARLOW.EVIL]'))).toBe('PRV');
    expect(await outcome(as(jones).createDirectory('DKA0:[JONES.X]', { owner: marlow }))).toBe('NOPRIV');
  });

  it('names of files where he may read the directory', async () => {
    const names = async (text: string): Promise<string[]> =>
      (await as(jones).search(text)).map(({ specification }) => specification);
    expect(await outcome(as(jones).search('DKA0:[MARLOW]*.*'))).toBe('PRV');
    expect(await outcome(as(jones).search('DKA0:[MARLOW]A.TXT'))).toBe('PRV');
    expect(await names('DKA0:[MARLOW...]*.*')).toEqual([]);
    expect(await names('DKA0:[SYSMGR]*.*')).toEqual([
      'DKA0:[SYSMGR]OPERATOR.LOG;1',
      'DKA0:[SYSMGR]SYLOGIN.COM;1',
    ]);
    expect(await names('DKA0:[*]A.TXT')).toEqual(['DKA0:[JONES]A.TXT;1']);
    expect(await names('DKA0:[SYSEXE]*.*')).toEqual([
      'DKA0:[SYSEXE]MAIL$TEXT.DIR;1',
      'DKA0:[SYSEXE]RUN.COM;1',
      'DKA0:[SYSEXE]SYSUAF.DAT;1',
    ]);
    const uaf = (await as(jones).search('DKA0:[SYSEXE]SYSUAF.DAT'))[0];
    expect(uaf?.isReadable).toBe(false);
  });

  it('a file another one opens to him, and no more than that', async () => {
    await as(marlow).setHeader('DKA0:[000000]MARLOW.DIR', {
      protection: { ...privateDirectory, group: 'E' },
    });
    expect(await outcome(as(jones).openRead('DKA0:[MARLOW]A.TXT'))).toBe('done');
    expect(await outcome(as(jones).openAppend('DKA0:[MARLOW]A.TXT'))).toBe('PRV');
    expect(await outcome(as(jones).search('DKA0:[MARLOW]*.*'))).toBe('PRV');
    await as(marlow).setHeader('DKA0:[MARLOW]A.TXT', { protection: { ...ordinaryProtection, group: 'E' } });
    expect(await outcome(as(jones).openRead('DKA0:[MARLOW]A.TXT'))).toBe('PRV');
    expect(await outcome(as(jones).openRead('DKA0:[MARLOW]A.TXT', 'execute'))).toBe('done');
    expect(await outcome(as(jones).setHeader('DKA0:[MARLOW]A.TXT', { protection: ordinaryProtection }))).toBe(
      'PRV',
    );
    expect(await outcome(as(marlow).setHeader('DKA0:[MARLOW]A.TXT', { owner: jones }))).toBe('PRV');
  });

  it('a version that is made is as the one before', async () => {
    await as(marlow).setHeader('DKA0:[MARLOW]A.TXT', { protection: { ...ordinaryProtection, world: 'R' } });
    await (await as({ group: 1, member: 4 }, 'SYSPRV').create('DKA0:[MARLOW]A.TXT')).close();
    const { owner, protection } = await host.lookup('DKA0:[MARLOW]A.TXT;2');
    expect([owner, protection.world]).toEqual([marlow, 'R']);
    await (await as(jones).create('DKA0:[JONES]B.TXT')).close();
    expect(await host.lookup('DKA0:[JONES]B.TXT')).toMatchObject({
      owner: jones,
      protection: ordinaryProtection,
    });
  });
});

describe('privileges', () => {
  it.each([
    ['SYSPRV', 'DKA0:[MARLOW]A.TXT', 'done', 'done'],
    ['BYPASS', 'DKA0:[MARLOW]A.TXT', 'done', 'done'],
    ['READALL', 'DKA0:[MARLOW]A.TXT', 'done', 'PRV'],
    ['GRPPRV', 'DKA0:[MARLOW]A.TXT', 'PRV', 'PRV'],
    ['SYSPRV', 'DKA0:[SYSEXE]SYSUAF.DAT', 'done', 'FLK'],
    ['BYPASS', 'DKA0:[SYSEXE]SYSUAF.DAT', 'done', 'FLK'],
    ['SYSPRV', 'DKA0:[SYSEXE]VMSMAIL.DAT-WAL', 'FNF', 'FNF'],
    ['SYSPRV', 'DKA0:[SYSEXE.MAIL$TEXT]1.MAI', 'PRV', 'PRV'],
    ['BYPASS', 'DKA0:[SYSEXE.MAIL$TEXT]1.MAI', 'done', 'PRV'],
    ['OPER', 'DKA0:[MARLOW]A.TXT', 'PRV', 'PRV'],
  ])('%s, %s: read %s, write %s', async (privilege, text, read, write) => {
    const mine = as({ group: 0o300, member: 1 }, privilege);
    expect(await outcome(mine.openRead(text))).toBe(read);
    expect(await outcome(mine.remove(text))).toBe(write);
  });

  it('count as they are now, and for each process its own', async () => {
    const privileges = new Set<string>();
    const subject = { uic: jones, privileges, defaultProtection: () => ordinaryProtection };
    const mine = protectFiles(host, subject);
    const child = protectFiles(mine, { ...subject, privileges: new Set(['SYSPRV']) });
    expect(await outcome(mine.openRead('DKA0:[MARLOW]A.TXT'))).toBe('PRV');
    expect(await outcome(child.openRead('DKA0:[MARLOW]A.TXT'))).toBe('done');
    privileges.add('SYSPRV');
    expect(await outcome(mine.openRead('DKA0:[MARLOW]A.TXT'))).toBe('done');
  });
});
