/** Shows prompt and line on the screen, over as many rows as they take, and finds its way back for the next change. */
import { columnAfter } from './display-width.ts';
import type { LineEditor } from './line-editor.ts';

export class LineDisplay {
  readonly #write: (text: string) => void;
  readonly #columns: () => number;
  readonly #prompt: string;
  readonly #echo: boolean;
  /** Row of the cursor, counted from the row the prompt stands in. */
  #row = 0;

  /** @param prompt  last line of the prompt; lines above it are written once, by the caller */
  constructor(write: (text: string) => void, columns: () => number, prompt: string, echo: boolean) {
    this.#write = write;
    this.#columns = columns;
    this.#prompt = prompt;
    this.#echo = echo;
  }

  /** Characters put at the end of the line: written as they are, unless the row is full. */
  append(typed: string, editor: LineEditor): void {
    if (!this.#echo) return;
    const column = columnAfter(this.#prompt + editor.text, 0);
    if (this.#row === 0 && column < this.#columns() && !typed.includes('\t')) this.#write(typed);
    else this.draw(editor);
  }

  draw(editor: LineEditor): void {
    const text = this.#echo ? editor.text : '';
    const before = this.#echo ? editor.textBeforeCursor : '';
    const columns = this.#columns();
    const end = columnAfter(this.#prompt + text, 0);
    const cursor = columnAfter(this.#prompt + before, 0);
    const endRow = Math.floor(end / columns);
    const sequence = [this.#toStart(), expandTabs(this.#prompt + text)];
    // A full row leaves most terminals waiting before the wrap: make it happen.
    if (end > 0 && end % columns === 0) sequence.push('\n');
    const row = Math.floor(cursor / columns);
    if (endRow > row) sequence.push(`\x1b[${endRow - row}A`);
    sequence.push('\r');
    if (cursor % columns > 0) sequence.push(`\x1b[${cursor % columns}C`);
    this.#row = row;
    this.#write(sequence.join(''));
  }

  /** Only the cursor has moved. */
  moveCursor(editor: LineEditor): void {
    if (!this.#echo) return;
    const cursor = columnAfter(this.#prompt + editor.textBeforeCursor, 0);
    const row = Math.floor(cursor / this.#columns());
    const column = cursor % this.#columns();
    const vertical =
      row < this.#row ? `\x1b[${this.#row - row}A` : row > this.#row ? `\x1b[${row - this.#row}B` : '';
    this.#write(`${vertical}\r${column > 0 ? `\x1b[${column}C` : ''}`);
    this.#row = row;
  }

  /** Takes prompt and line off the screen; the cursor stands where the prompt began. */
  erase(): void {
    this.#write(this.#toStart());
    this.#row = 0;
  }

  /** Something else was written: prompt and line begin anew where the cursor stands now. */
  restart(editor: LineEditor): void {
    this.#row = 0;
    this.draw(editor);
  }

  /** Leaves the cursor behind the text and shows `echo` there: the line is finished. */
  finish(editor: LineEditor, echo: string): void {
    if (this.#echo && editor.textBeforeCursor !== editor.text) {
      editor.apply({ kind: 'end' });
      this.moveCursor(editor);
    }
    this.#write(`${echo}\n`);
  }

  #toStart(): string {
    return `${this.#row > 0 ? `\x1b[${this.#row}A` : ''}\r\x1b[J`;
  }
}

/** TABs as blanks, so that a redrawn row has no old characters between stops. */
function expandTabs(text: string): string {
  let line = '';
  for (const piece of text.split(/(\t)/)) {
    line += piece === '\t' ? ' '.repeat(8 - (columnAfter(line, 0) % 8)) : piece;
  }
  return line;
}
