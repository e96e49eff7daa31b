/** What MAIL, IMAP and POP say of the mail file of JONES, in words that can be compared. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connectImapflow, imapState } from './imapflow-client.ts';
import { PASSWORD, type ProgramNode } from './program-node.ts';

const run = promisify(execFile);

/** Messages by folder of MAIL, those without any left out: a subject, and what is said of the message behind it. */
export type View = Readonly<Record<string, readonly string[]>>;

const described = (subject: string, isNew: boolean, isMarked: boolean, isReplied: boolean): string =>
  [
    subject,
    ...(isNew ? ['new'] : []),
    ...(isMarked ? ['marked'] : []),
    ...(isReplied ? ['replied'] : []),
  ].join(' ');

/**
 * By DIRECTORY/FOLDER and DIRECTORY/FULL, once MAIL has left NEWMAIL: what has been read there, by whatever program, is in the
 * folder MAIL then. Messages are in the order of MAIL.
 */
export async function mailView(node: ProgramNode): Promise<View> {
  await node.mail('JONES', 'SELECT NEWMAIL\nEXIT\n');
  const listing = await node.mail('JONES', 'DIRECTORY/FOLDER\nEXIT\n');
  const [, names = ''] = listing.split('Press CTRL/C to cancel listing');
  const commands = names
    .trim()
    .split(/\s+/)
    .map((folder) => `DIRECTORY/FULL ${folder}\n`);
  const text = await node.mail('JONES', `${commands.join('')}EXIT\n`);
  const view: Record<string, readonly string[]> = {};
  // In front of each folder stands its name, above the headings of the columns.
  const [, ...parts] = text.split(/^ +(\S+)\n +# From .*\n/m);
  for (let at = 0; at < parts.length; at += 2) {
    const found = parts[at + 1]!.matchAll(/^(\*?) +\d+ .{20} .{11} {2}(.*)\n\tAttributes: *(.*)\n/gm);
    view[parts[at]!] = [...found].map(([, mark, subject = '', attributes = '']) =>
      described(subject, attributes.includes('New message'), mark === '*', attributes.includes('Replied')),
    );
  }
  return view;
}

export interface ImapView {
  readonly view: View;
  /** By `INBOX 1/3`: mailbox, UIDVALIDITY and UID. */
  readonly texts: ReadonlyMap<string, string>;
  /** What STATUS counts wrong, against what FETCH has. */
  readonly miscounted: readonly string[];
}

/** By LIST, STATUS, ENVELOPE, FLAGS and whole messages. Messages are in the order of their UIDs. */
export async function imapView(node: ProgramNode): Promise<ImapView> {
  await using client = await connectImapflow(node);
  const view: Record<string, readonly string[]> = {};
  const texts = new Map<string, string>();
  const miscounted: string[] = [];
  for (const { path, uidValidity, uidNext, messages } of await imapState(client)) {
    for (const { uid, text } of messages) texts.set(`${path} ${uidValidity}/${uid}`, text);
    const counted = await client.status(path, { messages: true, unseen: true, uidNext: true });
    const unseen = messages.filter(({ flags }) => !flags.includes('\\Seen')).length;
    const expected = { messages: messages.length, unseen, uidNext };
    for (const [name, count] of Object.entries(expected))
      if (counted === false || counted[name as keyof typeof expected] !== count)
        miscounted.push(`${path} ${name} ${JSON.stringify(counted)}, not ${count}`);
    if (messages.length > 0)
      view[folderOf(path)] = messages.map(({ subject, flags }) =>
        described(
          subject,
          !flags.includes('\\Seen'),
          flags.includes('\\Flagged'),
          flags.includes('\\Answered'),
        ),
      );
  }
  return { view, texts, miscounted };
}

/** docs/imap.md, What is what. */
const folderOf = (path: string): string =>
  path === 'INBOX' ? 'NEWMAIL' : path.replaceAll('__', '_').toUpperCase();

export interface PopMessage {
  readonly uniqueId: string;
  /** LIST says so. */
  readonly sizeBytes: number;
  readonly text: string;
}
export interface PopView {
  readonly stat: readonly [count: number, octets: number];
  readonly messages: readonly PopMessage[];
}

/** By STAT, LIST, UIDL and RETR of a session that ends without QUIT: nothing is read by it. */
export const popView = (node: ProgramNode): Promise<PopView> =>
  pop(
    node,
    `import base64, json
sizes = [int(l.split()[1]) for l in p.list()[1]]
uids = [l.split()[1].decode() for l in p.uidl()[1]]
texts = [b''.join(l + b'\\r\\n' for l in p.retr(i + 1)[1]) for i in range(len(uids))]
print(json.dumps({'stat': p.stat(), 'messages': [{'uniqueId': u, 'sizeBytes': s, 'text': t.decode('latin1')} for u, s, t in zip(uids, sizes, texts)]}))
p.close()`,
  ).then((said) => JSON.parse(said) as PopView);

/** @param lines  of Python, with a session of poplib in `p` */
export async function pop(node: ProgramNode, lines: string): Promise<string> {
  const program = `import poplib, ssl
c = ssl.create_default_context(cafile='${node.certificateFile}'); c.check_hostname = False
p = poplib.POP3_SSL('127.0.0.1', ${node.node.port('POPS')}, context=c)
p.user('jones'); p.pass_('${PASSWORD}')
${lines}`;
  return (await run('python3', ['-c', program], { maxBuffer: 16_000_000, timeout: 60_000 })).stdout;
}
