/**
 * HTML as plain text for mail that has no text/plain: paragraphs in lines of words, lists, quotations, tables row by
 * row, and where links lead. Streamed. Source: own; HTML Living Standard for what elements mean.
 */
import { attribute, type HtmlToken, HtmlTokens } from './html-tokens.ts';
import { WordLines } from './word-lines.ts';

/** Elements that begin and end with an empty line; the others of this kind begin a line. */
const paragraphs = new Set(
  'p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre figure fieldset address'.split(' '),
);
const lines = new Set(
  'div section article header footer main nav aside form dt dd li tr caption center option legend'.split(' '),
);
/** Deeper lists and quotations are shown no further to the right. */
const DEEPEST = 8;
/** A link whose text is longer is not compared with its target. */
const LINK_TEXT = 2_000;

export class HtmlText {
  readonly #tokens = new HtmlTokens();
  readonly #out = new WordLines();
  readonly #lists: { number: number | undefined }[] = [];
  #quotes = 0;
  #preformatted = 0;
  #link: { readonly target: string; text: string } | undefined;

  *push(html: string): Generator<string> {
    for (const token of this.#tokens.push(html)) yield* this.#token(token);
  }

  *end(): Generator<string> {
    for (const token of this.#tokens.end()) yield* this.#token(token);
    yield* this.#out.end();
  }

  *#token(token: HtmlToken): Generator<string> {
    if (token.kind === 'text') this.#text(token.text);
    else if (token.isClosing) this.#closing(token.name);
    else this.#opening(token.name, token.source);
    yield* this.#out.taken();
  }

  #text(text: string): void {
    // Without a picture in HTML: what senders pad previews with, and where words may be broken.
    const seen = text.replace(/\u00ad|\u034f|\u200b|\u2060|\ufeff|\u200c(?=[\s\u00a0]|$)/g, '');
    if (this.#link !== undefined && this.#link.text.length < LINK_TEXT) this.#link.text += seen;
    if (this.#preformatted > 0) this.#out.preformatted(seen);
    else this.#out.words(seen);
  }

  #opening(name: string, source: string): void {
    this.#boundary(name, this.#lists.length > 0);
    switch (name) {
      case 'br':
        this.#out.breakLine();
        return;
      case 'hr':
        this.#out.breakLine();
        this.#out.words('-'.repeat(40));
        this.#out.breakLine();
        return;
      case 'img':
        this.#out.words(attribute(source, 'alt').slice(0, LINK_TEXT));
        return;
      case 'a':
        this.#link = { target: attribute(source, 'href'), text: '' };
        return;
      case 'ul':
      case 'ol':
        if (this.#lists.length < 100) this.#lists.push({ number: name === 'ol' ? 1 : undefined });
        this.#indent();
        return;
      case 'li':
        this.#item();
        return;
      case 'blockquote':
        this.#quotes++;
        this.#indent();
        return;
      case 'pre':
        this.#preformatted++;
        return;
      case 'td':
      case 'th':
        this.#out.cell();
        return;
    }
  }

  #closing(name: string): void {
    this.#boundary(name, this.#lists.length > 1);
    switch (name) {
      case 'a':
        if (this.#link !== undefined) this.#out.words(linkTarget(this.#link.target, this.#link.text.trim()));
        this.#link = undefined;
        return;
      case 'ul':
      case 'ol':
        this.#lists.pop();
        this.#indent();
        return;
      case 'blockquote':
        this.#quotes = Math.max(0, this.#quotes - 1);
        this.#indent();
        return;
      case 'pre':
        this.#preformatted = Math.max(0, this.#preformatted - 1);
        return;
    }
  }

  /** Lists within lists stand without empty lines around them. */
  #boundary(name: string, isInList: boolean): void {
    const isInnerList = (name === 'ul' || name === 'ol') && isInList;
    if (paragraphs.has(name) && !isInnerList) {
      if (!this.#out.isAtItem) this.#out.breakParagraph();
    } else if (isInnerList || lines.has(name)) this.#out.breakLine();
  }

  #item(): void {
    const list = this.#lists.at(-1);
    const mark = list?.number === undefined ? '*' : `${list.number++}.`;
    this.#out.item(mark);
  }

  #indent(): void {
    this.#out.prefix =
      '> '.repeat(Math.min(this.#quotes, DEEPEST)) + '  '.repeat(Math.min(this.#lists.length, DEEPEST));
  }
}

/** Where a link leads is shown: the text may say something else. */
function linkTarget(target: string, shown: string): string {
  if (!/^(?:https?|ftp|mailto):/i.test(target) || shown === '') return '';
  const plain = target.replace(/^mailto:/i, '');
  const isSame = (text: string): boolean =>
    shown === text || shown === text.replace(/^https?:\/\/|\/$/gi, '');
  return isSame(plain) || isSame(target) ? '' : ` <${plain}>`;
}

/** All of a text. */
export function htmlText(html: string): string {
  const text = new HtmlText();
  return [...text.push(html), ...text.end()].join('\n');
}
