/**
 * sys$system/TCPIP$SMTP_CONF.TEMPLATE has every field of the table of settings, in lines that begin with `!!!`: as
 * they are, they say what is so without them. TEMPLATE=rewrite writes it. Source: tcpip-smtp.md §3.3.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfigurationFile, type SettingDefinition, smtpSettings } from '../src/system/settings/index.ts';

const file = join(import.meta.dirname, '../sys$system/TCPIP$SMTP_CONF.TEMPLATE');
const definitions = Object.values<SettingDefinition>(smtpSettings);

const heading = `! TCPIP$SMTP_CONF.TEMPLATE
!
!  Every setting of SMTP, with what it is when nobody says anything. A working
!  file needs only what differs. To begin with all of it:
!
!   $ SEARCH/OUTPUT=TCPIP$SMTP_COMMON:TCPIP$SMTP.CONF -
!           TCPIP$SMTP_COMMON:TCPIP$SMTP_CONF.TEMPLATE "!!!"
!
!  or with SYS$SPECIFIC:[TCPIP$SMTP] where TCPIP$SMTP_COMMON is not defined; then
!  take away the three exclamation points where a field is to count. A change
!  counts within a second; a file with a mistake is refused as a whole:
!  TCPIP SET CONFIGURATION SMTP/FILE says what is wrong.
!
!  Field-Name: value begins in column 1. A list goes on in lines that begin with
!  a tab. ! in column 1 is a comment.
!`;

function template(): string {
  const fields = definitions.map(({ field, meaning, unit, words, default: value }) => {
    const says = `${meaning}${unit === undefined ? '' : `; ${unit}`}`;
    const known = words === undefined || says.includes(words[0]!) ? '' : `: ${words.join(', ')}`;
    return `${wrapped(says + known)}\n!!!${field}:${value === '' ? '' : ` ${value}`}`;
  });
  return `${[heading, ...fields].join('\n')}\n`;
}

/** Comment lines of 78 columns. */
function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    if (`! ${lines.at(-1)} ${word}`.length > 78) lines.push('');
    lines[lines.length - 1] = `${lines.at(-1)} ${word}`.trim();
  }
  return lines.map((line) => `! ${line}`).join('\n');
}

it('is what the table says', () => {
  if (process.env['TEMPLATE'] === 'rewrite') writeFileSync(file, template());
  expect(readFileSync(file, 'utf8')).toBe(template());
});

it('says nothing as it is, and without the exclamation points what is so anyway', () => {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(readConfigurationFile(lines)).toEqual({ kind: 'good', values: new Map() });
  const counting = lines.map((line) => line.replace(/^!!!(?=.*: )/, ''));
  const read = readConfigurationFile(counting);
  const defaults = definitions
    .filter((each) => each.default !== '')
    .map((each) => [each.field, each.default]);
  expect(read).toEqual({ kind: 'good', values: new Map(defaults as [string, string][]) });
});
