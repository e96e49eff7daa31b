/** New inputs out of known ones: what is in them, a little wrong. The same numbers make the same inputs. An octet is a character. */
import type { Grammar } from './grammar.ts';

/** What parsers stumble over. */
const STUMBLING_BLOCKS = [
  '\0',
  '\r',
  '\n',
  '\r\n',
  '\r\n.\r\n',
  '\n.\n',
  '\t',
  ' ',
  '"',
  "'",
  '\\',
  '(',
  ')',
  '((((((((((((((((',
  '<',
  '>',
  '@',
  '%',
  '*',
  '{0}',
  '{9}\r\n',
  '{99999999999}\r\n',
  '~{3}\r\n',
  '[]',
  '-1',
  '0',
  '4294967296',
  '99999999999999999999',
  '\x7f',
  '\x80',
  '\xff\xfe',
  '\xc3\x28',
  '\xf0\x9f\x98\x80',
  '=?utf-8?q?=',
  '=?x?b?====?=',
  '--',
  ';',
  ',',
  ':',
  '/',
  '!',
  '$',
  '&',
  '..',
  'A'.repeat(300),
  ' '.repeat(3_000),
];

const LONGEST = 20_000;
/** What a little piece is now and then made as long as: whoever takes more than his time for it is found. */
const BLOWN_UP = 60_000;
const BLOWN_UP_OF = 300;
const BRACKETS = ['()', '<>', '[]', '{}', '""', "''", '\r\n', '  '];

export class Mutator {
  readonly #random: () => number;
  readonly #corpus: string[];
  readonly #grammar: Grammar | undefined;
  readonly #words: readonly string[];

  /**
   * @param corpus  at least one
   * @param grammar  half of the inputs are made from it; its words stand in for others
   */
  constructor(random: () => number, corpus: readonly string[], grammar?: Grammar) {
    this.#random = random;
    this.#corpus = [...corpus];
    this.#grammar = grammar;
    this.#words = grammar?.words ?? [];
  }

  /** From now on inputs are made of this one too. */
  add(input: string): void {
    this.#corpus.push(input);
  }

  next(): string {
    if (this.#below(BLOWN_UP_OF) === 0) return this.#blownUp(this.#oneOf(this.#corpus));
    const isMade = this.#grammar !== undefined && this.#random() < 0.5;
    let text = isMade ? this.#grammar.make(this.#random) : this.#oneOf(this.#corpus);
    for (let changes = this.#below(isMade ? 4 : 6); changes > 0; changes -= 1) text = this.#changed(text);
    return text.slice(0, LONGEST);
  }

  /** A piece of it again and again. */
  #blownUp(text: string): string {
    const at = this.#below(text.length + 1);
    const end = Math.min(text.length, at + 1 + this.#below(30));
    const piece = text.slice(at, end);
    const times = Math.floor((BLOWN_UP - text.length) / Math.max(1, piece.length));
    return text.slice(0, at) + piece.repeat(Math.max(1, times)) + text.slice(end);
  }

  /** In pieces, as a wire might bring it. */
  pieces(text: string): readonly string[] {
    const found: string[] = [];
    const most = 1 + this.#below(4) * this.#below(200);
    for (let at = 0; at < text.length; ) {
      const end = at + Math.max(1, Math.ceil(text.length / most));
      found.push(text.slice(at, end));
      at = end;
    }
    return found;
  }

  #changed(text: string): string {
    const at = this.#below(text.length + 1);
    const end = Math.min(text.length, at + this.#below(this.#random() < 0.8 ? 12 : text.length + 1));
    const [before, middle, after] = [text.slice(0, at), text.slice(at, end), text.slice(end)];
    switch (this.#below(12)) {
      case 0:
        return before + after;
      case 1:
        return before + middle + middle + after;
      case 2:
        return before + this.#oneOf(STUMBLING_BLOCKS) + middle + after;
      case 3:
        return before + this.#oneOf(STUMBLING_BLOCKS) + after;
      case 4:
        return before + String.fromCharCode(this.#below(256)) + text.slice(at + 1);
      case 5: {
        const other = this.#oneOf(this.#corpus);
        return before + other.slice(this.#below(other.length + 1));
      }
      case 6: {
        const lines = text.split('\n');
        const line = lines.splice(this.#below(lines.length), 1)[0]!;
        lines.splice(this.#below(lines.length + 1), 0, line, ...(this.#random() < 0.3 ? [line] : []));
        return lines.join('\n');
      }
      case 7:
        return this.#otherWord(text);
      case 8:
        return this.#otherWord(text);
      case 9: {
        const [open, close] = this.#oneOf(BRACKETS);
        const deep = this.#random() < 0.8 ? 1 : this.#below(200);
        return before + open!.repeat(deep) + middle + close!.repeat(deep) + after;
      }
      case 10: {
        const lines = text.split('\n');
        const others = this.#oneOf(this.#corpus).split('\n');
        lines.splice(this.#below(lines.length), this.#below(2), this.#oneOf(others));
        return lines.join('\n');
      }
      default:
        return this.#random() < 0.5 ? before : before + middle.repeat(1 + this.#below(50)) + after;
    }
  }

  /** One word is another. */
  #otherWord(text: string): string {
    if (this.#words.length === 0) return text;
    const words = [...text.matchAll(/[\w$.\\-]+/g)];
    if (words.length === 0) return text + this.#oneOf(this.#words);
    const { 0: word, index } = this.#oneOf(words);
    return text.slice(0, index) + this.#oneOf(this.#words) + text.slice(index + word.length);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #oneOf<T>(all: readonly T[]): T {
    return all[this.#below(all.length)]!;
  }
}
