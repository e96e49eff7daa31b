/** Sessions of MAIL without a terminal, mail to other hosts, and what happens when something breaks. */
import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createPipedInput } from '../../src/adapters/node/piped-input.ts';
import { createStreamOutput } from '../../src/adapters/node/stream-output.ts';
import { parseCommand } from '../../src/command-definition/index.ts';
import { createDclMailTable, createMailImage } from '../../src/mail/shell/index.ts';
import { createMailRig, type MailRig } from './mail-rig.ts';

const at = new Date(2026, 9, 8, 6, 37, 49, 10).getTime();

async function rigWith(...users: readonly string[]): Promise<MailRig> {
  const rig = createMailRig();
  for (const user of users) await rig.addUser(user);
  return rig;
}

/** What a pipe reads from MAIL when these lines are piped in. */
async function piped(rig: MailRig, user: string, input: string, command = 'MAIL'): Promise<string> {
  let shown = '';
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      shown += chunk.toString();
      done();
    },
  });
  const output = createStreamOutput(sink);
  const context = await rig.context(user, {
    input: createPipedInput(Readable.from([Buffer.from(input)])),
    output,
  });
  const parsed = parseCommand(command, createDclMailTable(rig.shell));
  if (parsed.kind !== 'command') throw new Error('incomplete command');
  const status = await parsed.command.verb.routine?.(parsed.command, context);
  await output.flush();
  return `${shown}[${status}]`;
}

describe('piped commands', () => {
  it('are answered without prompts, pages or screen control', async () => {
    const rig = await rigWith('SMITH');
    const text = Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n');
    await rig.deliver({ user: 'SMITH', from: 'VAX1::SYSTEM', subject: 'long', text, at });
    expect(await piped(rig, 'SMITH', 'DIRECTORY\nREAD 1\nFOO\nSELECT MAIL\n')).toBe(
      [
        '',
        'You have 1 new message.',
        '                                                                     NEWMAIL',
        '    # From                 Date         Subject',
        '',
        '    1 VAX1::SYSTEM          8-OCT-2026  long',
        '    #1           8-OCT-2026 06:37:49.01                                  NEWMAIL',
        'From:\tVAX1::SYSTEM',
        'To:\tSMITH',
        'CC:\t',
        'Subj:\tlong',
        '',
        text,
        '%CLI-W-IVVERB, unrecognized command verb - check validity and spelling',
        ' \\FOO\\',
        '%MAIL-I-SELECTED, 1 message selected',
        '[1]',
      ].join('\n'),
    );
  });

  it('compose a message, and go on behind Ctrl/Z', async () => {
    const rig = await rigWith('SMITH', 'JONES');
    expect(await piped(rig, 'SMITH', 'SEND\nJONES\nHello\nline 1\nEXIT\n\x1a\nSHOW FORWARD\n')).toBe(
      'You have not set a forwarding address.\n[1]',
    );
    expect(await piped(rig, 'JONES', 'READ\n')).toContain('Subj:\tHello\n\nline 1\nEXIT\n[1]');
  });

  it('may end with the text', async () => {
    const rig = await rigWith('SMITH');
    expect(await piped(rig, 'SMITH', 'SEND\nSMITH\nHello\nlast line')).toBe('[1]');
    expect(await piped(rig, 'SMITH', 'READ\n')).toContain('Subj:\tHello\n\nlast line\n');
  });

  it('answer a question only where a line looks like an answer', async () => {
    const rig = await rigWith('SMITH');
    await rig.deliver({ user: 'SMITH', from: 'VAX1::SYSTEM', subject: 'a', text: 'a', at, folder: 'MAIL' });
    expect(
      await piped(rig, 'SMITH', 'READ 1\nMOVE NEW_ONE\nSET PERSONAL_NAME "kept"\nMOVE OTHER\nY\n'),
    ).toContain(
      'a\n%MAIL-E-NOTEXIST, folder NEW_ONE does not exist\n%MAIL-I-NEWFOLDER, folder OTHER created\n',
    );
    expect(await piped(rig, 'SMITH', 'SHOW PERSONAL_NAME\nDIRECTORY/FOLDER\n')).toMatch(
      /is "kept"\.\nListing.*\n.*\n\nOTHER\n/,
    );
  });
});

