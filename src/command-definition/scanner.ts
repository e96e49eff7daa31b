/**
 * The tokenizer of command lines: cuts a line into verb, words, qualifiers and parameters without knowing what they mean.
 * Text stays raw here (quotes kept, not upcased); command-text.ts turns it into values. Source: dcl.md §1, §6.1.
 */
import type { Reject } from './cli-condition.ts';

export interface QualifierItem {
  /** Upper case, without the slash, NO still in front. */
  readonly name: string;
  /** Raw text behind `=` or `:`; undefined when there was none, '' when nothing followed it. */
  readonly value: string | undefined;
}

export interface ParameterElement {
  readonly raw: string;
  /** Qualifiers that follow this element. */
  readonly qualifiers: readonly QualifierItem[];
}

export interface ParameterItem {
  readonly elements: readonly ParameterElement[];
}

/** dcl.md §1 */
const LONGEST_TOKEN = 4_000;

const isBlank = (character: string): boolean => character === ' ' || character === '\t';
const closing: Readonly<Record<string, string>> = { '[': ']', '<': '>' };

export class CommandScanner {
  readonly #line: string;
  readonly #reject: Reject;
  #position = 0;
  /** Up to where there is no such bracket. */
  readonly #unclosed: Record<string, number> = { ']': 0, '>': 0 };

  constructor(line: string, reject: Reject) {
    this.#line = line;
    this.#reject = reject;
    this.skipBlanks();
  }

  skipBlanks(): void {
    while (isBlank(this.#peek())) this.#position += 1;
  }

  atEnd(): boolean {
    this.skipBlanks();
    return this.#position >= this.#line.length;
  }

  atQualifier(): boolean {
    this.skipBlanks();
    return this.#peek() === '/';
  }

  /** Everything that is left, raw. */
  rest(): string {
    return this.#line.slice(this.#position).trim();
  }

  /** The verb, upper case; '' when the line does not begin with a letter. `@` is a verb by itself. */
  takeVerb(): string {
    const [verb = ''] = /^(@|[A-Z$_][A-Z0-9$_]*)/i.exec(this.#line.slice(this.#position)) ?? [];
    this.#position += verb.length;
    return verb.toUpperCase();
  }

  /** The next word in upper case when it is a plain one, as a keyword would be; does not move. */
  peekWord(): string | undefined {
    this.skipBlanks();
    const [, word] = /^([A-Z0-9$_-]+)(?=[ \t/=]|$)/i.exec(this.#line.slice(this.#position)) ?? [];
    return word?.toUpperCase();
  }

  /** Takes a word seen by peekWord, and the raw value behind it if `=` follows. */
  takeWord(word: string): string | undefined {
    this.#position += word.length;
    return this.#takeAssignedValue(false);
  }

  takeQualifier(): QualifierItem {
    this.#position += 1;
    this.skipBlanks();
    const [name = ''] = /^[A-Z0-9$_-]+/i.exec(this.#line.slice(this.#position)) ?? [];
    if (name === '') throw this.#reject('NOKEYW');
    this.#position += name.length;
    return { name: name.toUpperCase(), value: this.#takeAssignedValue(true) };
  }

  /** parameter = element *( "," element ); element = text *qualifier. Call only when neither atEnd nor atQualifier. */
  takeParameter(withQualifiers = true): ParameterItem {
    const elements: ParameterElement[] = [];
    do {
      this.skipBlanks();
      const raw = this.#takeText();
      if (raw === '') throw this.#reject('PARMDEL', this.#peek() || ',');
      const qualifiers: QualifierItem[] = [];
      while (withQualifiers && this.atQualifier()) qualifiers.push(this.takeQualifier());
      elements.push({ raw, qualifiers });
    } while (this.#takeSeparator(','));
    return { elements };
  }

  /** value = [ blanks ] "=" text / ":" text */
  #takeAssignedValue(colonAllowed: boolean): string | undefined {
    if (!(colonAllowed && this.#peek() === ':') && !this.#nextIs('=')) return undefined;
    this.skipBlanks();
    this.#position += 1;
    this.skipBlanks();
    return this.#takeText();
  }

  /** Text up to a blank, comma or slash that no quote, bracket or parenthesis protects. */
  #takeText(): string {
    const start = this.#position;
    let depth = 0;
    while (this.#position < this.#line.length) {
      const character = this.#peek();
      if (character === '"') this.#skipQuoted();
      else if (closing[character] !== undefined && this.#skipBracketed(closing[character])) continue;
      else if (character === '(') depth += 1;
      else if (character === ')') depth -= 1;
      else if (depth === 0 && (isBlank(character) || character === ',')) break;
      else if (depth === 0 && character === '/' && this.#startsQualifier()) break;
      this.#position += 1;
    }
    const text = this.#line.slice(start, this.#position);
    if (depth !== 0) throw this.#reject('NOPAREN', text.trim());
    if (text.length > LONGEST_TOKEN) throw this.#reject('TKNOVF');
    return text;
  }

  /** No qualifier begins with a digit, so `10.0.0.0/8` is one value. */
  #startsQualifier(): boolean {
    return !/[0-9]/.test(this.#line.charAt(this.#position + 1));
  }

  /** Leaves the position on the closing quote; a string that is not closed ends with the line. dcl.md §1 */
  #skipQuoted(): void {
    const end = this.#line.indexOf('"', this.#position + 1);
    this.#position = end === -1 ? this.#line.length : end;
  }

  /** `[A,B]` is one piece; a bracket that is not closed before a blank protects nothing. */
  #skipBracketed(close: string): boolean {
    // What a bracket before this one has found holds for this one too: it is looked for once.
    if (this.#position < this.#unclosed[close]!) return false;
    let index = this.#position + 1;
    for (; index < this.#line.length; index += 1) {
      const character = this.#line.charAt(index);
      if (isBlank(character) || character === '"') break;
      if (character === close) {
        this.#position = index + 1;
        return true;
      }
    }
    this.#unclosed[close] = index;
    return false;
  }

  #takeSeparator(separator: string): boolean {
    if (!this.#nextIs(separator)) return false;
    this.skipBlanks();
    this.#position += 1;
    return true;
  }

  /** Looks over blanks; does not move. */
  #nextIs(wanted: string): boolean {
    let index = this.#position;
    while (isBlank(this.#line.charAt(index))) index += 1;
    return this.#line.charAt(index) === wanted;
  }

  #peek(): string {
    return this.#line.charAt(this.#position);
  }
}
