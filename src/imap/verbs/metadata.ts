/**
 * GETMETADATA, SETMETADATA: what the server says of itself. MAIL keeps nothing of the kind with a folder, so there is nothing that a
 * client could set. Source: RFC 5464 §4, §6.2 (METADATA-SERVER).
 */

import { folderName } from '../folder-name.ts';
import { mailboxArgument } from '../mailbox-argument.ts';
import type { Session } from '../session.ts';
import { type Cursor, SyntaxFault } from '../syntax/cursor.ts';
import { authenticated, type ImapVerb, mailboxesOf, no, ok } from './verb.ts';

const MOST_ENTRIES = 100;
type Depth = '0' | '1' | 'infinity';

interface Options {
  readonly depth: Depth;
  readonly maxSize: number;
}

const getMetadata: ImapVerb = {
  states: authenticated,
  async obey(session, cursor, { say }) {
    const before = parseOptions(cursor);
    const name = mailboxArgument(session, cursor);
    // The grammar of RFC 5464 has them in front of the mailbox, its examples behind it: clients write both.
    const options = before ?? parseOptions(cursor) ?? NO_OPTIONS;
    cursor.space();
    const entries = parseEntries(cursor);
    cursor.end();
    if (name !== '') {
      return (await mailboxesOf(session).has(folderName(name)))
        ? ok('GETMETADATA completed')
        : no('There is no such mailbox.', 'NONEXISTENT');
    }
    const found = ofServer(session).filter(([name]) =>
      entries.some((each) => isWithin(name, each, options.depth)),
    );
    const fitting = found.filter(([, value]) => value.length <= options.maxSize);
    if (fitting.length > 0)
      say(`* METADATA "" (${fitting.map(([name, value]) => `${name} "${value}"`).join(' ')})\r\n`);
    const longest = Math.max(0, ...found.map(([, value]) => value.length));
    return longest > options.maxSize
      ? ok('GETMETADATA completed', `METADATA LONGENTRIES ${longest}`)
      : ok('GETMETADATA completed');
  },
};

const setMetadata: ImapVerb = {
  states: authenticated,
  async obey(session, cursor) {
    const mailbox = mailboxArgument(session, cursor);
    cursor.space();
    const names = cursor.list(() => {
      const name = entryName(cursor);
      cursor.space();
      cursor.nstring();
      return name;
    });
    cursor.end();
    if (mailbox !== '' && !(await mailboxesOf(session).has(folderName(mailbox))))
      return no('There is no such mailbox.', 'NONEXISTENT');
    return names.every((each) => each.startsWith('/private/'))
      ? no('Private annotations are not kept.', 'METADATA NOPRIVATE')
      : no('Annotations of the server are its own.', 'NOPERM');
  },
};

/** Entries of the server: texts without quotes in them. */
const ofServer = ({ dependencies, login }: Session): readonly (readonly [name: string, value: string])[] => [
  ['/shared/admin', `mailto:postmaster@${login?.domain ?? dependencies.hostName}`],
  ['/shared/comment', `OpenVMS MAIL of ${dependencies.hostName}`],
];

const NO_OPTIONS: Options = { depth: '0', maxSize: Number.POSITIVE_INFINITY };

/** [SP "(" option *(SP option) ")"]: MAXSIZE n, DEPTH 0 / 1 / infinity. Undefined where there are none; names of entries begin with `/`. */
function parseOptions(cursor: Cursor): Options | undefined {
  let { depth, maxSize } = NO_OPTIONS;
  if (!cursor.isNext(' (M') && !cursor.isNext(' (D')) return undefined;
  cursor.space();
  cursor.list(() => {
    const name = cursor.atom().toUpperCase();
    cursor.space();
    if (name === 'MAXSIZE') maxSize = cursor.number();
    else if (name === 'DEPTH') depth = depthOf(cursor.atom());
    else throw new SyntaxFault(`There is no option ${name}.`);
  });
  return { depth, maxSize };
}

function depthOf(text: string): Depth {
  const depth = (['0', '1', 'infinity'] as const).find((each) => each === text.toLowerCase());
  if (depth === undefined) throw new SyntaxFault('DEPTH is 0, 1 or infinity.');
  return depth;
}

function parseEntries(cursor: Cursor): readonly string[] {
  const entries = cursor.peek() === '(' ? cursor.list(() => entryName(cursor)) : [entryName(cursor)];
  if (entries.length > MOST_ENTRIES) throw new SyntaxFault('That is too much.');
  return entries;
}

/** Without regard to case; `/private/…` or `/shared/…`. */
function entryName(cursor: Cursor): string {
  const name = cursor.astring().toString().toLowerCase();
  if (!/^\/(?:private|shared)(?:\/[^/*%\x00-\x1f]+)*$/.test(name))
    throw new SyntaxFault('Not the name of an entry.');
  return name;
}

function isWithin(name: string, entry: string, depth: Depth): boolean {
  if (name === entry) return true;
  if (depth === '0' || !name.startsWith(`${entry}/`)) return false;
  return depth === 'infinity' || !name.slice(entry.length + 1).includes('/');
}

export const metadataVerbs = { GETMETADATA: getMetadata, SETMETADATA: setMetadata } as const;
