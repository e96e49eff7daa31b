/** `vmsmail import` and `export` with the files of real programs: Python's mailbox module writes and reads them. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProcessNode, type ProcessNode, pause } from '../support/process-node.ts';

const COMMAND = fileURLToPath(new URL('../../bin/vmsmail', import.meta.url));
const hasPython = spawnSync('python3', ['-c', 'import mailbox']).status === 0;
if (!hasPython)
  console.warn('SKIPPED: python3 is not installed: nobody writes and reads mbox files and Maildirs');

let node: ProcessNode;
beforeAll(async () => {
  node = await createProcessNode({
    users: ['SMITH', 'JONES', 'BROWN', 'GREEN', 'GREY', 'WHITE', 'BLACK', 'BLUE'],
  });
});
afterAll(() => node[Symbol.asyncDispose]());

function vmsmail(words: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(COMMAND, [...words, '--root', node.root], {
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}
const mail = (user: string, commands: string): string => vmsmail(['mail', '--user', user], commands).stdout;
const python = (script: string): string => {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
};
const folderCount = (user: string, folder: string): number =>
  Number(/(\d+) messages? selected/.exec(mail(user, `SELECT ${folder}\n`))?.[1] ?? 0);
/** Subjects, flags and folder of everything in a Maildir or mbox, as Python sees it. */
const seenByPython = (expression: string): string[] =>
  python(`import mailbox
box = ${expression}
for m in box: print(m['Subject'], m.get_flags(), sep='|')`)
    .split('\n')
    .filter((line) => line !== '')
    .sort();

