/** Decoded text cut into lines, piece by piece; flowed paragraphs are joined. Source: RFC 3676 for format=flowed. */

/** A longer line is shown as several. */
const LINE_CHARACTERS = 32_767;

export class TextLines {
  readonly #isFlowed: boolean;
  readonly #deletesSpace: boolean;
  #held = '';
  /** A flowed line that the next one continues. */
  #open: { readonly quote: number; readonly text: string; readonly isJoined: boolean } | undefined;

  constructor(options: { readonly isFlowed?: boolean; readonly deletesSpace?: boolean } = {}) {
    this.#isFlowed = options.isFlowed ?? false;
    this.#deletesSpace = options.deletesSpace ?? false;
  }

  *push(text: string): Generator<string> {
    if (text === '') return;
    // A CR at the end may be half of a line end.
    const all = this.#held + text;
    const usable = all.endsWith('\r') ? all.slice(0, -1) : all;
    const lines = usable.split(/\r\n|\n|\r/);
    this.#held = (lines.pop() ?? '') + all.slice(usable.length);
    for (const line of lines) yield* this.#line(line);
    while (this.#held.length > LINE_CHARACTERS) {
      yield* this.#flush();
      const end = pieceEnd(this.#held, 0);
      yield this.#held.slice(0, end);
      this.#held = this.#held.slice(end);
    }
  }

  *end(): Generator<string> {
    const last = this.#held.replace(/\r$/, '');
    this.#held = '';
    if (last !== '') yield* this.#line(last);
    yield* this.#flush();
  }

  *#line(line: string): Generator<string> {
    if (!this.#isFlowed) {
      yield* pieces(line);
      return;
    }
    const quote = /^>*/.exec(line)?.[0].length ?? 0;
    const content = line.slice(quote).replace(/^ /, '');
    // RFC 3676 §4.3: the signature separator is never flowed, and ends what should have ended before it.
    const isSeparator = content === '-- ';
    if (this.#open !== undefined && (this.#open.quote !== quote || isSeparator)) yield* this.#flush();
    const text = (this.#open?.text ?? '') + content;
    const isFlowing = content.endsWith(' ') && !isSeparator && text.length < LINE_CHARACTERS;
    const isJoined = this.#open !== undefined;
    this.#open = { quote, text: isFlowing && this.#deletesSpace ? text.slice(0, -1) : text, isJoined };
    if (!isFlowing) yield* this.#flush();
  }

  *#flush(): Generator<string> {
    if (this.#open === undefined) return;
    const { quote, text, isJoined } = this.#open;
    this.#open = undefined;
    const prefix = quote === 0 ? '' : `${'>'.repeat(quote)} `;
    if (isJoined) yield* wrapped(prefix, text);
    else yield* pieces(prefix + text);
  }
}

/** A paragraph in lines as wide as senders make them: RFC 3676 §4.2. */
const WIDTH = 78;
function* wrapped(prefix: string, text: string): Generator<string> {
  let line = '';
  for (const word of text.split(/(?<= )(?! )/)) {
    if (line !== '' && prefix.length + line.length + word.trimEnd().length > WIDTH) {
      yield* pieces(prefix + line.trimEnd());
      line = '';
    }
    line += word;
  }
  yield* pieces(prefix + line);
}

/** A line as the lines it is shown as. */
export function* pieces(line: string): Generator<string> {
  let at = 0;
  do {
    const end = pieceEnd(line, at);
    yield line.slice(at, end);
    at = end;
  } while (at < line.length);
}

/** A character of two code units is not cut: its halves are none. */
function pieceEnd(line: string, start: number): number {
  const end = start + LINE_CHARACTERS;
  return end < line.length && /[\ud800-\udbff]/.test(line[end - 1]!) ? end - 1 : end;
}
