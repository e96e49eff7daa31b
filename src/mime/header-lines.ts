/** The lines of one header as they arrive, no more of them than anybody reads. Source: RFC 5322 §2.1.1, §2.2. */
export class HeaderLines {
  /** A longer line comes in pieces. */
  static readonly PIECE_BYTES = 65_536;
  /** `Name:`, or the continuation of a field. */
  static readonly isField = (line: string): boolean => /^[!-9;-~]+[ \t]*:/.test(line) || /^[ \t]/.test(line);

  #lines: string[] = [];
  #characters = 0;

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** Lines beyond the limits are passed over. */
  add(text: string, isStart: boolean): void {
    if (this.#lines.length >= LINES || this.#characters + text.length > CHARACTERS) return;
    this.#characters += text.length;
    if (isStart) this.#lines.push(text);
    else if ((this.#lines.at(-1)?.length ?? LINE_LENGTH) < LINE_LENGTH) {
      this.#lines.push(`${this.#lines.pop() ?? ''}${text}`);
    }
  }

  take(): readonly string[] {
    const lines = this.#lines;
    this.#lines = [];
    this.#characters = 0;
    return lines;
  }
}

const LINES = 20_000;
const CHARACTERS = 2_097_152;
const LINE_LENGTH = 131_072;
