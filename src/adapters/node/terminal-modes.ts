/** How a terminal is set while sessions have it, raw and with pastes marked, and how it was. Its keypad sends digits or codes. */
import type { ReadStream, WriteStream } from 'node:tty';
import type { TurnWriter } from './turn-writer.ts';

const BRACKETED_PASTE_ON = '\x1b[?2004h';
const BRACKETED_PASTE_OFF = '\x1b[?2004l';
/** DECKPAM, DECKPNM. */
const APPLICATION_KEYPAD = '\x1b=';
const NUMERIC_KEYPAD = '\x1b>';

export class TerminalModes {
  readonly #input: Pick<ReadStream, 'setRawMode'>;
  readonly #output: WriteStream;
  readonly #writer: TurnWriter;
  /** What the keypad is set to. */
  #isApplication = false;
  /** Nothing has come from the keyboard since the terminal was made raw. */
  #isFresh = false;

  /** @param writer  of `output`: the keypad changes in turn with what is written */
  constructor(input: Pick<ReadStream, 'setRawMode'>, output: WriteStream, writer: TurnWriter) {
    this.#input = input;
    this.#output = output;
    this.#writer = writer;
  }

  takeUp(): void {
    this.#input.setRawMode(true);
    this.#isFresh = true;
    this.#output.write(`${this.#isApplication ? APPLICATION_KEYPAD : ''}${BRACKETED_PASTE_ON}`);
  }

  restore(): void {
    this.#input.setRawMode(false);
    if (!this.#output.writable) return;
    this.#output.write(`${this.#isApplication ? NUMERIC_KEYPAD : ''}${BRACKETED_PASTE_OFF}`);
  }

  /**
   * What the keyboard has sent. The driver made LF of RETURN (ICRNL) in what was typed before the terminal was raw; that comes
   * first and in one piece, and LF, which is Ctrl/J, would delete words of it.
   */
  heard(chunk: string): string {
    const isTypedAhead = this.#isFresh;
    this.#isFresh = false;
    return isTypedAhead ? chunk.replaceAll('\n', '\r') : chunk;
  }

  /** Tells the terminal where it has to be told. */
  setKeypad(isApplication: boolean): void {
    if (isApplication === this.#isApplication) return;
    this.#isApplication = isApplication;
    void this.#writer.write(isApplication ? APPLICATION_KEYPAD : NUMERIC_KEYPAD);
  }
}
