/** The addresses in a From: field or its like, all of them or none. Source: RFC 5322 §3.4, with groups as RFC 6854 has them. */

/**
 * `"Name" <a@b>, c@d (comment), Group: e@f;` → a@b, c@d, e@f; as written, without what is around them.
 * @param value  what stands behind the colon, folded as it came
 * @returns undefined where it cannot be read to the end: nobody can say then whom others will see in it
 */
export function mailboxList(value: string): readonly string[] | undefined {
  const cursor = new Cursor(value.replace(/\r\n(?=[ \t])/g, '').trim());
  const found: string[] = [];
  let isGroup = false;
  for (;;) {
    const element = cursor.element();
    if (element === undefined) return undefined;
    const { text, angle, end } = element;
    const isEmpty = text.trim() === '' && angle === undefined;
    if (end === ':') {
      if (isGroup || angle !== undefined || isEmpty) return undefined;
      isGroup = true;
      continue;
    }
    if (!isEmpty) found.push(angle ?? withoutBlanks(text));
    if (end === ';') {
      if (!isGroup) return undefined;
      isGroup = false;
      if (!cursor.skipComma()) return cursor.isAtEnd ? found : undefined;
    } else if (end === '') return isGroup || isEmpty ? undefined : found;
    else if (isEmpty && !isGroup) return undefined;
  }
}

class Cursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#text.slice(this.#at).trim() === '';
  }

  /** Behind the end of a group. */
  skipComma(): boolean {
    const match = /^\s*,/.exec(this.#text.slice(this.#at));
    if (match !== null) this.#at += match[0].length;
    return match !== null;
  }

  /** Up to the next `,` `:` `;` outside quotes, comments and brackets, or the end (''). */
  element(): { text: string; angle: string | undefined; end: string } | undefined {
    let text = '';
    let angle: string | undefined;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at]!;
      if (/[,:;]/.test(character)) {
        this.#at += 1;
        return { text, angle, end: character };
      }
      if (character === '(') {
        if (!this.#comment()) return undefined;
        text += ' ';
      } else if (character === '"') {
        const quoted = this.#quoted();
        if (quoted === undefined) return undefined;
        text += quoted;
      } else if (character === '[') {
        const literal = /^\[[^[\]\\\s]*\]/.exec(this.#text.slice(this.#at));
        if (literal === null) return undefined;
        text += literal[0];
        this.#at += literal[0].length;
      } else if (character === '<') {
        if (angle !== undefined) return undefined;
        angle = this.#angle();
        if (angle === undefined) return undefined;
      } else {
        if (/[>\])\\]/.test(character) || (angle !== undefined && character.trim() !== '')) return undefined;
        text += character;
        this.#at += 1;
      }
    }
    return { text, angle, end: '' };
  }

  /** Comments nest. */
  #comment(): boolean {
    let depth = 0;
    for (; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text[this.#at];
      if (character === '\\') this.#at += 1;
      else if (character === '(') depth += 1;
      else if (character === ')') {
        depth -= 1;
        if (depth === 0) {
          this.#at += 1;
          return true;
        }
      }
    }
    return false;
  }

  #quoted(): string | undefined {
    const match = /^"(?:[^"\\]|\\.)*"/s.exec(this.#text.slice(this.#at));
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match[0];
  }

  /** `<a@b>`; a source route before it is left out. */
  #angle(): string | undefined {
    const match = /^<((?:"(?:[^"\\]|\\.)*"|[^<>"])*)>/s.exec(this.#text.slice(this.#at));
    if (match === null) return undefined;
    this.#at += match[0].length;
    const address = match[1]!
      .trim()
      .replace(/^@[^:]*:/, '')
      .replace(/\([^()]*\)/g, '');
    return address === '' ? undefined : withoutBlanks(address);
  }
}

/**
 * Without those around dots and `@`. Each is looked at once: a field of a stranger has as many as he likes, comments among them,
 * and an expression that begins with `\s*` begins anew at each.
 */
const withoutBlanks = (address: string): string =>
  address
    .split(/([.@])/)
    .map((each) => each.trim())
    .join('');
