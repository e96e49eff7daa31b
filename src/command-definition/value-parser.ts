/**
 * Values of qualifiers, parameters and keywords, checked against their definition. Source: dcl.md §6.1 (messages),
 * §5 (dates), §1 (numbers).
 */
import { matchPrefix, matchSignificant } from './abbreviation.ts';
import type { Reject } from './cli-condition.ts';
import { cookText, splitAt, splitKeyword, splitList, upcaseOutsideQuotes } from './command-text.ts';
import type { KeywordDefinition, ValueDefinition, ValueType } from './definition.ts';
import type { Presence } from './parsed-command.ts';
import { checkTime } from './value-times.ts';

export interface KeywordState {
  readonly presence: Presence;
  readonly values: readonly string[];
}

export interface ParsedValues {
  readonly values: readonly string[];
  /** Keyword paths below the label: `FEED`, `FEED.LINES`. */
  readonly keywords: ReadonlyMap<string, KeywordState>;
  /** Name of the verb definition a keyword switches to. */
  readonly syntax: string | undefined;
}

/** @param name what messages echo when the fault is not in a single value */
export function parseQualifierValue(
  raw: string | undefined,
  definition: ValueDefinition | undefined,
  name: string,
  reject: Reject,
): ParsedValues {
  if (raw === undefined || raw === '') {
    if (raw === '' || definition?.required) throw reject('VALREQ', name);
    return parseDefault(definition, name, reject);
  }
  if (definition === undefined) throw reject('NOVALU', name);
  const pieces = splitList(raw);
  if (pieces.length > 1 && !definition.list) throw reject('ONEVAL', name);
  return parsePieces(pieces, definition, name, reject);
}

/** One element of a parameter; a list parameter may have several values in it: `(A,B)`, `A.TXT+B.TXT`. */
export function parseParameterElement(
  raw: string,
  definition: ValueDefinition,
  reject: Reject,
): ParsedValues {
  const pieces = (definition.list ? splitList(raw) : [raw]).flatMap((piece) =>
    splitFiles(piece, definition, reject),
  );
  return parsePieces(pieces, definition, raw, reject);
}

export function parseDefault(
  definition: ValueDefinition | undefined,
  name: string,
  reject: Reject,
): ParsedValues {
  if (definition?.default === undefined) {
    const keywords = new Map<string, KeywordState>();
    takeDefaultKeywords(keywords, definition?.keywords ?? {}, reject);
    return { values: [], keywords, syntax: undefined };
  }
  if (definition.keywords === undefined) {
    return { values: [definition.default], keywords: new Map(), syntax: undefined };
  }
  return parsePieces(splitList(definition.default), definition, name, reject);
}

/** `+` joins file specifications only; elsewhere it is text (`TOMORROW+8:00`, `user+tag@node`). */
function splitFiles(raw: string, definition: ValueDefinition, reject: Reject): readonly string[] {
  if (definition.type !== '$FILE' && definition.type !== '$INFILE') return [raw];
  const pieces = splitAt(raw, '+');
  const concatenates = definition.list && definition.concatenates !== false;
  if (pieces.length > 1 && !concatenates) throw reject('NOCCAT', cookText(pieces[1] ?? ''));
  if (pieces.includes('')) throw reject('PARMDEL', '+');
  return pieces;
}

function parsePieces(
  pieces: readonly string[],
  definition: ValueDefinition,
  name: string,
  reject: Reject,
): ParsedValues {
  if (pieces.some((piece) => piece === '')) throw reject(pieces.length === 1 ? 'VALREQ' : 'IVVALU', name);
  if (definition.keywords !== undefined) return parseKeywords(pieces, definition.keywords, reject);
  return {
    values: pieces.map((piece) => plainValue(piece, definition, reject)),
    keywords: new Map(),
    syntax: undefined,
  };
}

function plainValue(raw: string, definition: ValueDefinition, reject: Reject): string {
  if (definition.verbatim) return raw;
  if (definition.type === '$REST_OF_LINE') return upcaseOutsideQuotes(raw);
  const text = cookText(raw);
  return checkType(text, definition.type, reject);
}

