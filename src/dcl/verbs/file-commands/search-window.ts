/** /WINDOW: lines around a hit. Holds as many records as the window has before the hit. Source: dcl.md §13; DCL Dictionary. */
import type { ParsedCommand } from '../../../command-definition/index.ts';

export interface WindowSize {
  readonly before: number;
  readonly after: number;
  /** Between groups of lines that do not touch each other. */
  readonly separator: boolean;
  /** /WINDOW=0: the names of files alone. */
  readonly nothing: boolean;
}

const SEPARATOR = '*'.repeat(15);

/** One number counts the line of the hit, too; of an even number one line more comes behind. */
export function windowOf(command: ParsedCommand): WindowSize {
  const [first, second] = command.values('WINDOW').map(Number);
  if (!command.present('WINDOW') || first === undefined)
    return { before: 0, after: 0, separator: false, nothing: false };
  if (second !== undefined) return { before: first, after: second, separator: true, nothing: false };
  const around = Math.max(0, first - 1);
  const before = Math.floor(around / 2);
  return { before, after: around - before, separator: first > 1, nothing: first === 0 };
}

export class SearchWindow {
  readonly #size: WindowSize;
  readonly #print: (line: string, number: number | undefined) => Promise<void>;
  readonly #held: { readonly record: string; readonly number: number }[] = [];
  /** Lines that still belong to the last hit. */
  #due = 0;
  #lastPrinted = 0;

  constructor(size: WindowSize, print: (line: string, number: number | undefined) => Promise<void>) {
    this.#size = size;
    this.#print = print;
  }

  async record(record: string, number: number, isHit: boolean): Promise<void> {
    if (this.#size.nothing) return;
    if (!isHit && this.#due === 0) {
      if (this.#size.before === 0) return;
      this.#held.push({ record, number });
      if (this.#held.length > this.#size.before) this.#held.shift();
      return;
    }
    if (isHit) {
      await this.#open(number - this.#held.length);
      this.#due = this.#size.after;
    } else this.#due -= 1;
    await this.#print(record, number);
    this.#lastPrinted = number;
  }

  async #open(first: number): Promise<void> {
    const { separator } = this.#size;
    if (separator && this.#lastPrinted > 0 && first > this.#lastPrinted + 1)
      await this.#print(SEPARATOR, undefined);
    for (const { record, number } of this.#held.splice(0)) await this.#print(record, number);
  }
}