describe.skipIf(!hasPython)('import', () => {
  it('takes an mbox with its flags, and nothing twice', () => {
    const path = join(node.root, 'inbox');
    python(`import mailbox
box = mailbox.mbox(${JSON.stringify(path)})
for n, flags in enumerate(['', 'RO', 'ROA', 'ROF']):
    m = mailbox.mboxMessage('From: "A. Writer" <a@b.example>\\nTo: smith@here\\nSubject: number %d\\nDate: Tue, 03 Mar 2026 10:0%d:00 +0000\\n\\nFrom the start\\ntext %d\\n' % (n, n, n))
    m.set_flags(flags)
    m.set_from('a@b.example', True)
    box.add(m)
box.close()`);
    const first = vmsmail(['import', '--user', 'SMITH', path]);
    expect(first).toEqual({
      status: 0,
      stdout: '4 messages taken into the mail file of SMITH (NEWMAIL 1, MAIL 3)\n',
      stderr: '',
    });
    const again = vmsmail(['import', '--user', 'SMITH', path]);
    expect(again.stdout).toBe(
      '0 messages taken into the mail file of SMITH\n4 messages had been taken before\n',
    );
    const screen = mail('SMITH', 'SET FOLDER MAIL\nDIRECTORY\nREAD 1\nDIRECTORY/MARKED\nDIRECTORY/REPLIED\n');
    expect(screen).toContain('From:\tSMTP%"a@b.example"');
    expect(screen).toContain('From the start\n');
    expect(mail('SMITH', '')).toContain('You have 1 new message.');
  });

  it('takes a Maildir with its folders', () => {
    const path = join(node.root, 'Maildir');
    python(`import mailbox
box = mailbox.Maildir(${JSON.stringify(path)})
def put(where, subject, flags, subdir):
    m = mailbox.MaildirMessage('From: a@b.example\\nSubject: %s\\n\\ntext\\n' % subject)
    m.set_subdir(subdir); m.set_flags(flags); m.set_date(1772532000)
    where.add(m)
put(box, 'unseen', '', 'new'); put(box, 'seen', 'S', 'cur'); put(box, 'gone', 'ST', 'cur')
put(box.add_folder('Sent Items'), 'sent', 'S', 'cur')
put(box.add_folder('Lists.node'), 'listed', 'RSF', 'cur')`);
    expect(vmsmail(['import', '--user', 'JONES', path])).toEqual({
      status: 0,
      stdout:
        '5 messages taken into the mail file of JONES (NEWMAIL 1, MAIL 1, WASTEBASKET 1, LISTS_NODE 1, SENT_ITEMS 1)\n',
      stderr: '',
    });
    expect(mail('JONES', 'DIRECTORY SENT_ITEMS\n')).toMatch(/1\s+SMTP%"a@b\.example"\s+3-MAR-2026\s+sent/);
  });

  it('takes a message, an mbox from standard input, a directory of mbox files, and --folder', () => {
    const directory = join(node.root, 'boxes');
    mkdirSync(directory);
    const entry = (subject: string) => `From a@b Tue Mar 03 10:00:00 2026\nSubject: ${subject}\n\ntext\n\n`;
    writeFileSync(join(directory, 'Projects.mbox'), entry('project'));
    writeFileSync(join(directory, 'Trash'), entry('rubbish'));
    writeFileSync(join(directory, 'Trash.msf'), '// an index');
    writeFileSync(join(node.root, 'one.eml'), 'Subject: alone\r\n\r\ntext\r\n');
    expect(vmsmail(['import', '--user', 'BROWN', directory, join(node.root, 'one.eml')]).stdout).toBe(
      '3 messages taken into the mail file of BROWN (PROJECTS 1, WASTEBASKET 1, NEWMAIL 1)\n',
    );
    expect(vmsmail(['import', '--user', 'BROWN', '--folder', 'memos', '-'], entry('piped')).stdout).toBe(
      '1 message taken into the mail file of BROWN (MEMOS 1)\n',
    );
  });

  it('broken off and repeated, takes each message once', async () => {
    const entry = (n: number) => `From a@b Tue Mar 03 10:00:00 2026\nSubject: number ${n}\n\ntext\n\n`;
    const entries = Array.from({ length: 500 }, (_, n) => entry(n));
    const child = spawn(COMMAND, [
      'import',
      '--user',
      'GREY',
      '--folder',
      'broken',
      '-',
      '--root',
      node.root,
    ]);
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      said += text;
    });
    child.stdin.write(entries.slice(0, 300).join(''));
    await once(child, 'spawn');
    // It reads by now, and waits for more.
    while (folderCount('GREY', 'BROKEN') < 200) await pause(50);
    child.kill('SIGINT');
    const [status] = await once(child, 'close');
    expect(status).toBe(130);
    expect(said).toContain('Interrupted: the same command goes on where this one ended');
    writeFileSync(join(node.root, 'whole'), entries.join(''));
    const rest = vmsmail(['import', '--user', 'GREY', '--folder', 'broken', join(node.root, 'whole')]);
    expect(rest.status).toBe(0);
    expect(folderCount('GREY', 'BROKEN')).toBe(500);
  });

  it('follows no link that stands among the mail', () => {
    const secret = join(node.root, 'secret');
    writeFileSync(secret, 'Subject: secret\n\nof somebody else\n');
    for (const part of ['Links/new', 'Links/cur', 'Boxes'])
      mkdirSync(join(node.root, part), { recursive: true });
    writeFileSync(join(node.root, 'Links/new/1.mail'), 'Subject: mine\n\ntext\n');
    for (const link of ['Links/new/2.mail', 'Links/cur/3.mail:2,S', 'Boxes/link', 'named'])
      symlinkSync(secret, join(node.root, link));
    const took = (path: string) => vmsmail(['import', '--user', 'WHITE', join(node.root, path)]);
    expect(took('Links').stdout).toBe('1 message taken into the mail file of WHITE (NEWMAIL 1)\n');
    expect(took('Boxes').stderr).toContain('holds neither a Maildir nor mbox files');
    // Who names one means it.
    expect(took('named').stdout).toBe('1 message taken into the mail file of WHITE (NEWMAIL 1)\n');
  });

  it('says what it cannot take', () => {
    writeFileSync(join(node.root, 'picture'), Buffer.from([0x89, 0x50, 0x4e, 0x47]));
    const wrong = (...words: string[]) => vmsmail(['import', '--user', 'SMITH', ...words]);
    expect(wrong(join(node.root, 'picture'))).toEqual({
      status: 1,
      stdout: '',
      stderr: `vmsmail: ${join(node.root, 'picture')} is neither an mbox file nor a message\n`,
    });
    expect(wrong(join(node.root, 'nothing')).stderr).toMatch(/^vmsmail: .*nothing.*\n$/);
    expect(wrong('-').status).toBe(0);
    expect(vmsmail(['import', '--user', 'NOBODY', '-']).stderr).toBe(
      'vmsmail: there is no account NOBODY; a manager adds it with MCR AUTHORIZE\n',
    );
  });
});