function checkType(text: string, type: ValueType | undefined, reject: Reject): string {
  switch (type) {
    case '$NUMBER':
      return integer(text, reject);
    case '$DATETIME':
      return checkTime(text, 'absolute', reject);
    case '$DELTATIME':
      return checkTime(text, 'delta', reject);
    default:
      return text;
  }
}

const radixes: Readonly<Record<string, number>> = { X: 16, O: 8, D: 10 };

/** A longword, signed or not: what CLI$_NUMBER conversion takes. */
const SMALLEST = -(2 ** 31);
const LARGEST = 2 ** 32 - 1;

/** [ "-" ] digits, or %X / %O / %D and digits; handed on in decimal. */
function integer(text: string, reject: Reject): string {
  const [, sign = '', radix = 'D', digits = ''] = /^([+-]?)(?:%([XOD]))?([0-9A-F]+)$/.exec(text.trim()) ?? [];
  const value = parseInt(digits, radixes[radix]);
  const fits =
    digits !== '' && value.toString(radixes[radix]).toUpperCase() === (digits.replace(/^0+(?=.)/, '') || '0');
  const signed = sign === '-' ? -value : value;
  if (!fits || signed < SMALLEST || signed > LARGEST) throw reject('NUMBER', text);
  return String(signed);
}

function parseKeywords(
  pieces: readonly string[],
  definitions: Readonly<Record<string, KeywordDefinition>>,
  reject: Reject,
): ParsedValues {
  const values: string[] = [];
  const keywords = new Map<string, KeywordState>();
  let syntax: string | undefined;
  for (const piece of pieces) {
    const { keyword, value } = splitKeyword(piece);
    const { name, negated } = matchNegatable(cookText(keyword), definitions, reject, 'IVKEYW');
    const definition = definitions[name]!;
    if (negated && value !== undefined) throw reject('NOVALU', name);
    const inner = negated
      ? { values: [], keywords: new Map<string, KeywordState>(), syntax: undefined }
      : parseQualifierValue(value, definition.value, name, reject);
    const label = definition.label ?? name;
    values.push(negated ? `NO${name}` : name);
    keywords.set(label, { presence: negated ? 'negated' : 'present', values: inner.values });
    for (const [path, state] of inner.keywords) keywords.set(`${label}.${path}`, state);
    syntax ??= definition.syntax ?? inner.syntax;
  }
  takeDefaultKeywords(keywords, definitions, reject);
  return { values, keywords, syntax };
}

/** Keywords that are present without being given. */
function takeDefaultKeywords(
  keywords: Map<string, KeywordState>,
  definitions: Readonly<Record<string, KeywordDefinition>>,
  reject: Reject,
): void {
  for (const [name, definition] of Object.entries(definitions)) {
    const label = definition.label ?? name;
    if (!definition.default || keywords.has(label)) continue;
    const { values } = parseDefault(definition.value, name, reject);
    keywords.set(label, { presence: 'defaulted', values });
  }
}

/**
 * A qualifier or keyword as typed, perhaps with NO in front. Exact and unique prefixes win over the rule that only four
 * characters count, so that a defined NOTIFY is never taken for a negated TIFY.
 */
export function matchNegatable(
  typed: string,
  definitions: Readonly<Record<string, { readonly negatable?: boolean }>>,
  reject: Reject,
  unknown: 'IVKEYW' | 'IVQUAL',
): { readonly name: string; readonly negated: boolean } {
  const names = Object.keys(definitions);
  const opposite = typed.startsWith('NO') ? typed.slice(2) : '';
  // Keywords are negatable only where the definition says so, qualifiers unless it says they are not.
  const negatable = (name: string): boolean => definitions[name]?.negatable ?? unknown === 'IVQUAL';
  for (const match of [matchPrefix, matchSignificant]) {
    for (const negated of [false, true]) {
      const found = match(negated ? opposite : typed, names);
      if (found.kind === 'ambiguous') throw reject('ABKEYW', typed);
      if (found.kind === 'none') continue;
      if (negated && !negatable(found.name)) throw reject('NOTNEG', typed);
      return { name: found.name, negated };
    }
  }
  throw reject(unknown, typed);
}
