/**
 * The words of a structured header field, read from left to right. What people send is often not what the grammar says: each rule
 * takes as much as it can, and answers whether more comes. One character per octet; folded lines have their line ends still.
 * Source: RFC 5322 §3.2, §3.4, §4; RFC 2045 §5.1.
 */

/** How a rule ended: behind it comes more, behind it comes nothing, or what it wants is not there. */
export type Ended = 'more' | 'end' | 'broken';

const SPECIALS = '"(),.:;<>@[\\]';
/** RFC 2045 §5.1, without the full stop, which tokens have. */
const TSPECIALS = '"(),:;<>@[\\]/?=';

const tableOf = (excluded: string): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, code) =>
    code > 0x20 && code !== 0x7f && !excluded.includes(String.fromCharCode(code)) ? 1 : 0,
  );
const atext = tableOf(SPECIALS);
const tokenText = tableOf(TSPECIALS);

export class FieldScanner {
  readonly text: string;
  at = 0;
  /** What the last comment said; '' before the first, and for an empty one. */
  comment = '';

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }
  peek(): string {
    return this.text.charAt(this.at);
  }

  /** CFWS. RFC 5322 §3.2.2 */
  blanks(): Ended {
    for (; this.at < this.text.length; this.at++) {
      const next = this.text.charAt(this.at);
      if (next === '(') {
        if (!this.#comment()) return 'broken';
        this.at--;
      } else if (next !== ' ' && next !== '\t' && next !== '\n' && next !== '\r') return 'more';
    }
    return 'end';
  }

  isAtom(): boolean {
    return this.at < this.text.length && atext[this.text.charCodeAt(this.at)] === 1;
  }

  /** atom = [CFWS] 1*atext [CFWS] */
  atom(taken: string[]): Ended {
    return this.#word(atext, taken);
  }

  /** token = 1*<any CHAR except SPACE, CTLs, or tspecials> */
  token(taken: string[]): Ended {
    return this.#word(tokenText, taken);
  }

  /** quoted-string = [CFWS] DQUOTE *([FWS] qcontent) [FWS] DQUOTE [CFWS]; without the line ends of folding. Without an end it is none. */
  quotedString(taken: string[]): Ended {
    const pieces: string[] = [];
    let start = ++this.at;
    for (; this.at < this.text.length; this.at++) {
      const next = this.text.charAt(this.at);
      if (next === '"') {
        pieces.push(this.text.slice(start, this.at++));
        taken.push(pieces.join(''));
        return this.blanks();
      }
      if (next !== '\\' && next !== '\n' && next !== '\r') continue;
      pieces.push(this.text.slice(start, this.at));
      start = this.at + 1;
      if (next === '\\') this.at++;
    }
    return 'broken';
  }

  /** phrase = 1*word / obs-phrase: full stops are taken, too. */
  phrase(taken: string[]): Ended {
    if (this.isAtEnd) return 'end';
    if (this.peek() === '.') return 'broken';
    for (;;) {
      const ended = this.peek() === '"' ? this.quotedString(taken) : this.#atomsAndDots(taken);
      if (ended !== 'more') return ended;
      if (!this.isAtom() && this.peek() !== '"' && this.peek() !== '.') return this.blanks();
      taken.push(' ');
    }
  }

  /** "@" (dot-atom / domain-literal), without the sign. */
  domain(taken: string[]): Ended {
    this.at++;
    if (this.blanks() !== 'more') return 'broken';
    return this.peek() === '[' ? this.#domainLiteral(taken) : this.#dotAtom(taken);
  }

  #word(table: Uint8Array, taken: string[]): Ended {
    const start = this.at;
    while (this.at < this.text.length && table[this.text.charCodeAt(this.at)] === 1) this.at++;
    if (this.at === start) return 'broken';
    taken.push(this.text.slice(start, this.at));
    return this.blanks();
  }

  /** 1*(atext / "."), with blanks behind it where it does not end with a full stop. */
  dottedWord(taken: string[]): Ended {
    const start = this.at;
    while (this.isAtom() || this.peek() === '.') this.at++;
    if (this.at === start) return 'broken';
    taken.push(this.text.slice(start, this.at));
    if (this.isAtEnd) return 'end';
    return this.text.charAt(this.at - 1) === '.' ? 'more' : this.blanks();
  }

  #atomsAndDots(taken: string[]): Ended {
    const start = this.at;
    while (this.isAtom() || this.peek() === '.') this.at++;
    taken.push(this.text.slice(start, this.at));
    return this.blanks();
  }

  /** dot-atom, with blanks around its dots, as RFC 822 allows them. */
  #dotAtom(taken: string[]): Ended {
    for (;;) {
      const start = this.at;
      while (this.isAtom()) this.at++;
      if (this.at === start) return 'broken';
      taken.push(this.text.slice(start, this.at));
      const ended = this.blanks();
      if (ended !== 'more' || this.peek() !== '.') return ended;
      this.at++;
      taken.push('.');
      if (this.blanks() !== 'more') return 'broken';
    }
  }

  #domainLiteral(taken: string[]): Ended {
    const start = this.at++;
    for (; this.at < this.text.length; this.at++) {
      const next = this.text.charAt(this.at);
      if (next === '\\') this.at++;
      else if (next === '[') return 'broken';
      else if (next === ']') {
        taken.push(this.text.slice(start, ++this.at));
        return this.blanks();
      }
    }
    return 'broken';
  }

  /** comment = "(" *([FWS] ccontent) [FWS] ")"; false where it has no end. */
  #comment(): boolean {
    const parts: string[] = [];
    let level = 1;
    let start = ++this.at;
    for (; this.at < this.text.length; this.at++) {
      const next = this.text.charAt(this.at);
      if (next === '(') level++;
      else if (next === ')' && --level === 0) {
        parts.push(this.text.slice(start, this.at++));
        this.comment = parts.join('');
        return true;
      } else if (next === '\\') {
        parts.push(this.text.slice(start, this.at));
        start = ++this.at;
      }
    }
    return false;
  }
}
