/**
 * What a terminal sends, as keys. Incremental: an escape sequence or a paste may be cut anywhere between two chunks.
 * Text inside a bracketed paste never becomes a control key, so that pasted mail cannot cancel or end anything.
 * Sources: DEC VT220 Programmer Reference (CSI, SS3), xterm control sequences (2004).
 */
export type Key =
  /** Printable characters and TAB, as typed or pasted. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'return' }
  | { readonly kind: 'rubout' }
  | { readonly kind: 'control'; readonly letter: string }
  | { readonly kind: 'arrow'; readonly direction: 'up' | 'down' | 'left' | 'right' }
  | { readonly kind: 'home' }
  | { readonly kind: 'end' };

const PASTE_END = '\x1b[201~';
const finals: Readonly<Record<string, Key>> = {
  A: { kind: 'arrow', direction: 'up' },
  B: { kind: 'arrow', direction: 'down' },
  C: { kind: 'arrow', direction: 'right' },
  D: { kind: 'arrow', direction: 'left' },
  H: { kind: 'home' },
  F: { kind: 'end' },
  M: { kind: 'return' },
};

export class KeyDecoder {
  #pending = '';
  #pasting = false;

  /** Keys complete so far; the rest waits for the next chunk. */
  decode(chunk: string): readonly Key[] {
    const input = this.#pending + chunk;
    this.#pending = '';
    const keys: Key[] = [];
    let at = 0;
    while (at < input.length) {
      const next = this.#pasting ? this.#pasted(input, at, keys) : this.#typed(input, at, keys);
      if (next === at) {
        this.#pending = input.slice(at);
        break;
      }
      at = next;
    }
    return keys;
  }

  /** One key; returns the place behind it, or `at` when the sequence is not complete. */
  #typed(input: string, at: number, keys: Key[]): number {
    const code = input.charCodeAt(at);
    if (code === 0x1b) return this.#escape(input, at, keys);
    if (code === 0x0d) return push(keys, { kind: 'return' }, at + 1);
    if (code === 0x7f) return push(keys, { kind: 'rubout' }, at + 1);
    if (code === 0x09) return push(keys, { kind: 'text', text: '\t' }, at + 1);
    if (code < 0x20) {
      return push(keys, { kind: 'control', letter: String.fromCharCode(code + 0x40) }, at + 1);
    }
    let end = at + 1;
    while (end < input.length && isPrintable(input.charCodeAt(end))) end += 1;
    const text = input.slice(at, end).replace(/[\x80-\x9f]/g, '');
    return text === '' ? end : push(keys, { kind: 'text', text }, end);
  }

  /** CSI = ESC "[" parameters intermediates final ; SS3 = ESC "O" final */
  #escape(input: string, at: number, keys: Key[]): number {
    const introducer = input.charAt(at + 1);
    if (introducer === '') return at;
    if (introducer === 'O') {
      const final = input.charAt(at + 2);
      if (final === '') return at;
      const key = finals[final];
      return key === undefined ? at + 3 : push(keys, key, at + 3);
    }
    // A lone ESC does nothing here; what follows it counts for itself.
    if (introducer !== '[') return at + 1;
    const match = /^[0-?]*[ -/]*([@-~])/.exec(input.slice(at + 2, at + 66));
    if (match === null) return input.length - at > 64 ? at + 2 : at;
    const end = at + 2 + match[0].length;
    if (match[0] === '200~') {
      this.#pasting = true;
      return end;
    }
    if (match[0] === '1~' || match[0] === '7~') return push(keys, { kind: 'home' }, end);
    if (match[0] === '4~' || match[0] === '8~') return push(keys, { kind: 'end' }, end);
    const key = finals[match[1] ?? ''];
    return key === undefined || match[1] === 'M' ? end : push(keys, key, end);
  }

  /** Text up to the end of the paste; line ends are Return, other control characters are left out. */
  #pasted(input: string, at: number, keys: Key[]): number {
    const end = input.indexOf(PASTE_END, at);
    const limit = end === -1 ? safeEnd(input, at) : end;
    for (const piece of input.slice(at, limit).split(/(\r\n|\r|\n)/)) {
      const text = piece.replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, '');
      if (/^[\r\n]/.test(piece)) keys.push({ kind: 'return' });
      else if (text !== '') keys.push({ kind: 'text', text });
    }
    if (end === -1) return limit;
    this.#pasting = false;
    return end + PASTE_END.length;
  }
}

function push(keys: Key[], key: Key, next: number): number {
  keys.push(key);
  return next;
}

const isPrintable = (code: number): boolean => code >= 0x20 && code !== 0x7f;

/** Leaves the beginning of a cut PASTE_END, or a CR whose LF may follow, for the next chunk. */
function safeEnd(input: string, at: number): number {
  if (input.endsWith('\r')) return Math.max(at, input.length - 1);
  for (let length = Math.min(PASTE_END.length - 1, input.length - at); length > 0; length -= 1) {
    if (input.endsWith(PASTE_END.slice(0, length))) return input.length - length;
  }
  return input.length;
}
