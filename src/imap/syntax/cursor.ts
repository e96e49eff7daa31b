/**
 * A command of a client, read from left to right. Every rule of the grammar takes what it names or throws; whoever obeys the
 * command answers BAD then. Literals have been read before, and stand in the command as they came.
 * Source: RFC 9051 §9.
 */
import { type NumberSet, parseNumberSet } from './number-set.ts';

/** A literal too long to be kept in memory, kept elsewhere while it came: the message of an APPEND. */
export class Upload<T = unknown> {
  readonly content: T;
  readonly octets: number;

  constructor(content: T, octets: number) {
    this.content = content;
    this.octets = octets;
  }
}

/** Text of a line, an octet a character and without the `{n}` of a literal; what literals hold. */
export type CommandPart = string | Uint8Array | Upload;

/** What is wrong, in words for a person. */
export class SyntaxFault extends Error {}

/** Lists in lists. */
const DEEPEST = 64;

export class Cursor {
  readonly #parts: readonly CommandPart[];
  #part = 0;
  #at = 0;
  #depth = 0;

  constructor(parts: readonly CommandPart[]) {
    this.#parts = parts;
  }

  get isAtEnd(): boolean {
    const part = this.#parts[this.#part];
    if (part === undefined) return true;
    return typeof part === 'string' && this.#at >= part.length && this.#part === this.#parts.length - 1;
  }

  /** The next character of the line; '' at the end, and before a literal. */
  peek(): string {
    const part = this.#parts[this.#part];
    return typeof part === 'string' ? part.charAt(this.#at) : '';
  }

  /** Whether these characters come next, in whatever case. */
  isNext(text: string): boolean {
    const part = this.#parts[this.#part];
    if (typeof part !== 'string') return false;
    return part.slice(this.#at, this.#at + text.length).toUpperCase() === text.toUpperCase();
  }

  /** Takes them, when they come next. */
  takes(text: string): boolean {
    if (text === '' || !this.isNext(text)) return false;
    this.#at += text.length;
    return true;
  }

  expect(text: string): void {
    if (!this.takes(text)) throw new SyntaxFault(`${text === ' ' ? 'A blank' : text} is missing.`);
  }

  space(): void {
    this.expect(' ');
  }

  end(): void {
    if (!this.isAtEnd) throw new SyntaxFault('There is something behind the command.');
  }

  /** The longest text of these characters. @param pattern  sticky, and matches no empty text */
  match(pattern: RegExp, name: string): string {
    const part = this.#parts[this.#part];
    pattern.lastIndex = this.#at;
    const found = typeof part === 'string' ? pattern.exec(part)?.[0] : undefined;
    if (found === undefined) throw new SyntaxFault(`Not a ${name}.`);
    this.#at += found.length;
    return found;
  }

  /** atom = 1*ATOM-CHAR */
  atom(): string {
    return this.match(/[^\x00-\x20\x7f-\xff(){%*"\\\]]+/y, 'word');
  }

  /** number64 */
  number(): number {
    const number = Number(this.match(/\d{1,19}/y, 'number'));
    if (!Number.isSafeInteger(number)) throw new SyntaxFault('A number is too large.');
    return number;
  }

  /** mod-sequence-valzer, of 63 bits. The store never counts beyond exact numbers: more is as good as the largest. RFC 7162 §7 */
  modseq(): number {
    const digits = this.match(/\d{1,19}/y, 'modification sequence');
    if (BigInt(digits) > 9_223_372_036_854_775_807n) throw new SyntaxFault('A number is too large.');
    return Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
  }

  numberSet(): NumberSet {
    const set = parseNumberSet(this.match(/[\d:,*]+/y, 'set of numbers'));
    if (set === undefined) throw new SyntaxFault('Not a set of numbers.');
    return set;
  }

  /** flag = "\" atom / atom */
  flag(): string {
    return this.takes('\\') ? `\\${this.atom()}` : this.atom();
  }

  /** astring = 1*ASTRING-CHAR / string; its octets. */
  astring(): Buffer {
    return (
      this.string() ?? Buffer.from(this.match(/[^\x00-\x20\x7f-\xff(){%*"\\]+/y, 'word or string'), 'latin1')
    );
  }

  /** list-mailbox = 1*list-char / string */
  listMailbox(): Buffer {
    return this.string() ?? Buffer.from(this.match(/[^\x00-\x20\x7f-\xff(){"\\]+/y, 'pattern'), 'latin1');
  }

  /** nstring: undefined for NIL. */
  nstring(): Buffer | undefined {
    const string = this.string();
    if (string === undefined && !this.takes('NIL')) throw new SyntaxFault('Not a string.');
    return string;
  }

  /** string = quoted / literal; undefined when something else comes. */
  string(): Buffer | undefined {
    if (this.peek() === '"') return this.#quoted();
    const literal = this.#parts[this.#part];
    if (literal instanceof Uint8Array) return this.#literal(literal);
    const next = this.#parts[this.#part + 1];
    if (this.peek() !== '' || !(next instanceof Uint8Array)) return undefined;
    return this.#literal(next, 2);
  }

  /** literal8, or a literal, that was kept elsewhere; undefined when something else comes. */
  upload(): Upload | undefined {
    const isAhead = this.peek() === '' && typeof this.#parts[this.#part] === 'string';
    const part = this.#parts[this.#part + (isAhead ? 1 : 0)];
    if (!(part instanceof Upload)) return undefined;
    this.#part += isAhead ? 2 : 1;
    this.#at = 0;
    return part;
  }

  /** "(" [item *(SP item)] ")" */
  list<T>(item: () => T): T[] {
    this.expect('(');
    if (++this.#depth > DEEPEST) throw new SyntaxFault('Lists are nested too deep.');
    const items: T[] = [];
    while (!this.takes(')')) {
      if (items.length > 0) this.space();
      items.push(item());
    }
    this.#depth--;
    return items;
  }

  /** DQUOTE *QUOTED-CHAR DQUOTE; also with UTF-8 in it. */
  #quoted(): Buffer {
    const text = this.match(/"(?:[^"\\\r\n\0]|\\["\\])*"/y, 'quoted string');
    return Buffer.from(text.slice(1, -1).replace(/\\(.)/g, '$1'), 'latin1');
  }

  #literal(octets: Uint8Array, parts = 1): Buffer {
    this.#part += parts;
    this.#at = 0;
    return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  }
}
