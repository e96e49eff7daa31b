/**
 * sys$system/TCPIP$SMTP_CONF.TEMPLATE and TCPIP$IMAP_CONF.TEMPLATE have every field of their tables of settings, in lines that begin with `!!!`: as
 * they are, they say what is so without them. TEMPLATE=rewrite writes it. Source: tcpip-smtp.md §3.3.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  imapConfigurationFile,
  readConfigurationFile,
  smtpConfigurationFile,
} from '../src/system/settings/index.ts';

const smtpHeading = `! TCPIP$SMTP_CONF.TEMPLATE
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
const imapHeading = `! TCPIP$IMAP_CONF.TEMPLATE
!
!  Every setting of the IMAP server, with what it is when nobody says anything.
!  A working file, TCPIP$IMAP_HOME:TCPIP$IMAP.CONF, needs only what differs: take
!  away the three exclamation points where a field is to count. A change counts
!  within a second, for connections that come then; a file with a mistake is
!  refused as a whole, and operators hear what is wrong with it. How clients
!  authenticate themselves, and TLS, are settings of SMTP: they are one for all
!  servers.
!
!  Field-Name: value begins in column 1. ! in column 1 is a comment.
!`;

describe.each([
  { file: smtpConfigurationFile, heading: smtpHeading },
  { file: imapConfigurationFile, heading: imapHeading },
])('the template of $file.component', ({ file, heading }) => {
  const { definitions, component } = file;
  const path = join(import.meta.dirname, `../sys$system/TCPIP$${component}_CONF.TEMPLATE`);

  function template(): string {
    const fields = definitions.map(({ field, meaning, unit, words, default: value }) => {
      const says = `${meaning}${unit === undefined ? '' : `; ${unit}`}`;
      const known = words === undefined || says.includes(words[0]!) ? '' : `: ${words.join(', ')}`;
      return `${wrapped(says + known)}\n!!!${field}:${value === '' ? '' : ` ${value}`}`;
    });
    return `${[heading, ...fields].join('\n')}\n`;
  }

  it('is what the table says', () => {
    if (process.env['TEMPLATE'] === 'rewrite') writeFileSync(path, template());
    expect(readFileSync(path, 'utf8')).toBe(template());
  });

  it('says nothing as it is, and without the exclamation points what is so anyway', () => {
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(readConfigurationFile(file, lines)).toEqual({ kind: 'good', values: new Map() });
    const counting = lines.map((line) => line.replace(/^!!!(?=.*: )/, ''));
    const read = readConfigurationFile(file, counting);
    const defaults = definitions
      .filter((each) => each.default !== '')
      .map((each) => [each.field, each.default]);
    expect(read).toEqual({ kind: 'good', values: new Map(defaults as [string, string][]) });
  });
});

/** Comment lines of 78 columns. */
function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    if (`! ${lines.at(-1)} ${word}`.length > 78) lines.push('');
    lines[lines.length - 1] = `${lines.at(-1)} ${word}`.trim();
  }
  return lines.map((line) => `! ${line}`).join('\n');
}
