/**
 * The same commands said to two IMAP servers, and what they answer in a form in which what may differ is gone: words for people,
 * orders that mean nothing, values that each server makes for itself. What still differs stands in imap-session.txt, with why.
 */
import { fetchItems } from '../imap/response-reader.ts';
import { TrackingSession } from '../imap/tracking-session.ts';

export interface Step {
  /** `A` or `B`: two sessions of one user. */
  readonly session: string;
  readonly command: string;
  /** Why the servers answer differently, and what they do. */
  readonly difference?: Difference;
}
export interface Difference {
  readonly reason: string;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

/**
 * `A: NOOP`, `#` before a heading; `\r\n` is a line end within a command, `@name` a message, as literal. Where answers differ, `!` and
 * the reason follow, ours after `<`, the other's after `>`.
 */
export const parseSession = (text: string): readonly Step[] =>
  text
    .split(/^(?=[AB]: )/m)
    .slice(text.startsWith('A: ') ? 0 : 1)
    .map((block) => {
      const lines = block.split('\n').map((line) => line.replaceAll('\\r\\n', '\r\n'));
      const [first = ''] = lines;
      const behind = (sign: string): readonly string[] =>
        lines.filter((line) => line.startsWith(`${sign} `)).map((line) => line.slice(2));
      const [reason] = behind('!');
      return {
        session: first.slice(0, 1),
        command: first.slice(3),
        ...(reason === undefined ? {} : { difference: { reason, ours: behind('<'), theirs: behind('>') } }),
      };
    });

/** Answers of each step, a response a line. */
export async function play(port: number, steps: readonly Step[]): Promise<readonly (readonly string[])[]> {
  const sessions = new Map<string, TrackingSession>();
  const answers: (readonly string[])[] = [];
  let uidValidity = '1';
  for (const { session: name, command } of steps) {
    let session = sessions.get(name);
    // Where a server closes the connection it is opened again.
    if (session === undefined || session.isEnded) {
      session = await TrackingSession.open(name, port, []);
      sessions.set(name, session);
      await session.command('LOGIN smith secret');
    }
    const text = command
      .replace('@uidvalidity', uidValidity)
      .replace(/@(\w+)/g, (_at, message: string) => literal(messages[message]!));
    const { status, text: rest, untagged } = await session.send([{ text }])[0]!;
    uidValidity = /UIDVALIDITY (\d+)/.exec(untagged.join('\n'))?.[1] ?? uidValidity;
    answers.push([...inOrder(untagged.flatMap(untaggedAnswer)), taggedAnswer(status, rest)]);
  }
  for (const session of sessions.values()) session.close();
  return answers;
}

/** Mailboxes come in whatever order. */
const inOrder = (answers: readonly string[]): readonly string[] =>
  answers.some((each) => /^(LIST|LSUB)/.test(each)) ? answers.toSorted() : answers;

const literal = (text: string): string => `{${text.length}+}\r\n${text}`;

/** Without words for people. */
function taggedAnswer(status: string, text: string): string {
  const code = /^\[([^\]]*)\]/.exec(text)?.[1];
  // What the server can do is its own.
  return code === undefined || /^(CAPABILITY|MAILBOXID)/.test(code)
    ? status
    : `${status} [${madeValues(code)}]`;
}

