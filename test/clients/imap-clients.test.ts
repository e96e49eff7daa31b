/** Real IMAP clients read, flag and file. Skipped loudly where one is absent. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { countOfJones, deliverToJones, emptyOfJones } from '../support/delivered-mail.ts';
import { PASSWORD, type ProgramNode, startProgramNode, withProgram } from '../support/program-node.ts';

const run = promisify(execFile);

let fixture: ProgramNode;
beforeAll(async () => {
  fixture = await startProgramNode(['IMAP', 'IMAPS']);
});
afterAll(async () => fixture?.[Symbol.asyncDispose]());

const textOf = (subject: string): string =>
  `From: anne@elsewhere.example\r\nTo: jones@hearts.example\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@elsewhere.example>\r\n\r\nfirst\r\n.dotted\r\nlast\r\n`;

const deliver = (subject: string): Promise<void> =>
  deliverToJones(fixture.node.mailStore, subject, textOf(subject));
const countIn = (folder: string): Promise<number> => countOfJones(fixture.node.mailStore, folder);

beforeEach(() => emptyOfJones(fixture.node.mailStore));

withProgram('python3', () => {
  test('imaplib reads, flags, copies, makes folders and deletes', async () => {
    await deliver('hello');
    const { stdout } = await run('python3', [
      '-c',
      `import imaplib,ssl,sys
c=ssl.create_default_context(); c.check_hostname=False; c.verify_mode=ssl.CERT_NONE
m=imaplib.IMAP4('127.0.0.1',${fixture.node.port('IMAP')}); m.starttls(c)
m.login('jones','${PASSWORD}')
assert m.select()[1] == [b'1']
assert m.search(None,'UNSEEN')[1] == [b'1']
sys.stdout.write(m.fetch('1','(RFC822)')[1][0][1].decode())
assert m.search(None,'UNSEEN')[1] == [b'']
assert m.create('Sent')[0] == 'OK'
assert m.copy('1','Sent')[0] == 'OK'
m.store('1','+FLAGS','\\\\Deleted')
assert m.expunge()[1] == [b'1']
assert b'Wastebasket' in b''.join(m.list()[1])
m.close(); m.logout()`,
    ]);
    expect(stdout.replaceAll('\r\n', '\n')).toBe(textOf('hello').replaceAll('\r\n', '\n'));
    expect([await countIn('NEWMAIL'), await countIn('SENT'), await countIn('WASTEBASKET')]).toEqual([
      0, 1, 1,
    ]);
  });
});

withProgram('curl', () => {
  const curl = async (path: string, ...options: readonly string[]): Promise<string> => {
    const url = `imaps://127.0.0.1:${fixture.node.port('IMAPS')}/${path}`;
    return (await run('curl', ['-sSk', '-u', `jones:${PASSWORD}`, url, ...options])).stdout;
  };
  test('reads a message, lists folders, and puts a message into one', async () => {
    await deliver('hello');
    expect(await curl('INBOX;MAILINDEX=1')).toBe(textOf('hello'));
    expect(await curl('', '-X', 'LIST "" *')).toContain('* LIST (\\HasNoChildren \\Trash) "/" "Wastebasket"');
    const file = join(fixture.directory, 'message');
    writeFileSync(file, textOf('mine'));
    await curl('INBOX', '-T', file);
    expect(await curl('INBOX;MAILINDEX=2')).toBe(textOf('mine'));
  });
});

withProgram('fetchmail', () => {
  test('fetches by IMAP, and takes away what it has', async () => {
    await deliver('hello');
    const file = join(fixture.directory, 'fetchmailrc');
    const got = join(fixture.directory, 'fetched');
    const server = `poll 127.0.0.1 protocol IMAP service ${fixture.node.port('IMAP')}`;
    const user = `username jones password ${PASSWORD} sslproto "auto" no sslcertck`;
    writeFileSync(file, `${server} ${user} mda "cat >${got}"\n`, { mode: 0o600 });
    await run('fetchmail', ['-f', file, '--nosyslog', '-s', '--pidfile', join(fixture.directory, 'pid')]);
    const text = readFileSync(got, 'latin1').replaceAll('\n', '\r\n');
    expect(text.slice(text.indexOf('From: anne'))).toBe(textOf('hello'));
    expect(await countIn('NEWMAIL')).toBe(0);
  }, 30_000);
});
