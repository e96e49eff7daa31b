/** Shows prompt and line on the screen, over as many rows as they take, and finds its way back for the next change. */
import { layOut } from './display-width.ts';
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
    const { row } = this.#layOut(editor.text);
    if (this.#row === 0 && row === 0 && !typed.includes('\t')) this.#write(typed);
    else this.draw(editor);
  }

  draw(editor: LineEditor): void {
    const end = this.#layOut(editor.text);
    const cursor = this.#layOut(editor.textBeforeCursor);
    const sequence = [this.#toStart(), end.shown];
    // A full row leaves most terminals waiting before the wrap: make it happen.
    if (end.row > 0 && end.column === 0) sequence.push('\n');
    sequence.push(vertical(end.row, cursor.row), '\r', forward(cursor.column));
    this.#row = cursor.row;
    this.#write(sequence.join(''));
  }

  /** Only the cursor has moved. */
  moveCursor(editor: LineEditor): void {
    if (!this.#echo) return;
    const { row, column } = this.#layOut(editor.textBeforeCursor);
    this.#write(`${vertical(this.#row, row)}\r${forward(column)}`);
    this.#row = row;
  }

  /** Takes prompt and line off the screen; the cursor stands where the prompt began. */
  erase(): void {
    this.#write(this.#toStart());
    this.#row = 0;
  }

  /** Leaves prompt and line in sight; the cursor stands in the first column below. */
  leave(editor: LineEditor): void {
    this.#write(`${vertical(this.#row, this.#layOut(editor.text).row)}\n`);
    this.#row = 0;
  }

  /** Something else was written: prompt and line begin anew where the cursor stands now. */
  restart(editor: LineEditor): void {
    this.#row = 0;
    this.draw(editor);
  }

  /** The window has another width: terminals of today have broken the rows anew, and the cursor is where it then belongs. */
  resized(editor: LineEditor): void {
    this.#row = this.#layOut(editor.textBeforeCursor).row;
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

  #layOut(text: string) {
    return layOut(this.#echo ? this.#prompt + text : this.#prompt, this.#columns());
  }

  #toStart(): string {
    return `${vertical(this.#row, 0)}\r\x1b[J`;
  }
}

const vertical = (from: number, to: number): string =>
  to < from ? `\x1b[${from - to}A` : to > from ? `\x1b[${to - from}B` : '';

const forward = (columns: number): string => (columns > 0 ? `\x1b[${columns}C` : '');
