/** Responses of an IMAP server out of its octets: each one whole, with the literals in it, as text of an octet a character. */

export interface Response {
  /** `*`, `+`, or the tag of a command. */
  readonly tag: string;
  /** Behind the tag; `{n}` CRLF and the octets of literals stand in it. */
  readonly text: string;
}

export class ResponseReader {
  #text = '';
  /** Where the search for the end of the response goes on: what stands before it is known. */
  #at = 0;

  /** Those that have come whole now. */
  *read(chunk: Buffer): Generator<Response> {
    this.#text += chunk.toString('latin1');
    for (;;) {
      const end = this.#text.indexOf('\r\n', this.#at);
      if (end === -1) return;
      const literal = /\{(\d+)\}$/.exec(this.#text.slice(Math.max(this.#at, end - 24), end));
      if (literal !== null) {
        const after = end + 2 + Number(literal[1]);
        if (this.#text.length < after) return;
        this.#at = after;
        continue;
      }
      const whole = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      this.#at = 0;
      const blank = whole.indexOf(' ');
      yield blank === -1
        ? { tag: whole, text: '' }
        : { tag: whole.slice(0, blank), text: whole.slice(blank + 1) };
    }
  }
}

/** What a FETCH response says of a message: the names of items, and their values as they stand there. */
export function fetchItems(list: string): ReadonlyMap<string, string> {
  const items = new Map<string, string>();
  let at = 1;
  while (at < list.length && list[at] !== ')') {
    const name = /[A-Z0-9.]+(?:\[[^\]]*\](?:<\d+>)?)?/iy;
    name.lastIndex = at;
    const found = name.exec(list)?.[0];
    if (found === undefined) throw new Error(`not the items of a FETCH: ${list.slice(0, 200)}`);
    const from = at + found.length + 1;
    const to = endOfValue(list, from);
    items.set(found.toUpperCase(), list.slice(from, to));
    at = list[to] === ' ' ? to + 1 : to;
  }
  return items;
}

/** Behind a string, a literal, a list or an atom. */
function endOfValue(text: string, from: number): number {
  const quoted = /"(?:[^"\\]|\\.)*"/y;
  const literal = /~?\{(\d+)\}\r\n/y;
  let depth = 0;
  for (let at = from; at < text.length; ) {
    quoted.lastIndex = at;
    literal.lastIndex = at;
    const string = quoted.exec(text)?.[0];
    const head = string === undefined ? literal.exec(text) : null;
    if (string !== undefined) at += string.length;
    else if (head !== null) at += head[0].length + Number(head[1]);
    else if (text[at] === '(') {
      depth++;
      at++;
    } else if (text[at] === ')') {
      if (depth === 0) return at;
      depth--;
      at++;
    } else if (text[at] === ' ' && depth === 0) return at;
    else at++;
    if (depth === 0 && (text[at] === ' ' || text[at] === ')')) return at;
  }
  return text.length;
}

/** A literal or a quoted string without its signs. */
export function stringValue(value: string): string {
  const head = /^~?\{\d+\}\r\n/.exec(value);
  if (head !== null) return value.slice(head[0].length);
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}

/** `1:3,7` */
export function numbersOf(set: string): number[] {
  if (set === '') return [];
  return set.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split(':').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