describe('mail to other hosts', () => {
  it('REPLY goes to the address behind SMTP%', async () => {
    const rig = await rigWith('SMITH');
    await rig.deliver({
      user: 'SMITH',
      from: 'SMTP%"Some.Body@far.example"  "Some Body"',
      subject: 'question',
      text: 'well?',
      at,
    });
    const shown = await piped(rig, 'SMITH', 'READ\nREPLY\nanswer\n');
    expect(shown).toContain('To:\tSMTP%"Some.Body@far.example"\nSubj:\tRE: question\n');
    expect(rig.submissions.map((each) => each.envelope.forwardPaths)).toEqual([['Some.Body@far.example']]);
    const { text } = rig.submissions[0]!;
    const message = text.kind === 'inline' ? Buffer.from(text.bytes).toString() : '';
    expect(message).toMatch(/^Subject: RE: question\r$/m);
    expect(message).toContain('\r\n\r\nanswer\r\n');
  });

  it('user@host needs no prefix, at MAIL> and in DCL', async () => {
    const rig = await rigWith('SMITH');
    rig.files.set('DKA0:[SMITH]A.TXT', ['text']);
    await piped(rig, 'SMITH', 'SEND\nsomeone@far.example, SMTP%"other@far.example"\nsubject\ntext\n');
    await piped(rig, 'SMITH', '', 'MAIL A.TXT "someone@far.example"/SUBJECT="x"');
    await piped(rig, 'SMITH', '', 'MAIL A.TXT "SMTP%""other@far.example"""/SUBJECT="x"');
    expect(rig.submissions.map((each) => each.envelope.forwardPaths)).toEqual([
      ['someone@far.example', 'other@far.example'],
      ['someone@far.example'],
      ['other@far.example'],
    ]);
  });
});

describe('the DCL command without a terminal', () => {
  it('sends nothing while a recipient is wrong', async () => {
    const rig = await rigWith('SMITH');
    rig.files.set('DKA0:[SMITH]A.TXT', ['text']);
    expect(await piped(rig, 'SMITH', '', 'MAIL A SMITH,FRED')).toBe(
      '%MAIL-E-NOSUCHUSR, no such user FRED\n%MAIL-E-SENDABORT, no message sent\n[276725866]',
    );
    expect(await rig.mail.newMailCount('SMITH')).toBe(0);
  });

  it('takes its text from SYS$INPUT', async () => {
    const rig = await rigWith('SMITH');
    expect(await piped(rig, 'SMITH', 'one\ntwo\n', 'MAIL SYS$INPUT SMITH/SUBJECT="inline"')).toBe('[1]');
    expect(await piped(rig, 'SMITH', 'READ\n')).toContain('Subj:\tinline\n\none\ntwo\n');
  });
});

it('hostile text never drives a terminal', async () => {
  const rig = await rigWith('SMITH');
  const hostile = '\x1b[2J\x1b]0;owned\x07\x9b31m\u202e';
  await rig.deliver({
    user: 'SMITH',
    from: hostile,
    to: hostile,
    subject: hostile,
    text: hostile,
    at,
    folder: 'MAIL',
  });
  const shown = await piped(
    rig,
    'SMITH',
    `DIRECTORY/FULL\nREAD\nSEARCH "${hostile}x"\nSELECT "${hostile}"\n`,
  );
  expect(shown).toContain('owned');
  expect(shown).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
});

it('a bug is logged, shown without its stack, and the session goes on', async () => {
  const rig = await rigWith('SMITH');
  const shell = {
    ...rig.shell,
    mail: { ...rig.mail, profile: () => Promise.reject(new TypeError('x is not a function')) },
  };
  for (const name of ['openMailFile', 'newMailCount', 'findMailFile'] as const) {
    Object.assign(shell.mail, { [name]: rig.mail[name].bind(rig.mail) });
  }
  let shown = '';
  const sink = new PassThrough().on('data', (chunk) => {
    shown += chunk;
  });
  const output = createStreamOutput(sink);
  const input = createPipedInput(Readable.from([Buffer.from('SHOW FORWARD\nSHOW NEW_MAIL_COUNT\n')]));
  await createMailImage(shell)(await rig.context('SMITH', { input, output }));
  await output.flush();
  expect(shown).toMatch(/^%MAIL-F-CODERR, .*\nYou have 0 new messages\.\n$/);
  expect(rig.bugs).toHaveLength(1);
});