function untaggedAnswer(text: string): string[] {
  const [, number, what] = /^(\d+) (FETCH|EXISTS|EXPUNGE|RECENT)/.exec(text) ?? [];
  if (what === 'RECENT' || text.startsWith('CAPABILITY') || text === 'ENABLED') return [];
  // Only we have one.
  if (/^LIST .*Wastebasket/.test(text)) return [];
  // With keywords that are in use, and again with each new one: only Dovecot lists them.
  if (text.startsWith('FLAGS (')) return [];
  if (what === 'FETCH') return [`${number} FETCH ${fetchAnswer(text.slice(text.indexOf('(')))}`];
  if (/^(OK|NO|BAD|BYE)\b/.test(text)) {
    const [status = '', ...rest] = text.split(' ');
    // The first message that is not seen: of IMAP4rev1, and done without. HIGHESTMODSEQ, MAILBOXID: only we say them to everybody.
    return /^\[(UNSEEN|HIGHESTMODSEQ|PERMANENTFLAGS|MAILBOXID)/.test(rest.join(' '))
      ? []
      : [taggedAnswer(status, rest.join(' '))];
  }
  if (/^(SEARCH|LIST|LSUB|STATUS)/.test(text)) return [sortedLists(text)];
  return [madeValues(text)];
}

function fetchAnswer(list: string): string {
  const items = [...fetchItems(list)].map(([name, value]) => {
    if (name === 'FLAGS') return `FLAGS ${sortedLists(value.replace(/ ?\\Recent/, ''))}`;
    if (name === 'INTERNALDATE') return `INTERNALDATE ${instant(value)}`;
    return `${name} ${name === 'MODSEQ' ? '(n)' : oneForm(value)}`;
  });
  return `(${items.sort().join(' ')})`;
}

/** Milliseconds since when it is not told by the client are the server's own. */
function instant(value: string): string {
  const text = value
    .replace(/"/g, '')
    .replaceAll('-', ' ')
    .replace(/ (\d{4})$/, ' -$1')
    .trim();
  const at = Date.parse(text.replace(/ ([+-]) ?(\d{4})$/, ' GMT$1$2'));
  return Math.abs(at - Date.now()) < 86_400_000 * 400 ? 'now' : new Date(at).toISOString();
}

/** Strings quoted where they may be, and sizes out of sight. */
const oneForm = (value: string): string =>
  value.replace(/^"((?:[^"\\]|\\.)*)"$/, (_all, text: string) => {
    const plain = text.replace(/\\(.)/g, '$1');
    return `{${plain.length}}\r\n${plain}`;
  });

const sortedLists = (text: string): string =>
  text
    .replace(/\(([^()]*)\)/g, (_all, list: string) => `(${pairs(list).sort().join(' ')})`)
    .replace(/"([A-Za-z0-9/&-]+)"(?=$| \()/g, '$1')
    .replace(/\b(HIGHESTMODSEQ|MODSEQ) \d+/g, '$1 n')
    .replace(/ \\Recent/g, '');

/** Of STATUS, a name and its value stay together. */
const pairs = (list: string): string[] =>
  /^[A-Z]+ \d/.test(list) ? (list.match(/[A-Z]+ \d+/g) ?? []) : list.split(' ').filter((each) => each !== '');

/** UIDVALIDITY and mod-sequences are what a server makes them. */
const madeValues = (text: string): string =>
  text
    .replace(/(UIDVALIDITY|APPENDUID|COPYUID|HIGHESTMODSEQ|MODSEQ) \d+/g, '$1 n')
    .replace(/\(TAG "[^"]*"\)/, '(TAG)');

const header = (subject: string, more = ''): string =>
  `From: Mary Jones <jones@example.com>\r\nTo: smith@vax1.example\r\nDate: Mon, 5 Mar 2001 10:00:00 +0000\r\nSubject: ${subject}\r\n${more}\r\n`;

const messages: Readonly<Record<string, string>> = {
  plain: `${header('Hello')}Text of it.\r\nA second line.\r\n`,
  empty: '',
  alternative: `${header('Two ways', 'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n')}preamble\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hello</p>\r\n--b--\r\n`,
  thread1: `${header('Plans', 'Message-ID: <t1@example.com>\r\n')}Where is lunch?\r\n`,
  thread2: `${header('Re: Plans', 'Message-ID: <t2@example.com>\r\nIn-Reply-To: <t1@example.com>\r\nCc: smith@elsewhere.example\r\n')}There.\r\n`,
  thread3: `${header('re: plans', 'Message-ID: <t3@example.com>\r\nReferences: <t1@example.com> <t2@example.com>\r\n')}When?\r\n`,
};
