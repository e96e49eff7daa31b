import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostFileSystem } from '../adapters/node/host-file-system.ts';
import { createLogicalNames, type LogicalNameTables } from './logical-name-tables.ts';
import { resolveFile, resolveFileCandidates, resolveFileForCreate } from './resolve-file.ts';

let root: string;
let logicalNames: LogicalNameTables;
let process: Parameters<typeof resolveFile>[0];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'resolve-'));
  const files = hostFileSystem({ root });
  logicalNames = createLogicalNames();
  process = { logicalNames, files, defaultDirectory: 'DKA0:[JONES]' };
  await files.createDirectory('DKA0:[SYSEXE]');
  await files.createDirectory('DKA0:[SITE]');
  await (await files.create('DKA0:[SYSEXE]TOOL.COM')).close();
  await logicalNames.define('SYS$SYSTEM', ['SITE$SYSTEM', 'SYS$SYSROOT:[SYSEXE]'], { table: 'SYSTEM' });
  await logicalNames.define('SITE$SYSTEM', ['DKA0:[SITE]'], { table: 'SYSTEM' });
  await logicalNames.define('SYS$SYSROOT', ['DKA0'], { table: 'SYSTEM' });
  await logicalNames.define('ROOT', ['DKA0:[DATA.]'], { attributes: ['CONCEALED'] });
  await logicalNames.define('SYS$LOGIN', ['DKA0:[JONES]']);
  await logicalNames.define('LETTER', ['SYS$LOGIN:LETTER.TXT']);
  await logicalNames.define('NOTHING', ['NL:']);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('refused', () => {
  it('a circle, a slash', async () => {
    await logicalNames.define('LOOP', ['LOOP:[X]']);
    await expect(resolveFile(process, 'LOOP:A.TXT')).rejects.toThrow('TOOMANYLNAM');
    await expect(resolveFile(process, '/etc/passwd')).rejects.toThrow('RMS-F-SYN');
  });
});

describe('full specifications', () => {
  it.each([
    ['A', '.TXT', 'DKA0:[JONES]A.TXT'],
    ['[.X]A.B;3', '.TXT', 'DKA0:[JONES.X]A.B;3'],
    ['SYS$LOGIN:', 'MAIL.TXT', 'DKA0:[JONES]MAIL.TXT'],
    ['LETTER', '.DAT', 'DKA0:[JONES]LETTER.TXT'],
    ['LETTER.', '.DAT', 'DKA0:[JONES]LETTER.'],
    ['ROOT:[X]A', '.DAT', 'DKA0:[DATA.X]A.DAT'],
    ['ROOT:A', '.DAT', 'DKA0:[DATA]A.DAT'],
    ['ROOT:[000000]A', '.DAT', 'DKA0:[DATA]A.DAT'],
    ['_DKA0:A', '.DAT', '_DKA0:[JONES]A.DAT'],
    ['A', 'SYS$LOGIN:.COM', 'DKA0:[JONES]A.COM'],
    ['NL:', '.LIS', 'NLA0:'],
    ['NOTHING', '.LIS', 'NLA0:'],
    ['NONE:X', '', 'NONE:[JONES]X'],
  ])('%s with %s', async (text, defaults, want) => {
    expect(await resolveFile(process, text, defaults)).toBe(want);
  });
  it('the first of a search list that exists, else the first', async () => {
    expect(await resolveFile(process, 'SYS$SYSTEM:TOOL', '.COM')).toBe('DKA0:[SYSEXE]TOOL.COM');
    expect(await resolveFile(process, 'TOOL', 'SYS$SYSTEM:.COM')).toBe('DKA0:[SYSEXE]TOOL.COM');
    expect(await resolveFile(process, 'SYS$SYSTEM:*.COM')).toBe('DKA0:[SYSEXE]*.COM');
    expect(await resolveFile(process, 'SYS$SYSTEM:NONE.COM')).toBe('DKA0:[SITE]NONE.COM');
    expect(resolveFileForCreate(process, 'SYS$SYSTEM:TOOL', '.COM')).toBe('DKA0:[SITE]TOOL.COM');
    expect(resolveFileCandidates(process, 'SYS$SYSTEM:X')).toEqual(['DKA0:[SITE]X', 'DKA0:[SYSEXE]X']);
  });
});
