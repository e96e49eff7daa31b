/** Search keys, as a client writes them. Source: RFC 9051 §9 (search-key), RFC 3501 §9; RFC 5032 §4; RFC 7162 §7; RFC 8474 §6; RFC 8514. */

import { type Cursor, SyntaxFault } from '../syntax/cursor.ts';
import { parseCalendarDay } from './calendar-day.ts';
import { casemap } from './casemap.ts';
import type { CharsetText } from './charset-text.ts';
import { combine, negation, type SearchKey } from './search-key.ts';

/** NOT and OR in each other. */
const DEEPEST = 1_000;
const MOST_KEYS = 10_000;
/** Texts to be found, in every header or in every message. */
const MOST_TEXTS = 500;
const LONGEST_TEXT = 8_192;

/** search-key *(SP search-key), up to the end of the command; all of them have to be met. */
export function parseSearchKeys(cursor: Cursor, text: CharsetText): SearchKey {
  const parser = new KeyParser(cursor, text);
  const keys = [parser.key()];
  while (!cursor.isAtEnd) {
    cursor.space();
    keys.push(parser.key());
  }
  return combine('and', keys);
}

class KeyParser {
  readonly #cursor: Cursor;
  readonly #text: CharsetText;
  #depth = 0;
  #count = 0;
  #texts = 0;

  constructor(cursor: Cursor, text: CharsetText) {
    this.#cursor = cursor;
    this.#text = text;
  }

  key(): SearchKey {
    if (++this.#count > MOST_KEYS) throw new SyntaxFault('There are too many search keys.');
    const cursor = this.#cursor;
    const next = cursor.peek();
    if (next === '(') {
      const keys = cursor.list(() => this.key());
      if (keys.length === 0) throw new SyntaxFault('A search key is missing.');
      return combine('and', keys);
    }
    if (next === '$' || next === '*' || (next >= '0' && next <= '9')) return this.#numbers(false);
    return this.#named(cursor.atom().toUpperCase());
  }

  #named(name: string): SearchKey {
    const simple = simpleKeys[name];
    if (simple !== undefined) return simple;
    switch (name) {
      case 'NOT':
        return negation(this.#nested());
      case 'OR':
        return combine('or', [this.#nested(), this.#nested()]);
      case 'UID':
        this.#cursor.space();
        return this.#numbers(true);
      case 'KEYWORD':
        return this.#keyword();
      case 'UNKEYWORD':
        return negation(this.#keyword());
      case 'FROM':
      case 'TO':
      case 'CC':
      case 'BCC':
      case 'SUBJECT':
        return { kind: 'header', field: name.toLowerCase(), text: this.#string() };
      case 'HEADER': {
        const field = this.#octets().toString('latin1').trim().toLowerCase();
        return { kind: 'header', field, text: this.#string() };
      }
      case 'BODY':
      case 'TEXT':
        return { kind: name === 'BODY' ? 'body' : 'text', text: this.#string() };
      case 'LARGER':
      case 'SMALLER':
        return { kind: name === 'LARGER' ? 'larger' : 'smaller', octets: this.#number() };
      case 'OLDER':
      case 'YOUNGER':
        return { kind: name === 'OLDER' ? 'older' : 'younger', seconds: this.#positive() };
      case 'MODSEQ':
        return this.#modseq();
      case 'EMAILID':
        return { kind: 'emailId', id: this.#objectId() };
      case 'THREADID':
        // No message has one. RFC 8474 §5.2
        this.#objectId();
        return { kind: 'none' };
      default:
        return this.#date(name);
    }
  }

  #date(name: string): SearchKey {
    // RFC 8514 §4.3: where nobody knows when a message was saved, it is when it came.
    const [, of, relation] = /^(SENT|SAVED)?(BEFORE|ON|SINCE)$/.exec(name) ?? [];
    if (relation === undefined) throw new SyntaxFault(`There is no search key ${name.slice(0, 40)}.`);
    this.#cursor.space();
    const day = parseCalendarDay(this.#cursor);
    return {
      kind: of === 'SENT' ? 'sent' : 'received',
      from: relation === 'BEFORE' ? Number.NEGATIVE_INFINITY : day,
      to: relation === 'BEFORE' ? day : relation === 'ON' ? day + 1 : Number.POSITIVE_INFINITY,
    };
  }

  #nested(): SearchKey {
    if (++this.#depth > DEEPEST) throw new SyntaxFault('Search keys are nested too deep.');
    this.#cursor.space();
    const key = this.key();
    this.#depth--;
    return key;
  }

  #numbers(byUid: boolean): SearchKey {
    if (this.#cursor.takes('$')) return { kind: 'numbers', byUid: true, set: '$' };
    return { kind: 'numbers', byUid, set: this.#cursor.numberSet() };
  }

  #keyword(): SearchKey {
    this.#cursor.space();
    return { kind: 'keyword', keyword: this.#cursor.flag().toLowerCase() };
  }

  /** "MODSEQ" [SP entry-name SP entry-type-req] SP mod-sequence-valzer: all flags of a message have one. RFC 7162 §3.1.5 */
  #modseq(): SearchKey {
    this.#cursor.space();
    if (this.#cursor.peek() === '"') {
      this.#cursor.string();
      this.#cursor.space();
      const type = this.#cursor.atom().toLowerCase();
      if (!['all', 'priv', 'shared'].includes(type))
        throw new SyntaxFault('There is no such type of entries.');
      this.#cursor.space();
    }
    return { kind: 'modseq', modseq: this.#cursor.modseq() };
  }

  #number(): number {
    this.#cursor.space();
    return this.#cursor.number();
  }

  #positive(): number {
    const number = this.#number();
    if (number === 0) throw new SyntaxFault('A number is zero.');
    return number;
  }

  #objectId(): string {
    this.#cursor.space();
    return this.#cursor.match(/[A-Za-z0-9_-]{1,255}/y, 'identifier');
  }

  #octets(): Buffer {
    this.#cursor.space();
    return this.#cursor.astring();
  }

  #string(): string {
    if (++this.#texts > MOST_TEXTS) throw new SyntaxFault('There are too many texts to be searched for.');
    const text = casemap(this.#text(this.#octets()));
    if (text.length > LONGEST_TEXT) throw new SyntaxFault('A text is too long to be searched for.');
    return text;
  }
}

const flag = (name: Extract<SearchKey, { kind: 'flag' }>['flag']): SearchKey => ({
  kind: 'flag',
  flag: name,
});

/** Those without an argument. No message is \Recent here: another session may have been told of it already. */
const simpleKeys: Readonly<Record<string, SearchKey>> = {
  ALL: { kind: 'all' },
  ANSWERED: flag('replied'),
  UNANSWERED: negation(flag('replied')),
  DELETED: flag('deleted'),
  UNDELETED: negation(flag('deleted')),
  DRAFT: flag('draft'),
  UNDRAFT: negation(flag('draft')),
  FLAGGED: flag('marked'),
  UNFLAGGED: negation(flag('marked')),
  SEEN: negation(flag('new')),
  UNSEEN: flag('new'),
  NEW: { kind: 'none' },
  RECENT: { kind: 'none' },
  OLD: { kind: 'all' },
  SAVEDATESUPPORTED: { kind: 'none' },
};
