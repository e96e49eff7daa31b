/** A cursor over the tokens of a command definition file. */
import type { Condition } from '../../condition/index.ts';
import { matchPrefix } from '../abbreviation.ts';
import { CDU } from './cdu-messages.ts';
import type { CldToken } from './cld-scanner.ts';

export class CldTokens {
  readonly #tokens: readonly CldToken[];
  #next = 0;

  constructor(tokens: readonly CldToken[]) {
    this.#tokens = tokens;
  }

  atEnd(): boolean {
    return this.#token().kind === 'end';
  }

  /** True when the mark is next. */
  peek(mark: string): boolean {
    const { kind, text } = this.#token();
    return kind === 'mark' && text === mark;
  }

  /** The word of the list that is next, or so many tokens behind; does not move. */
  peekWord(words: readonly string[], behind = 0): string | undefined {
    const { kind, text } = this.#token(behind);
    const found = kind === 'word' ? matchPrefix(text, words) : undefined;
    return found?.kind === 'unique' ? found.name : undefined;
  }

  /** The next token as it is written, words in upper case. */
  peekText(): string {
    return this.#token().text;
  }

  takes(mark: string): boolean {
    if (!this.peek(mark)) return false;
    this.#next += 1;
    return true;
  }

  /** Throws CDU SYNTAX when the mark does not follow. */
  expect(mark: string): void {
    if (!this.takes(mark)) throw this.unexpected();
  }

  /** One of these words, perhaps abbreviated; in full. */
  takeWord(words: readonly string[]): string {
    const word = this.peekWord(words);
    if (word === undefined) throw this.unexpected();
    this.#next += 1;
    return word;
  }

  /** A name, plain or quoted, in upper case. */
  takeName(): { readonly text: string; readonly line: number } {
    const { kind, text, line } = this.#token();
    if (kind !== 'word' && kind !== 'string') throw this.unexpected();
    this.#next += 1;
    return { text: text.toUpperCase(), line };
  }

  /** A quoted text, or a word. */
  takeText(): string {
    const { kind, text } = this.#token();
    if (kind !== 'word' && kind !== 'string') throw this.unexpected();
    this.#next += 1;
    return text;
  }

  skip(): void {
    if (this.atEnd()) throw this.unexpected();
    this.#next += 1;
  }

  get line(): number {
    return this.#token().line;
  }

  unexpected(): Condition {
    const { text, line } = this.#token();
    return CDU.syntax(line, text);
  }

  #token(behind = 0): CldToken {
    return this.#tokens[Math.min(this.#next + behind, this.#tokens.length - 1)]!;
  }
}
