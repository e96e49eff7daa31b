/** What is written to a terminal while a line may be typed on it: above that line, below it, or not at all after Ctrl/O. */
import type { LineReading } from './line-reading.ts';
import type { TurnWriter } from './turn-writer.ts';

export class TerminalScreen {
  readonly #writer: TurnWriter;
  readonly #line: () => LineReading | undefined;
  readonly #reverseVideo: boolean;
  /** Ctrl/O: what is written is thrown away until somebody reads. */
  #isDiscarding = false;
  /** The cursor stands in the first column, as far as is known. */
  #isLineStart = true;
  /** What others have to tell while the terminal is lent. */
  #kept: (() => void)[] | undefined;

  /** @param line  the one being typed now */
  constructor(writer: TurnWriter, line: () => LineReading | undefined, reverseVideo: boolean) {
    this.#writer = writer;
    this.#line = line;
    this.#reverseVideo = reverseVideo;
  }

  /** What programs write. */
  write(text: string): void | Promise<void> {
    if (!this.#isDiscarding) return this.interject(text);
  }

  /** Output while a line is being typed goes above it. */
  interject(text: string): void | Promise<void> {
    const line = this.#line();
    if (line === undefined) {
      this.#isLineStart = text === '' ? this.#isLineStart : text.endsWith('\n');
      return this.#writer.write(text);
    }
    line.display.erase();
    const waiting = this.#writer.write(text);
    line.display.restart(line.editor);
    return waiting;
  }

  /** What was typed stays in sight; below it the text, and then the line again. */
  tellBelow(bell: string, text: string): void {
    if (this.#kept !== undefined) {
      this.#kept.push(() => this.tellBelow(bell, text));
      return;
    }
    const line = this.#line();
    void this.#writer.write(bell);
    if (line !== undefined) line.display.leave(line.editor);
    else if (bell !== '' || !this.#isLineStart) void this.#writer.write('\n');
    void this.#writer.write(text);
    this.#isLineStart = true;
    line?.display.restart(line.editor);
  }

  /** Ctrl/O. */
  toggleDiscarding(): void {
    this.#isDiscarding = !this.#isDiscarding;
    const word = this.marked(`Output ${this.#isDiscarding ? 'off' : 'on'}`);
    void this.interject(`${this.#isLineStart ? '' : '\n'}${word}\n`);
  }

  stopDiscarding(): void {
    this.#isDiscarding = false;
  }

  /** A line was typed to its end. */
  lineEnded(): void {
    this.#isLineStart = true;
  }

  /** Somebody else has the terminal: what is told is kept. */
  lend(): void {
    this.#kept = [];
  }

  takeBack(): void {
    this.#isLineStart = true;
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    for (const show of kept) show();
  }

  redraw(): void {
    const line = this.#line();
    line?.display.draw(line.editor);
  }

  resized(): void {
    const line = this.#line();
    line?.display.resized(line.editor);
  }

  /** How the terminal says what it does: `Exit` in reverse video, or `*EXIT*`. */
  marked(word: string): string {
    return this.#reverseVideo ? `\x1b[7m ${word} \x1b[0m` : `*${word.toUpperCase()}*`;
  }
}
