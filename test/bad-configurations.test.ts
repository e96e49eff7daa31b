/**
 * Mistakes in TCPIP$SMTP.CONF, a file each in test/bad-configurations/, and in TCPIP$IMAP.CONF in imap/ below it. Its last lines, `!= line 3: reason`, are what is said
 * of it, to the letter. BAD_CONFIGURATIONS=rewrite writes them.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  imapConfigurationFile,
  readConfigurationFile,
  smtpConfigurationFile,
} from '../src/system/settings/index.ts';

const smtpFolder = join(import.meta.dirname, 'bad-configurations');

describe.each([
  { file: smtpConfigurationFile, folder: smtpFolder, kinds: 50 },
  { file: imapConfigurationFile, folder: join(smtpFolder, 'imap'), kinds: 9 },
])('a bad $file.names.0', ({ file, folder, kinds }) => {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.conf'))
    .sort();
  it(`is kept in at least ${kinds} kinds`, () => expect(names.length).toBeGreaterThanOrEqual(kinds));

  it.each(names)('%s', (name) => {
    const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
    const content = lines.filter((line) => !line.startsWith('!= '));
    const wanted = lines.filter((line) => line.startsWith('!= '));
    const read = readConfigurationFile(file, content);
    const got =
      read.kind === 'good' ? [] : read.mistakes.map(({ line, reason }) => `!= line ${line}: ${reason}`);
    if (process.env['BAD_CONFIGURATIONS'] === 'rewrite') {
      writeFileSync(join(folder, name), `${[...content, ...got].join('\n')}\n`);
    } else {
      expect(got).toEqual(wanted);
    }
    expect(got.length, 'nothing is wrong with it').toBeGreaterThan(0);
  });
});
