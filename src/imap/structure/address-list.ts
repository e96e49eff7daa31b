/**
 * The addresses of a header field, as ENVELOPE tells them. What is broken is told as Dovecot tells it, with words in the place of
 * what is missing: clients know them. Source: RFC 5322 §3.4, §4.4; RFC 9051 §7.5.2 (ENVELOPE).
 */
import { FieldScanner } from './field-scanner.ts';
import type { EnvelopeAddress } from './message-structure.ts';

type Found = { -readonly [K in keyof EnvelopeAddress]: EnvelopeAddress[K] };

/**
 * @param value  of the field, one character per octet
 * @param budget  addresses that may be told still: a comma is one, and ENVELOPE says a hundred octets of it
 */
export function parseAddressList(value: string, budget: { left: number }): EnvelopeAddress[] {
  const list = new AddressList(value, budget);
  list.parse();
  return list.addresses;
}

class AddressList {
  readonly addresses: EnvelopeAddress[] = [];
  readonly #scanner: FieldScanner;
  readonly #budget: { left: number };
  #found: Found = {};

  constructor(value: string, budget: { left: number }) {
    this.#scanner = new FieldScanner(value);
    this.#budget = budget;
  }

  /** address-list = (address *("," address)) / obs-addr-list. What follows something that is no address is passed over. */
  parse(): void {
    const scanner = this.#scanner;
    if (scanner.blanks() !== 'more') return;
    while (this.#budget.left > 0 && this.#address()) {
      if (scanner.peek() !== ',') return;
      scanner.at++;
      const ended = scanner.blanks();
      if (ended === 'more') continue;
      if (ended === 'broken') this.#addFilled();
      return;
    }
  }

  /** address = mailbox / group; false where nothing can follow. */
  #address(): boolean {
    const start = this.#scanner.at;
    if (this.#group()) return !this.#scanner.isAtEnd;
    this.#scanner.at = start;
    this.#mailbox();
    return !this.#scanner.isAtEnd;
  }

  /** group = display-name ":" [mailbox-list / CFWS] ";" [CFWS]; false where it is none. */
  #group(): boolean {
    const scanner = this.#scanner;
    const name: string[] = [];
    if (scanner.phrase(name) !== 'more' || scanner.peek() !== ':') return false;
    scanner.at++;
    const ended = scanner.blanks();
    this.#found.mailbox = name.join('');
    this.#add();
    if (ended === 'more' && scanner.peek() !== ';') {
      for (;;) {
        this.#mailbox();
        if (scanner.peek() !== ',' || this.#budget.left <= 0) break;
        scanner.at++;
        if (scanner.blanks() !== 'more') break;
      }
    }
    if (scanner.peek() === ';') {
      scanner.at++;
      scanner.blanks();
    }
    this.#add();
    return true;
  }

  /** mailbox = name-addr / addr-spec */
  #mailbox(): void {
    const start = this.#scanner.at;
    if (!this.#nameAddr()) {
      this.#scanner.at = start;
      this.#addrSpec();
    }
    this.#addFilled();
  }

  /** name-addr = [display-name] angle-addr; false where it is none. */
  #nameAddr(): boolean {
    const scanner = this.#scanner;
    const name: string[] = [];
    if (scanner.phrase(name) !== 'more' || scanner.peek() !== '<') return false;
    this.#found.name = name.join('') || undefined;
    if (!this.#angleAddr()) this.#found.host = 'SYNTAX_ERROR';
    return true;
  }

  /** angle-addr = "<" [obs-route] local-part "@" domain ">" */
  #angleAddr(): boolean {
    const scanner = this.#scanner;
    scanner.at++;
    if (scanner.blanks() !== 'more') return false;
    if (scanner.peek() === '@') {
      const isRoute = this.#route() && scanner.peek() === ':';
      if (isRoute) scanner.at++;
      else {
        this.#found.route = 'INVALID_ROUTE';
        if (scanner.isAtEnd) return false;
      }
      if (scanner.blanks() !== 'more') return false;
    }
    if (scanner.peek() !== '>') {
      const mailbox: string[] = [];
      const ended = this.#localPart(mailbox);
      if (ended === 'broken') return false;
      this.#found.mailbox = mailbox.join('');
      if (ended === 'end') return false;
      if (scanner.peek() === '@' && !this.#domain()) return false;
    }
    if (scanner.peek() !== '>') return false;
    scanner.at++;
    return scanner.blanks() !== 'broken';
  }

  /** obs-domain-list = *(CFWS / ",") "@" domain *("," [CFWS] ["@" domain]) */
  #route(): boolean {
    const scanner = this.#scanner;
    const route: string[] = [];
    while (scanner.peek() === '@') {
      route.push(route.length === 0 ? '@' : ',@');
      if (scanner.domain(route) !== 'more') return false;
      while (scanner.blanks() === 'more' && scanner.peek() === ',') scanner.at++;
    }
    this.#found.route = route.join('');
    return !scanner.isAtEnd;
  }

  /** addr-spec = local-part "@" domain; a comment behind it is the name of who sends. */
  #addrSpec(): void {
    const scanner = this.#scanner;
    scanner.comment = '';
    const isQuoted = scanner.peek() === '"';
    const mailbox: string[] = [];
    const ended = this.#localPart(mailbox);
    const local = mailbox.join('');
    if (local !== '') this.#found.mailbox = local;
    const hasDomain = ended !== 'end' && scanner.peek() === '@';
    if (hasDomain) this.#domain();
    if (scanner.comment !== '') this.#found.name = scanner.comment;
    else if (!hasDomain) this.#wordsAlone(mailbox, isQuoted);
  }

  /** One word is a mailbox of this host; more of them, or a quoted one, are a name without an address. */
  #wordsAlone(words: string[], isQuoted: boolean): void {
    const more: string[] = [];
    this.#scanner.phrase(more);
    if (more.join('') === '') {
      if (!isQuoted) return;
      this.#found.name = this.#found.mailbox;
    } else this.#found.name = `${words.join('')} ${more.join('')}`;
    this.#found.mailbox = undefined;
  }

  /** local-part = dot-atom / quoted-string / obs-local-part; with full stops anywhere. */
  #localPart(taken: string[]): Ended {
    const scanner = this.#scanner;
    if (scanner.peek() === '"') return scanner.quotedString(taken);
    for (;;) {
      const ended = scanner.dottedWord(taken);
      if (ended !== 'more' || scanner.peek() !== '.') return ended;
      taken.push('.');
      scanner.at++;
    }
  }

  #domain(): boolean {
    const domain: string[] = [];
    const ended = this.#scanner.domain(domain);
    if (ended === 'broken') return false;
    this.#found.host = domain.join('');
    return ended === 'more';
  }

  #addFilled(): void {
    this.#found.mailbox ??= 'MISSING_MAILBOX';
    this.#found.host ||= 'MISSING_DOMAIN';
    this.#add();
  }

  #add(): void {
    this.addresses.push(this.#found);
    this.#budget.left--;
    this.#found = {};
  }
}

type Ended = ReturnType<FieldScanner['blanks']>;
