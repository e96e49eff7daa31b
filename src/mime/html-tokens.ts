/**
 * HTML cut into text and tags, piece by piece, in bounded memory and in time proportional to its length, whatever is in
 * it. No tree is made: text for people needs none. Source: HTML Living Standard §13.2.5 for comments, tags, raw text.
 */
import { decodeHTML } from 'entities/decode';

export type HtmlToken =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tag'; readonly name: string; readonly isClosing: boolean; readonly source: string };

/** Elements whose content is no text. */
const skipped = new Set(['script', 'style', 'title', 'template', 'svg', 'noembed', 'iframe']);
/** A longer tag is none. */
const TAG_LENGTH = 65_536;
/** A `<` before anything else is text. */
const markupStart = /<(?=[a-z!?/]|$)/gi;
/** No name of an entity is longer. */
const ENTITY_LENGTH = 40;

export class HtmlTokens {
  #rest = '';
  /** What ends the comment or the element that is passed over. */
  #until: RegExp | undefined;

  *push(html: string): Generator<HtmlToken> {
    yield* this.#cut(this.#rest + html, false);
  }

  *end(): Generator<HtmlToken> {
    yield* this.#cut(this.#rest, true);
  }

  *#cut(html: string, isLast: boolean): Generator<HtmlToken> {
    let at = 0;
    while (at < html.length) {
      if (this.#until !== undefined) {
        const end = endOf(html, this.#until, at);
        if (end === undefined) {
          this.#rest = html.slice(Math.max(at, html.length - 20));
          return;
        }
        this.#until = undefined;
        at = end;
        continue;
      }
      markupStart.lastIndex = at;
      const open = markupStart.exec(html)?.index ?? html.length;
      const whole = open === html.length && !isLast ? withoutCutEntity(html, at) : open;
      if (whole > at) yield { kind: 'text', text: decodeHTML(html.slice(at, whole)) };
      at = whole;
      if (open === html.length) break;
      const length = yield* this.#markup(html, at, isLast);
      if (length === 0) break;
      at += length;
    }
    this.#rest = html.slice(at);
  }

  /** What begins with `<` at `at`; 0 when more is needed. */
  *#markup(html: string, at: number, isLast: boolean): Generator<HtmlToken, number> {
    if (!isLast && html.length - at < 4) return 0;
    if (html.startsWith('<!--', at)) {
      this.#until = /-->/g;
      return 4;
    }
    const end = tagEnd(html, at, isLast);
    if (end === undefined) {
      if (!isLast && html.length - at < TAG_LENGTH) return 0;
      // Whatever it was, it is not shown.
      return Math.min(html.length - at, TAG_LENGTH);
    }
    const source = html.slice(at, end);
    const [, slash = '', name = ''] = /^<(\/?)([a-z][a-z0-9]*)/i.exec(source.slice(0, 40)) ?? [];
    const lower = name.toLowerCase();
    if (skipped.has(lower)) {
      if (slash === '' && !source.endsWith('/>')) this.#until = new RegExp(`</${lower}[^>]{0,10}>`, 'gi');
    } else if (lower !== '') yield { kind: 'tag', name: lower, isClosing: slash !== '', source };
    return end - at;
  }
}

function endOf(html: string, wanted: RegExp, from: number): number | undefined {
  wanted.lastIndex = from;
  return wanted.exec(html) === null ? undefined : wanted.lastIndex;
}

/** Behind the `>`; one within quotation marks behind `=` is part of a value. */
function tagEnd(html: string, start: number, isLast: boolean): number | undefined {
  const limit = Math.min(html.length, start + TAG_LENGTH);
  let quote = '';
  for (let at = start + 1; at < limit; at++) {
    const character = html[at]!;
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '>') return at + 1;
    else if ((character === '"' || character === "'") && html[at - 1] === '=') quote = character;
  }
  // A quotation mark that never ends: the tag ends at the first `>`.
  if (quote === '' || (!isLast && limit < start + TAG_LENGTH)) return undefined;
  const end = html.indexOf('>', start);
  return end === -1 || end >= limit ? undefined : end + 1;
}

/** An entity may be cut by the end of the piece. */
function withoutCutEntity(html: string, from: number): number {
  const last = html.lastIndexOf('&');
  const isCut = last >= from && html.length - last < ENTITY_LENGTH && !html.includes(';', last);
  return isCut ? last : html.length;
}

/** Value of an attribute of a tag, entities decoded. Nobody writes longer tags than are looked at. */
export function attribute(source: string, name: string): string {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(
    source.slice(0, 4_096),
  );
  return decodeHTML(found?.[1] ?? found?.[2] ?? found?.[3] ?? '').trim();
}
