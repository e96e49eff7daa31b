/**
 * The line being typed: text, cursor and recall, without any screen. Keys of DCL and SMG line editing.
 * Sources: vms-mail.md §1.6; OpenVMS User's Manual, "Line editing keys".
 */
import type { CommandRecall } from '../../ports/session-io.ts';
import type { Key } from './terminal-keys.ts';

/** The hyphen, and a comment behind it. */
const CONTINUATION = /-[ \t]*(![^"]*)?$/;

/** Lines entered before. OpenVMS keeps 254 at the DCL prompt, 20 for utilities. */
export class RecallList implements CommandRecall {
  readonly #lines: string[] = [];
  readonly #limit: number;

  constructor(limit = 20) {
    this.#limit = limit;
  }
  get length(): number {
    return this.#lines.length;
  }
  get lines(): readonly string[] {
    return this.#lines.toReversed();
  }
  forgetLast(): void {
    this.#lines.pop();
  }
  erase(): void {
    this.#lines.length = 0;
  }
  /** 1: the last line entered. Undefined beyond the oldest. */
  back(distance: number): string | undefined {
    return this.#lines.at(-distance);
  }
  /**
   * Empty lines and a repetition of the last line are not kept.
   * @param continued  the line goes on with the last one: a command with its continuations is one line, without hyphens
   */
  add(line: string, continued = false): void {
    if (continued && this.#lines.length > 0) {
      this.#lines.push(`${this.#lines.pop()!.replace(CONTINUATION, '')}${line}`);
      return;
    }
    if (line.trim() === '' || line === this.#lines.at(-1)) return;
    this.#lines.push(line);
    if (this.#lines.length > this.#limit) this.#lines.shift();
  }
}

/** `appended`: the text was put at the end, the cheap case for the screen. */
export type EditResult = 'nothing' | 'appended' | 'moved' | 'changed';

export class LineEditor {
  /** What a reader takes for one character: letters with their accents, joined emoji. */
  #characters: string[] = [];
  #cursor = 0;
  #insert: boolean;
  readonly #recall: RecallList | undefined;
  /** 0: the line being typed; n: the nth before. */
  #distance = 0;

  /**
   * @param insert  insert mode as the line begins; Ctrl/A switches for this line only, as on OpenVMS
   * @param initial  stands there already, the cursor behind it
   */
  constructor(insert: boolean, recall?: RecallList, initial = '') {
    this.#insert = insert;
    this.#recall = recall;
    this.#characters = graphemes(initial);
    this.#cursor = this.#characters.length;
  }

  get text(): string {
    return this.#characters.join('');
  }
  get textBeforeCursor(): string {
    return this.#characters.slice(0, this.#cursor).join('');
  }

  apply(key: Key): EditResult {
    switch (key.kind) {
      case 'text':
        return this.#type(key.text);
      case 'rubout':
        return this.#deleteBack(1);
      case 'home':
        return this.#moveTo(0);
      case 'end':
        return this.#moveTo(this.#characters.length);
      case 'arrow':
        return this.#arrow(key.direction);
      case 'control':
        return this.#control(key.letter);
      case 'delete':
        return this.#deleteForward();
      case 'return':
      case 'named':
        return 'nothing';
    }
  }

  /** Takes everything off the line. */
  clear(): EditResult {
    this.#cursor = this.#characters.length;
    return this.#deleteBack(this.#cursor);
  }

  #type(text: string): EditResult {
    const typed = graphemes(text);
    const atEnd = this.#cursor === this.#characters.length;
    this.#characters.splice(this.#cursor, this.#insert ? 0 : typed.length, ...typed);
    this.#cursor += typed.length;
    this.#joinAccents(text);
    return atEnd ? 'appended' : 'changed';
  }

  /** An accent that came by itself belongs to the letter before it. */
  #joinAccents(typed: string): void {
    if (isPlain(typed)) return;
    const before = graphemes(this.textBeforeCursor);
    this.#characters.splice(0, this.#cursor, ...before);
    this.#cursor = before.length;
  }

  #arrow(direction: 'up' | 'down' | 'left' | 'right'): EditResult {
    if (direction === 'left') return this.#moveTo(this.#cursor - 1);
    if (direction === 'right') return this.#moveTo(this.#cursor + 1);
    return this.#recallLine(direction === 'up' ? 1 : -1);
  }

  #control(letter: string): EditResult {
    switch (letter) {
      case 'A':
        this.#insert = !this.#insert;
        return 'nothing';
      case 'B':
        return this.#recallLine(1);
      case 'D':
        return this.#moveTo(this.#cursor - 1);
      case 'F':
        return this.#moveTo(this.#cursor + 1);
      case 'E':
        return this.#moveTo(this.#characters.length);
      case 'H':
        return this.#moveTo(0);
      case 'J':
        return this.#deleteBack(this.#wordLength());
      case 'U':
        return this.#deleteBack(this.#cursor);
      case 'X':
        return this.clear();
      // Shows the line anew.
      case 'W':
        return 'changed';
      default:
        return 'nothing';
    }
  }

  #moveTo(cursor: number): EditResult {
    this.#cursor = Math.min(Math.max(cursor, 0), this.#characters.length);
    return 'moved';
  }

  #deleteBack(count: number): EditResult {
    const taken = Math.min(count, this.#cursor);
    if (taken === 0) return 'nothing';
    this.#cursor -= taken;
    this.#characters.splice(this.#cursor, taken);
    return 'changed';
  }

  #deleteForward(): EditResult {
    if (this.#cursor === this.#characters.length) return 'nothing';
    this.#characters.splice(this.#cursor, 1);
    return 'changed';
  }

  /** Blanks before the cursor and the word before them. */
  #wordLength(): number {
    const [word = ''] = /\S*\s*$/u.exec(this.textBeforeCursor) ?? [];
    return graphemes(word).length;
  }

  #recallLine(step: 1 | -1): EditResult {
    if (this.#recall === undefined) return 'nothing';
    const distance = this.#distance + step;
    if (distance < 0 || distance > this.#recall.length) return 'nothing';
    this.#distance = distance;
    this.#characters = graphemes(distance === 0 ? '' : (this.#recall.back(distance) ?? ''));
    this.#cursor = this.#characters.length;
    return 'changed';
  }
}

/** Every character of it stands for itself. */
const isPlain = (text: string): boolean => /^[\x00-\u02ff]*$/.test(text);

let segmenter: Intl.Segmenter | undefined;

function graphemes(text: string): string[] {
  if (isPlain(text)) return [...text];
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
