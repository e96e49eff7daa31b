/** Flags of messages as clients write and read them. `\Seen` is what MAIL calls not new. Source: RFC 9051 §2.3.2. */
import { type FlagChange, keywordsAfter, type NumberedMessage } from '../ports/mailboxes.ts';
import type { Cursor } from './syntax/cursor.ts';
import { SyntaxFault } from './syntax/cursor.ts';

/** System flags and what they are in MAIL. */
const systemFlags = [
  ['\\Answered', 'replied'],
  ['\\Flagged', 'marked'],
  ['\\Deleted', 'deleted'],
  ['\\Draft', 'draft'],
] as const;

/** All that clients may set, as FLAGS says them. */
export const SYSTEM_FLAGS = '\\Answered \\Flagged \\Deleted \\Seen \\Draft';

/** Of a message, and of one mailbox at most as many. */
const MOST_KEYWORDS = 64;
const LONGEST_KEYWORD = 128;

/** `(\Seen $Forwarded)` */
export function flagList({ flags, keywords }: Pick<NumberedMessage, 'flags' | 'keywords'>): string {
  let list = '';
  for (const [name, own] of systemFlags) if (flags[own]) list += list === '' ? name : ` ${name}`;
  if (!flags.new) list += list === '' ? '\\Seen' : ' \\Seen';
  for (const keyword of keywords) list += list === '' ? keyword : ` ${keyword}`;
  return `(${list})`;
}

export interface NamedFlags {
  readonly isSeen: boolean;
  readonly isAnswered: boolean;
  readonly isFlagged: boolean;
  readonly isDeleted: boolean;
  readonly isDraft: boolean;
  readonly keywords: readonly string[];
}

/** flag-list = "(" [flag *(SP flag)] ")" */
export const parseFlagList = (cursor: Cursor): NamedFlags => named(cursor.list(() => cursor.flag()));

/** store-att-flags: a list, or flags without parentheses. */
export function parseStoreFlags(cursor: Cursor): NamedFlags {
  if (cursor.peek() === '(') return parseFlagList(cursor);
  const flags = [cursor.flag()];
  while (cursor.takes(' ')) flags.push(cursor.flag());
  return named(flags);
}

function named(flags: readonly string[]): NamedFlags {
  const system = new Set<string>();
  const keywords: string[] = [];
  for (const flag of flags) {
    const upper = flag.toUpperCase();
    // \Recent is the server's own: clients that send back what they once read lose nothing by it.
    if (upper === '\\RECENT') continue;
    if (!flag.startsWith('\\')) keywords.push(flag);
    else if (SYSTEM_FLAGS.toUpperCase().split(' ').includes(upper)) system.add(upper);
    else throw new SyntaxFault(`There is no flag ${flag}.`);
  }
  if (keywords.length > MOST_KEYWORDS || keywords.some((each) => each.length > LONGEST_KEYWORD))
    throw new SyntaxFault('Too many keywords, or too long ones.');
  return {
    isSeen: system.has('\\SEEN'),
    isAnswered: system.has('\\ANSWERED'),
    isFlagged: system.has('\\FLAGGED'),
    isDeleted: system.has('\\DELETED'),
    isDraft: system.has('\\DRAFT'),
    // Case does not matter in them, and each is named once.
    keywords: keywordsAfter([], 'add', keywords),
  };
}

/** As a change of MAIL's flags: what sets \Seen makes it no longer new. */
export function flagChange(mode: FlagChange['mode'], named: NamedFlags): FlagChange {
  const flags: FlagChange['flags'][number][] = [];
  if (named.isAnswered) flags.push('replied');
  if (named.isFlagged) flags.push('marked');
  if (named.isDeleted) flags.push('deleted');
  if (named.isDraft) flags.push('draft');
  const isRead = mode === 'set' ? named.isSeen : named.isSeen ? mode === 'add' : undefined;
  return { mode, flags, keywords: named.keywords, isRead };
}
