/**
 * A message or a listing shown page by page on a terminal, and in one go everywhere else. Lines come from an iterator
 * and are fetched as pages are shown, so that a long message costs no memory. Source: vms-mail.md §3.1, §3.4.
 */
import { cutToWidth } from '../../mime/character-width.ts';
import type { SessionOutput } from '../../ports/session-io.ts';
import { SCREEN } from '../index.ts';
import { screenTextLines } from './screen-text.ts';
import { rowsOf } from './screens.ts';

/** A line; or several that stay together on a page, as an entry of DIRECTORY/FULL does. */
export type DisplayLine = string | readonly string[];

export interface DisplayContent {
  /** Repeated at the top of every page. */
  readonly heading: readonly string[];
  readonly lines: AsyncIterator<DisplayLine>;
  /** READ and its relatives clear the screen before a page. */
  readonly clearsScreen: boolean;
  /** Rows of a page that are not for `lines`: heading, of a row for each line, blank lines, prompt. */
  readonly reservedRows: number;
}

const CLEAR_SCREEN = '\x1b[H\x1b[2J';

export class PagedDisplay {
  readonly #content: DisplayContent;
  readonly #output: SessionOutput;
  /** Pieces of lines already fetched; FORM_FEED asks for a new page. */
  readonly #waiting: DisplayLine[] = [];
  #ended = false;

  constructor(content: DisplayContent, output: SessionOutput) {
    this.#content = content;
    this.#output = output;
  }

  /** Shows the next page; true when more remain. `signal` stops between lines. */
  async showPage(signal?: AbortSignal): Promise<boolean> {
    const { heading, clearsScreen, reservedRows } = this.#content;
    const { isTerminal: paged, columns } = this.#output;
    const wrapped = heading.reduce((sum, each) => sum + rowsOf(each, columns) - 1, 0);
    if (paged && clearsScreen) await this.#output.writeRaw(CLEAR_SCREEN);
    for (const line of heading) await this.#output.writeLine(line);
    let left = paged ? Math.max(this.#output.rows - reservedRows - wrapped, 1) : Number.POSITIVE_INFINITY;
    let isEmpty = true;
    for (;;) {
      const line = await this.#peek();
      if (line === undefined || signal?.aborted) {
        await this.close();
        return false;
      }
      const isFormFeed = line === FORM_FEED;
      if (isFormFeed && (!paged || isEmpty)) {
        this.#waiting.shift();
        continue;
      }
      const lines = typeof line === 'string' ? [line] : line;
      const rows = paged ? lines.reduce((sum, each) => sum + rowsOf(each, columns), 0) : 0;
      // However small the screen is, a page shows something.
      if (isFormFeed || (rows > left && !isEmpty)) break;
      this.#waiting.shift();
      left -= rows;
      isEmpty = false;
      for (const each of lines) await this.#output.writeLine(each);
    }
    if (this.#waiting[0] === FORM_FEED) this.#waiting.shift();
    for (const line of screenTextLines(SCREEN.MOREMSG)) await this.#output.writeLine(line);
    return true;
  }

  /** Lets go of the text. */
  async close(): Promise<void> {
    this.#ended = true;
    this.#waiting.length = 0;
    await this.#content.lines.return?.();
  }

  async #peek(): Promise<DisplayLine | undefined> {
    while (this.#waiting.length === 0 && !this.#ended) {
      const next = await this.#content.lines.next();
      if (next.done) this.#ended = true;
      else if (typeof next.value === 'string') this.#waiting.push(...this.#pieces(next.value));
      else this.#waiting.push(next.value);
    }
    return this.#waiting[0];
  }

  /** Cut at form feeds, and on a terminal to what half a page can hold. */
  #pieces(line: string): readonly string[] {
    const parts = line.split('\f').flatMap((part, index) => (index === 0 ? [part] : [FORM_FEED, part]));
    const kept = parts.length > 1 ? parts.filter((part) => part !== '') : parts;
    if (!this.#output.isTerminal) return kept;
    const width = this.#output.columns;
    return kept.flatMap((part) => (rowsOf(part, width) <= 4 ? [part] : slices(part, width)));
  }
}

const FORM_FEED = '\f';

/** Rows of their own. TABs are where they were: the row before is full. */
function slices(line: string, width: number): readonly string[] {
  const pieces: string[] = [];
  for (let rest = line; rest !== ''; ) {
    const piece = cutToWidth(rest, width) || rest.slice(0, 1);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return pieces;
}
