/** mutt, set up as docs/imap.md says: it reads, files, deletes and sends. Skipped loudly where it is absent. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { countOfJones, deliverToJones, emptyOfJones } from '../support/delivered-mail.ts';
import { PASSWORD, type ProgramNode, startProgramNode, withProgram } from '../support/program-node.ts';

const run = promisify(execFile);

let node: ProgramNode;
beforeAll(async () => {
  // A name that is that of the host, for a program that checks it.
  node = await startProgramNode(['IMAPS', 'POPS', 'SMTPS'], { hostName: 'localhost' });
});
afterAll(async () => node?.[Symbol.asyncDispose]());
beforeEach(() => emptyOfJones(node.node.mailStore));

const countIn = (folder: string): Promise<number> => countOfJones(node.node.mailStore, folder);

/** What the page tells users to write, for this node, and what keeps mutt from asking. @param more  one line */
function settingsFile(name: string, more = ''): string {
  const page = readFileSync(new URL('../../docs/imap.md', import.meta.url), 'utf8');
  const written = page.slice(page.indexOf('- **mutt**')).match(/(?:^ +set .*\n)+/m)?.[0] ?? '';
  expect(written).toContain('smtp_url');
  const lines = written
    .replaceAll(/(imaps|smtps):\/\/jones@[\w.]+/g, (_, scheme: string) => {
      const port = node.node.port(scheme.toUpperCase());
      return `${scheme}://jones@localhost:${port}`;
    })
    .replaceAll('jones@acme.example', 'jones@localhost');
  const file = join(node.directory, name);
  writeFileSync(
    file,
    `${lines}
set imap_pass="${PASSWORD}" pop_pass="${PASSWORD}" smtp_pass="${PASSWORD}" certificate_file="${node.certificateFile}"
set header_cache="" confirmcreate=no confirmappend=no quit=yes delete=yes
${more}
`,
  );
  return file;
}

/** @param mailbox  INBOX by IMAP where there is none */
const atTerminal = (file: string, mailbox = '!'): Promise<unknown> =>
  run('script', ['-qec', `TERM=vt100 mutt -n -F ${file} -f '${mailbox}'`, '/dev/null'], { timeout: 60_000 });

withProgram('mutt', () => {
  test('copies a message to a folder, and what is deleted is in the wastebasket, once', async () => {
    await deliverToJones(node.node.mailStore, 'hello', 'Subject: hello\r\n\r\ntext\r\n');
    const keys = '<copy-message>=Memos<enter><delete-message><quit>';
    await atTerminal(settingsFile('reading', `push "${keys}"`));
    expect([await countIn('NEWMAIL'), await countIn('MEMOS'), await countIn('WASTEBASKET')]).toEqual([
      0, 1, 1,
    ]);
  }, 120_000);

  test('reads by POP, and what is deleted is gone', async () => {
    for (const subject of ['one', 'two'])
      await deliverToJones(node.node.mailStore, subject, `Subject: ${subject}\r\n\r\ntext\r\n`);
    const keys = '<delete-message><quit>';
    const mailbox = `pops://jones@localhost:${node.node.port('POPS')}`;
    await atTerminal(settingsFile('popping', `push "${keys}"`), mailbox);
    expect(await countIn('NEWMAIL')).toBe(1);
    expect(await node.mail('JONES', 'DIRECTORY NEWMAIL\nEXIT\n')).toMatch(/ two$/m);
  }, 120_000);

  test('sends, and keeps a copy', async () => {
    const file = settingsFile('sending');
    const sent = run('mutt', ['-n', '-F', file, '-s', 'from mutt', 'jones@localhost'], { timeout: 60_000 });
    sent.child.stdin?.end('text\n');
    await sent;
    await node.queueIsEmpty();
    expect([await countIn('NEWMAIL'), await countIn('SENT')]).toEqual([1, 1]);
    expect(await node.mail('JONES', 'DIRECTORY NEWMAIL\nEXIT\n')).toMatch(
      /^ +1 SMTP%"jones@localhos .* from mutt$/m,
    );
  }, 120_000);
});
