/** Words put into lines of a readable width, with blank lines between paragraphs. What is finished is taken at once. */

/** RFC 3676 §4.2 asks for 78 at most; so does the width of terminals. */
const WIDTH = 78;
/** A longer word is cut. */
const LONGEST_WORD = 8_000;

export class WordLines {
  /** In front of every line: quotation marks, indentation. Changed between lines. */
  prefix = '';
  readonly #done: string[] = [];
  #line = '';
  /** What the first line of a list item begins with. */
  #mark = '';
  #blankIsDue = false;
  #word = '';
  #gap = '';
  #hasShown = false;
  #lastPrefix = '';

  /** A list item was begun and has no text yet. */
  get isAtItem(): boolean {
    return this.#mark.trim() !== '' && this.#isLineEmpty;
  }

  *taken(): Generator<string> {
    yield* this.#done.splice(0);
  }

  *end(): Generator<string> {
    this.breakLine();
    yield* this.taken();
  }

  /** Blanks of any kind separate words; a word may go on in the next call. */
  words(text: string): void {
    for (const piece of text.split(/([ \t\r\n\f\u00a0]+)/)) {
      if (/^[ \t\r\n\f\u00a0]/.test(piece)) {
        this.#endWord();
        if (!this.#isLineEmpty && this.#gap === '') this.#gap = ' ';
        continue;
      }
      this.#word += piece;
      if (this.#word.length > LONGEST_WORD) this.breakLine();
    }
  }

  /** Line ends and blanks count. */
  preformatted(text: string): void {
    const [first = '', ...rest] = text.split(/\r\n|\r|\n/);
    this.#verbatim(first);
    for (const line of rest) {
      this.#endWord();
      if (this.#isLineEmpty && this.#hasShown) this.#blankIsDue = true;
      else this.breakLine();
      this.#verbatim(line);
    }
  }

  /** The next words stand in the next column. */
  cell(): void {
    this.#endWord();
    if (!this.#isLineEmpty) this.#gap = '\t';
  }

  item(mark: string): void {
    this.breakLine();
    this.#mark = `${mark} `;
  }

  breakLine(): void {
    this.#endWord();
    this.#gap = '';
    if (this.#isLineEmpty) return;
    this.#show();
  }

  breakParagraph(): void {
    this.breakLine();
    this.#mark = '';
    this.#blankIsDue = this.#hasShown;
  }

  get #isLineEmpty(): boolean {
    return this.#line === '' && this.#word === '';
  }

  #verbatim(text: string): void {
    if (text !== '') this.#line += text;
    if (this.#line.length > LONGEST_WORD) this.#show();
  }

  #endWord(): void {
    const word = this.#word;
    if (word === '') return;
    this.#word = '';
    const gap = this.#line === '' ? '' : this.#gap;
    const width = WIDTH - this.prefix.length - this.#mark.length;
    if (gap === ' ' && this.#line.length + 1 + word.length > width) {
      this.#show();
      this.#line = word;
    } else this.#line += gap + word;
    this.#gap = '';
  }

  #show(): void {
    if (this.#blankIsDue) this.#done.push(quotation(this.prefix, this.#lastPrefix));
    this.#blankIsDue = false;
    // The mark hangs in the indentation; lines below the first stand under its text.
    const mark = this.#mark;
    const prefix = mark.trim() === '' ? this.prefix + mark : this.prefix.slice(0, -2) + mark;
    this.#done.push((prefix + this.#line).trimEnd());
    this.#mark = mark === '' ? '' : ' '.repeat(Math.max(mark.length - 2, 0));
    this.#line = '';
    this.#hasShown = true;
    this.#lastPrefix = this.prefix;
  }
}

/** An empty line within a quotation belongs to it. */
const quotation = (...prefixes: readonly [string, string]): string => {
  const [one, other] = prefixes.map((each) => /^(?:> )*/.exec(each)![0]);
  return (one!.length < other!.length ? one! : other!).trimEnd();
};