describe.skipIf(!hasPython)('export', () => {
  it('writes mbox files that other programs read, whole each time', () => {
    const directory = join(node.root, 'out-mbox');
    for (let time = 0; time < 2; time++) {
      const result = vmsmail(['export', '--user', 'SMITH', directory]);
      expect(result).toEqual({ status: 0, stdout: `4 messages written to ${directory}\n`, stderr: '' });
    }
    expect(readdirSync(directory).sort()).toEqual(['.vmsmail-export', 'MAIL.mbox', 'NEWMAIL.mbox']);
    expect(seenByPython(`mailbox.mbox(${JSON.stringify(join(directory, 'MAIL.mbox'))})`)).toEqual([
      'number 1|RO',
      'number 2|ROA',
      'number 3|ROF',
    ]);
    // And back: the same messages.
    expect(vmsmail(['import', '--user', 'SMITH', directory]).stdout).toBe(
      '0 messages taken into the mail file of SMITH\n4 messages had been taken before\n',
    );
  });

  it('writes a Maildir, and only what is new the next time', () => {
    const directory = join(node.root, 'out-maildir');
    const again = () => vmsmail(['export', '--format', 'maildir', '--user', 'JONES', directory]).stdout;
    // What was in the wastebasket went when MAIL was left.
    expect(again()).toBe(`4 messages written to ${directory}\n`);
    expect(again()).toBe(`0 messages written to ${directory}\n4 messages had been there before\n`);
    expect(seenByPython(`mailbox.Maildir(${JSON.stringify(directory)})`)).toEqual(['seen|S', 'unseen|']);
    expect(seenByPython(`mailbox.Maildir(${JSON.stringify(directory)}).get_folder('LISTS_NODE')`)).toEqual([
      'listed|FRS',
    ]);
  });

  it('passes over what cannot be read, says what that is, and writes the rest', () => {
    const long = join(node.root, 'long.txt');
    writeFileSync(long, 'a line of many\n'.repeat(10_000));
    const texts = join(node.root, 'SYSEXE', 'MAIL$TEXT');
    const files = (): readonly string[] =>
      readdirSync(texts, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.MAI'));
    const before = files();
    for (const [subject, text] of [
      ['lost', long],
      ['kept', 'NL:'],
      ['long', long],
    ])
      vmsmail(['mail', '--user', 'SMITH', text!, 'BLACK', `/SUBJECT=${subject}`]);
    const [first] = files()
      .filter((name) => !before.includes(name))
      .sort();
    renameSync(join(texts, first!), join(node.root, 'aside'));
    const directory = join(node.root, 'out-black');
    const result = vmsmail(['export', '--user', 'BLACK', directory]);
    expect(result).toMatchObject({
      status: 1,
      stdout: `2 messages written to ${directory}\n1 message cannot be read and is left out\n`,
    });
    expect(result.stderr).toMatch(
      /^vmsmail: folder NEWMAIL, message 1, MAIL\$\w+\.MAI: %RMS-E-FNF, file not found\n$/,
    );
    expect(seenByPython(`mailbox.mbox(${JSON.stringify(join(directory, 'NEWMAIL.mbox'))})`)).toEqual([
      'kept|O',
      'long|O',
    ]);
    // Nor does it keep SEARCH from the others.
    expect(mail('BLACK', 'SELECT NEWMAIL\nSEARCH many\n')).toContain('long');
    renameSync(join(node.root, 'aside'), join(texts, first!));
    expect(vmsmail(['export', '--user', 'BLACK', directory]).status).toBe(0);

    // What may have the message stays as it is, in each folder.
    renameSync(join(texts, first!), join(node.root, 'aside'));
    mail('BLACK', 'SEND\nBLACK\nnew\nhello\n');
    const subjectsIn = (where: string) =>
      (seenByPython(`mailbox.mbox(${JSON.stringify(join(where, 'NEWMAIL.mbox'))})`) as string[]).map(
        (each) => each.split('|')[0],
      );
    expect(vmsmail(['export', '--user', 'BLACK', directory])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining(
        `vmsmail: 1 message cannot be read: ${directory} stays as it is, for it may have what is missing; ` +
          'name a new directory for what can be read, or delete what cannot\n',
      ),
    });
    expect(subjectsIn(directory)).toEqual(['kept', 'lost']);
    expect(readdirSync(directory).sort()).toEqual(['.vmsmail-export', 'MAIL.mbox', 'NEWMAIL.mbox']);
    const other = join(node.root, 'out-black-2');
    expect(vmsmail(['export', '--user', 'BLACK', other])).toMatchObject({ status: 1 });
    expect(subjectsIn(other)).toEqual(['kept', 'new']);
    // What an export has in hand is not mail yet.
    writeFileSync(join(other, 'NEWMAIL.mbox.part'), readFileSync(join(other, 'NEWMAIL.mbox')));
    expect(vmsmail(['import', '--user', 'BLUE', other]).stdout).toContain('3 messages taken');
    renameSync(join(node.root, 'aside'), join(texts, first!));
  });

  it('broken off, leaves the mbox files of an earlier one as they were', async () => {
    const [directory, folder] = [join(node.root, 'out-broken'), 'BROKEN'];
    mkdirSync(join(node.root, 'many'));
    for (let n = 0; n < 20; n++)
      writeFileSync(join(node.root, 'many', `${n}`), `Subject: ${n}\n\n${'text\n'.repeat(2_000)}`);
    const words = ['export', '--user', 'BLUE', '--folder', folder, directory];
    vmsmail(['import', '--user', 'BLUE', '--folder', folder, join(node.root, 'many')]);
    expect(vmsmail(words).status).toBe(0);
    const mbox = readFileSync(join(directory, `${folder}.mbox`));
    // Nobody reads on: it waits with its second piece.
    const pipe = join(directory, `${folder}.mbox.part`);
    spawnSync('mkfifo', [pipe]);
    const reader = await open(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const child = spawn(COMMAND, [...words, '--root', node.root]);
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      said += text;
    });
    const ended = once(child, 'close');
    const read = async (bytes: number): Promise<number> =>
      (await reader.read(Buffer.alloc(bytes)).catch(() => ({ bytesRead: 0 }))).bytesRead;
    while ((await read(1)) === 0) await pause(20);
    child.kill('SIGINT');
    await pause(500);
    while (child.exitCode === null) if ((await read(65_536)) === 0) await pause(20);
    await reader.close();
    const [status] = await ended;
    expect([status, said]).toEqual([130, `Interrupted: ${directory} stays as it is\n`]);
    expect(readFileSync(join(directory, `${folder}.mbox`)).equals(mbox)).toBe(true);
    expect(readdirSync(directory).sort()).toEqual(['.vmsmail-export', `${folder}.mbox`]);
  });

  it('gives a message that never left the node a header', () => {
    mail('GREEN', 'SEND\nGREEN\nümläut\nhello\nFrom here\n');
    const directory = join(node.root, 'out-green');
    expect(vmsmail(['export', '--user', 'GREEN', directory]).status).toBe(0);
    const text = readFileSync(join(directory, 'NEWMAIL.mbox'), 'utf8');
    expect(text).toMatch(/^From green@\S+ /);
    expect(text).toMatch(/\nFrom: green@\S+\n/);
    expect(text).toContain('\nhello\n>From here\n');
    expect(text).toContain('Content-Transfer-Encoding: 8bit');
  });

  it('says who sent what, also of a message with attachments', () => {
    const file = join(node.root, 'plan.csv');
    writeFileSync(file, 'a,b\n');
    const words = [
      'NL:',
      'GREEN',
      '/SUBJECT=pläne',
      '/PERSONAL_NAME=Grün, the "C" one',
      `/ATTACHMENT=${file}`,
    ];
    expect(vmsmail(['mail', '--user', 'SMITH', ...words])).toEqual({ status: 0, stdout: '', stderr: '' });
    const directory = join(node.root, 'out-attached');
    expect(vmsmail(['export', '--user', 'GREEN', '--folder', 'NEWMAIL', directory]).status).toBe(0);
    const seen = python(`import mailbox, email, email.policy
box = mailbox.mbox(${JSON.stringify(join(directory, 'NEWMAIL.mbox'))}, lambda f: email.message_from_binary_file(f, policy=email.policy.default))
m = list(box)[-1]
a = m['From'].addresses[0]
print(a.display_name, a.username, m['Subject'], m['X-VMS-To'], m.get_content_type(), m['Status'], sep='|')
print([p.get_filename() for p in m.iter_attachments()], len(m.get_all('MIME-Version')), m['Date'] is not None)`);
    expect(seen).toBe("Grün, the 'C' one|smith|pläne|GREEN|multipart/mixed|O\n['plan.csv'] 1 True\n");
  });

  it('does not write over what is not its own', () => {
    const directory = join(node.root, 'boxes');
    expect(vmsmail(['export', '--user', 'SMITH', directory])).toEqual({
      status: 1,
      stdout: '',
      stderr: `vmsmail: ${directory} is not empty, and no export of vmsmail made it; name an empty or a new directory\n`,
    });
    const other = join(node.root, 'out-mbox');
    expect(vmsmail(['export', '--user', 'JONES', other]).stderr).toContain('holds another export');
    expect(vmsmail(['export', '--user', 'SMITH', '--folder', 'NOSUCH', join(node.root, 'x')]).stderr).toBe(
      'vmsmail: SMITH has no folder NOSUCH\n',
    );
  });
});
