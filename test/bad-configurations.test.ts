/**
 * Mistakes in TCPIP$SMTP.CONF, a file each in test/bad-configurations/. Its last lines, `!= line 3: reason`, are what is said
 * of it, to the letter. BAD_CONFIGURATIONS=rewrite writes them.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfigurationFile } from '../src/system/settings/index.ts';

const folder = join(import.meta.dirname, 'bad-configurations');
const files = readdirSync(folder).sort();

describe('a bad TCPIP$SMTP.CONF', () => {
  it('is kept in at least fifty kinds', () => expect(files.length).toBeGreaterThanOrEqual(50));

  it.each(files)('%s', (name) => {
    const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
    const content = lines.filter((line) => !line.startsWith('!= '));
    const wanted = lines.filter((line) => line.startsWith('!= '));
    const read = readConfigurationFile(content);
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
