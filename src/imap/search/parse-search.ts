/**
 * The arguments of SEARCH, SORT and THREAD. A charset that is not known is no fault of the grammar: `keys` is undefined then,
 * and the rest is not read. Sources: RFC 9051 §6.4.4; RFC 4731 §3.1; RFC 5256 §5; RFC 5957.
 */
import { type Cursor, SyntaxFault } from '../syntax/cursor.ts';
import { charsetText, unicodeText } from './charset-text.ts';
import { parseSearchKeys } from './parse-search-key.ts';
import type { SearchKey } from './search-key.ts';

export interface ReturnOptions {
  readonly min: boolean;
  readonly max: boolean;
  readonly all: boolean;
  readonly count: boolean;
  readonly save: boolean;
}

export interface SearchArguments {
  /** Undefined where the client says nothing: the answer is that of before. */
  readonly returns: ReturnOptions | undefined;
  readonly hasCharset: boolean;
  readonly key: SearchKey | undefined;
}

const sortNames = [
  'ARRIVAL',
  'CC',
  'DATE',
  'FROM',
  'SIZE',
  'SUBJECT',
  'TO',
  'DISPLAYFROM',
  'DISPLAYTO',
] as const;
export interface SortCriterion {
  readonly name: (typeof sortNames)[number];
  readonly isReverse: boolean;
}

export interface SortArguments {
  readonly criteria: readonly SortCriterion[];
  readonly key: SearchKey | undefined;
}

export interface ThreadArguments {
  readonly algorithm: 'ORDEREDSUBJECT' | 'REFERENCES';
  readonly key: SearchKey | undefined;
}

/** [SP "RETURN" SP "(" … ")"] SP ["CHARSET" SP charset SP] search-key *(SP search-key) */
export function parseSearch(cursor: Cursor): SearchArguments {
  cursor.space();
  const returns = cursor.takes('RETURN ') ? parseReturn(cursor) : undefined;
  if (returns !== undefined) cursor.space();
  const hasCharset = cursor.takes('CHARSET ');
  const text = hasCharset ? charsetText(charsetName(cursor)) : unicodeText;
  if (text === undefined) return { returns, hasCharset, key: undefined };
  if (hasCharset) cursor.space();
  return { returns, hasCharset, key: parseSearchKeys(cursor, text) };
}

/** SP "(" sort-criterion … ")" SP charset 1*(SP search-key) */
export function parseSort(cursor: Cursor): SortArguments {
  cursor.space();
  const criteria = cursor.list(() => parseCriterion(cursor));
  if (criteria.length === 0) throw new SyntaxFault('What to sort by is missing.');
  if (criteria.length > MOST_CRITERIA) throw new SyntaxFault('There are too many sort keys.');
  return { criteria, key: keysInCharset(cursor) };
}

/** SP thread-alg SP charset 1*(SP search-key) */
export function parseThread(cursor: Cursor): ThreadArguments {
  cursor.space();
  const algorithm = cursor.atom().toUpperCase();
  if (algorithm !== 'ORDEREDSUBJECT' && algorithm !== 'REFERENCES')
    throw new SyntaxFault('There is no such way to thread.');
  return { algorithm, key: keysInCharset(cursor) };
}

/** More say nothing new. */
const MOST_CRITERIA = 2 * sortNames.length;

function parseReturn(cursor: Cursor): ReturnOptions {
  const named = new Set(cursor.list(() => cursor.atom().toUpperCase()));
  for (const name of named) {
    if (!['MIN', 'MAX', 'ALL', 'COUNT', 'SAVE'].includes(name))
      throw new SyntaxFault(`There is no option ${name.slice(0, 40)}.`);
  }
  return {
    min: named.has('MIN'),
    max: named.has('MAX'),
    // Nothing named is ALL. RFC 4731 §3.1
    all: named.has('ALL') || named.size === 0,
    count: named.has('COUNT'),
    save: named.has('SAVE'),
  };
}

function parseCriterion(cursor: Cursor): SortCriterion {
  const isReverse = cursor.takes('REVERSE ');
  const name = cursor.atom().toUpperCase();
  const known = sortNames.find((each) => each === name);
  if (known === undefined) throw new SyntaxFault(`There is no sort key ${name.slice(0, 40)}.`);
  return { name: known, isReverse };
}

function keysInCharset(cursor: Cursor): SearchKey | undefined {
  cursor.space();
  const text = charsetText(charsetName(cursor));
  if (text === undefined) return undefined;
  cursor.space();
  return parseSearchKeys(cursor, text);
}

const charsetName = (cursor: Cursor): string => cursor.astring().toString('latin1');
