/** Sections of messages: what `BODY[…]` names, and where it is. Source: RFC 9051 §6.4.5.1, §9 (section). */
import type { MessageStructure, PartStructure } from '../structure/message-structure.ts';
import { isType } from '../structure/message-structure.ts';
import { type Cursor, SyntaxFault } from '../syntax/cursor.ts';

export interface Section {
  /** `1.2`; none: the message. */
  readonly numbers: readonly number[];
  readonly what: 'all' | 'header' | 'fields' | 'notFields' | 'text' | 'mime';
  /** Names in upper case, for `fields` and `notFields`. */
  readonly fields: readonly string[];
}

export const WHOLE_MESSAGE: Section = { numbers: [], what: 'all', fields: [] };

const MOST_FIELDS = 1_000;
const DEEPEST = 200;

/** section = "[" [section-spec] "]" */
export function parseSection(cursor: Cursor): Section {
  cursor.expect('[');
  const numbers = parseNumbers(cursor);
  const isNumbered = numbers.length > 0;
  if (cursor.takes(']')) return { ...WHOLE_MESSAGE, numbers };
  if (isNumbered) cursor.expect('.');
  const section = parseText(cursor, isNumbered);
  cursor.expect(']');
  return { ...section, numbers };
}

/** section-binary = "[" [section-part] "]" */
export function parseSectionPart(cursor: Cursor): readonly number[] {
  cursor.expect('[');
  const numbers = parseNumbers(cursor);
  cursor.expect(']');
  return numbers;
}

/** section-part = nz-number *("." nz-number); a 0 is none of any message. */
function parseNumbers(cursor: Cursor): readonly number[] {
  if (!/^\d/.test(cursor.peek())) return [];
  const numbers = cursor
    .match(/\d{1,9}(?:\.\d{1,9})*/y, 'number of a part')
    .split('.')
    .map(Number);
  if (numbers.length > DEEPEST) throw new SyntaxFault('No message has parts so deep.');
  return numbers;
}

/** section-text = section-msgtext / "MIME" */
function parseText(cursor: Cursor, isNumbered: boolean): Omit<Section, 'numbers'> {
  if (isNumbered && cursor.takes('MIME')) return { what: 'mime', fields: [] };
  if (cursor.takes('TEXT')) return { what: 'text', fields: [] };
  if (cursor.takes('HEADER.FIELDS')) {
    const what = cursor.takes('.NOT') ? 'notFields' : 'fields';
    cursor.space();
    return { what, fields: parseFields(cursor) };
  }
  cursor.expect('HEADER');
  return { what: 'header', fields: [] };
}

/** header-list = "(" header-fld-name *(SP header-fld-name) ")" */
function parseFields(cursor: Cursor): readonly string[] {
  const fields = cursor.list(() => cursor.astring().toString('latin1').toUpperCase());
  if (fields.length === 0 || fields.length > MOST_FIELDS)
    throw new SyntaxFault('No names of fields, or too many.');
  if (fields.some((each) => !/^[\x20-\x7e]{1,998}$/.test(each)))
    throw new SyntaxFault('Not the name of a field.');
  return fields;
}

/** `[1.HEADER.FIELDS (DATE FROM)]`, as answers name it. */
export function sectionName({ numbers, what, fields }: Section): string {
  const words = {
    all: '',
    header: 'HEADER',
    fields: 'HEADER.FIELDS',
    notFields: 'HEADER.FIELDS.NOT',
    text: 'TEXT',
    mime: 'MIME',
  } as const;
  const list = fields.length === 0 ? '' : ` (${fields.map(fieldName).join(' ')})`;
  const dot = numbers.length > 0 && what !== 'all' ? '.' : '';
  return `[${numbers.join('.')}${dot}${words[what]}${list}]`;
}

const fieldName = (name: string): string =>
  /^[^\x00-\x20\x7f(){%*"\\\]]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;

/** Octets of the message. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** The header for `fields` and `notFields`. Undefined where the message has no such section. */
export function placeOf({ numbers, what }: Section, message: MessageStructure): Place | undefined {
  const part = numbers.length === 0 ? message.root : partAt(message, numbers);
  if (part === undefined) return undefined;
  if (what === 'mime') return { start: part.headerStart, end: part.bodyStart };
  if (what === 'all')
    return { start: numbers.length === 0 ? part.headerStart : part.bodyStart, end: part.bodyEnd };
  // Behind a number only messages in messages have a header and a text of their own.
  const root = numbers.length === 0 ? message.root : part.message?.root;
  if (root === undefined) return undefined;
  return what === 'text'
    ? { start: root.bodyStart, end: root.bodyEnd }
    : { start: root.headerStart, end: root.bodyStart };
}

/** RFC 9051 §6.4.5.1: every message has part 1; parts of a message in a message are numbered within it. */
export function partAt(message: MessageStructure, numbers: readonly number[]): PartStructure | undefined {
  let inner: MessageStructure | undefined = message;
  let part: PartStructure | undefined;
  /** A part that is not made of others is its own part 1, and that has none. */
  let isOwnPart = false;
  for (const number of numbers) {
    const container: PartStructure | undefined = inner?.root ?? part;
    if (container === undefined) return undefined;
    if (isType(container, 'multipart')) {
      part = container.parts[number - 1];
      isOwnPart = false;
    } else {
      part = number === 1 && !(isOwnPart && inner === undefined) ? container : undefined;
      isOwnPart = true;
    }
    if (part === undefined) return undefined;
    inner = part.message;
  }
  return part;
}
