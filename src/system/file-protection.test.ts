import { describe, expect, it } from 'vitest';
import { isCondition } from '../condition/index.ts';
import type { FileSystem } from '../ports/file-system.ts';
import { protectFiles } from './file-protection.ts';

const entry = (specification: string) => ({
  specification,
  sizeBytes: 0,
  created: 0,
  modified: 0,
  isDirectory: false,
  hostPath: '',
});
/** Has every file and every directory. */
const everything = new Proxy({} as FileSystem, {
  get: (_, method) => async (text: string) =>
    method === 'search' ? [entry(text)] : method === 'directoryExists' ? !text.includes('[GONE]') : 'done',
});
const asUser = (directory: string, ...privileges: string[]) =>
  protectFiles(everything, {
    account: { device: 'DKA0:', directory },
    privileges: new Set(privileges),
  });
async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (isCondition(error)) return error.ident;
    throw error;
  }
}

describe('what a user may touch', () => {
  const jones = asUser('[JONES]');
  it.each([
    ['DKA0:[JONES]A.TXT', 'done', 'done'],
    ['[JONES.SUB.DEEPER]A.TXT;3', 'done', 'done'],
    ['_DKA0:[JONES]A.TXT', 'done', 'done'],
    ['NL:', 'done', 'done'],
    ['DKA0:[MARLOW]A.TXT', 'PRV', 'PRV'],
    ['SYS$SYSDEVICE:[MARLOW]A.TXT', 'PRV', 'PRV'],
    ['SYS$DISK:[MARLOW]A.TXT', 'PRV', 'PRV'],
    ['DKA0:[^M^a^R^L^O^W]A.TXT', 'PRV', 'PRV'],
    ['DKA0:[JONESX]A.TXT', 'PRV', 'PRV'],
    ['DKA0:[000000]A.TXT', 'PRV', 'PRV'],
    ['DKA0:A.TXT', 'PRV', 'PRV'],
    ['DKA0:[SYSEXE]SYSUAF.DAT', 'PRV', 'PRV'],
    ['DKA0:[SYSEXE]SYSUAF.DAT;1', 'PRV', 'PRV'],
    ['DKA0:[SYSEXE]VMSMAIL.DAT-WAL', 'FNF', 'FNF'],
    ['DKA0:[SYSEXE]VMSMAIL.DAT-^S^H^M;1', 'FNF', 'FNF'],
    ['DKA0:[SYSEXE]QUEUE_MANAGER^.SOCK.KEY', 'FNF', 'FNF'],
    ['DKA0:[SYSEXE.MAIL$TEXT]0000.MAI', 'PRV', 'PRV'],
    ['DKA0:[TCPIP$SMTP.SPOOL]A.', 'PRV', 'PRV'],
    ['DKA0:[SYSEXE]TCPIP$SMTP_RECV_RUN.COM', 'done', 'PRV'],
    ['DKA0:[SYSMGR]SYLOGIN.COM', 'done', 'PRV'],
    ['DKA0:[SYSMGR]OPERATOR.LOG', 'PRV', 'PRV'],
    ['DKA0:[SYSHLP]ANY.HLP', 'done', 'PRV'],
    ['DKA0:[GONE]A.TXT', 'DNF', 'DNF'],
    ['DKA0:[__PROTO__]A.TXT', 'PRV', 'PRV'],
  ])('%s: read %s, write %s', async (text, read, write) => {
    expect(await outcome(jones.openRead(text))).toBe(read);
    expect(await outcome(jones.lookup(text))).toBe(read);
    for (const work of [jones.create(text), jones.openAppend(text), jones.remove(text)]) {
      expect(await outcome(work)).toBe(write);
    }
    expect(await outcome(jones.rename(text, 'DKA0:[JONES]B.TXT'))).toBe(write);
    expect(await outcome(jones.rename('DKA0:[JONES]B.TXT', text))).toBe(write);
  });

  it('makes directories at home only', async () => {
    expect(await outcome(jones.createDirectory('DKA0:[JONES.NEW]'))).toBe('done');
    expect(await outcome(jones.createDirectory('DKA0:[GONE]'))).toBe('PRV');
  });

  it('sees where it may look', async () => {
    expect(await outcome(jones.search('DKA0:[MARLOW]*.*'))).toBe('PRV');
    expect(await jones.search('DKA0:[MARLOW...]*.*')).toEqual([]);
    expect(await jones.search('DKA0:[SYSMGR]*.*')).toHaveLength(1);
  });
});

describe('privileges', () => {
  it.each([
    ['SYSPRV', 'DKA0:[MARLOW]A.TXT', 'done', 'done'],
    ['BYPASS', 'DKA0:[MARLOW]A.TXT', 'done', 'done'],
    ['READALL', 'DKA0:[MARLOW]A.TXT', 'done', 'PRV'],
    ['SYSPRV', 'DKA0:[SYSEXE]SYSUAF.DAT', 'done', 'FLK'],
    ['BYPASS', 'DKA0:[SYSEXE]TCPIP$SERVICE.DAT;2', 'done', 'FLK'],
    ['SYSPRV', 'DKA0:[SYSEXE]VMSMAIL.DAT-WAL', 'FNF', 'FNF'],
    ['SYSPRV', 'DKA0:[SYSEXE.MAIL$TEXT]0000.MAI', 'PRV', 'PRV'],
    ['BYPASS', 'DKA0:[SYSEXE.MAIL$TEXT]0000.MAI', 'done', 'PRV'],
    ['OPER', 'DKA0:[MARLOW]A.TXT', 'PRV', 'PRV'],
  ])('%s, %s: read %s, write %s', async (privilege, text, read, write) => {
    const files = asUser('[SYSMGR]', privilege);
    expect(await outcome(files.openRead(text))).toBe(read);
    expect(await outcome(files.remove(text))).toBe(write);
  });

  it('counts what is set now', async () => {
    const privileges = new Set<string>();
    const files = protectFiles(everything, { account: { device: 'DKA0:', directory: '[A]' }, privileges });
    expect(await outcome(files.openRead('DKA0:[B]X.Y'))).toBe('PRV');
    privileges.add('SYSPRV');
    expect(await outcome(files.openRead('DKA0:[B]X.Y'))).toBe('done');
  });
});
