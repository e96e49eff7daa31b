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
  | { readonly kind: 'end' }
  /** Takes the character under the cursor. */
  | { readonly kind: 'delete' }
  /** A key DEFINE/KEY has a name for: PF1, KP0, E3, F17. */
  | { readonly kind: 'named'; readonly name: string };

const PASTE_END = '\x1b[201~';
const finals: Readonly<Record<string, Key>> = {
  A: { kind: 'arrow', direction: 'up' },
  B: { kind: 'arrow', direction: 'down' },
  C: { kind: 'arrow', direction: 'right' },
  D: { kind: 'arrow', direction: 'left' },
  H: { kind: 'home' },
  F: { kind: 'end' },
};
const named = (name: string): Key => ({ kind: 'named', name });

/**
 * SS3 final. The keypad in application mode; PF1 to PF4 always, which F1 to F4 are on keyboards of today. Those have `/ * +`
 * where the keypad of a VT has PF2, PF3 and the comma.
 */
const keypad: Readonly<Record<string, Key>> = {
  ...finals,
  P: named('PF1'),
  Q: named('PF2'),
  R: named('PF3'),
  S: named('PF4'),
  M: named('ENTER'),
  n: named('PERIOD'),
  l: named('COMMA'),
  k: named('COMMA'),
  m: named('MINUS'),
  o: named('PF2'),
  j: named('PF3'),
  ...Object.fromEntries([...'pqrstuvwxy'].map((final, digit) => [final, named(`KP${digit}`)])),
};

/** CSI number ~ */
const numbered: Readonly<Record<string, string>> = {
  ...{ 1: 'E1', 2: 'E2', 3: 'E3', 4: 'E4', 5: 'E5', 6: 'E6' },
  ...{ 11: 'PF1', 12: 'PF2', 13: 'PF3', 14: 'PF4' },
  ...{ 17: 'F6', 18: 'F7', 19: 'F8', 20: 'F9', 21: 'F10', 23: 'F11', 24: 'F12', 25: 'F13', 26: 'F14' },
  ...{ 28: 'HELP', 29: 'DO', 31: 'F17', 32: 'F18', 33: 'F19', 34: 'F20' },
};

/** With Shift held: the second row of function keys of a VT, F13 to F20, as terminals of today have it. */
const shifted: Readonly<Record<string, string>> = {
  ...{ '1;2P': 'F13', '1;2Q': 'F14', '1;2R': 'HELP', '1;2S': 'DO' },
  ...{ '15;2~': 'F17', '17;2~': 'F18', '18;2~': 'F19', '19;2~': 'F20' },
};

/** What keys with names are where nobody has defined them. Source: OpenVMS User's Manual, "Line editing keys". */
const plainMeanings: Readonly<Record<string, Key>> = {
  E1: { kind: 'home' },
  E3: { kind: 'delete' },
  E4: { kind: 'end' },
  F6: { kind: 'control', letter: 'C' },
  F10: { kind: 'control', letter: 'Z' },
  F12: { kind: 'control', letter: 'H' },
  F13: { kind: 'control', letter: 'J' },
  F14: { kind: 'control', letter: 'A' },
  ENTER: { kind: 'return' },
};
const printed: Readonly<Record<string, string>> = { PERIOD: '.', COMMA: ',', MINUS: '-' };

/** @param types  keys of the keypad type what is printed on them */
export function plainKey(key: Key, types: boolean): Key | undefined {
  if (key.kind !== 'named') return key;
  const meaning = plainMeanings[key.name];
  if (meaning !== undefined || !types) return meaning;
  const text = /^KP\d$/.test(key.name) ? key.name.slice(2) : printed[key.name];
  return text === undefined ? undefined : { kind: 'text', text };
}

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
      const key = keypad[final];
      return key === undefined ? at + 3 : push(keys, key, at + 3);
    }
    // A lone ESC does nothing here; what follows it counts for itself.
    if (introducer !== '[') return at + 1;
    // The console of Linux sends F1 to F5 as CSI [ A to CSI [ E.
    if (input.startsWith('[', at + 2)) {
      const place = 'ABCD'.indexOf(input.charAt(at + 3));
      if (at + 3 >= input.length) return at;
      return place === -1 ? at + 4 : push(keys, named(`PF${place + 1}`), at + 4);
    }
    const match = /^[0-?]*[ -/]*([@-~])/.exec(input.slice(at + 2, at + 66));
    if (match === null) return input.length - at > 64 ? at + 2 : at;
    const end = at + 2 + match[0].length;
    if (match[0] === '200~') {
      this.#pasting = true;
      return end;
    }
    const key = csiKey(match[0], match[1] ?? '');
    return key === undefined ? end : push(keys, key, end);
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

function csiKey(sequence: string, final: string): Key | undefined {
  if (sequence === '7~') return { kind: 'home' };
  if (sequence === '8~') return { kind: 'end' };
  const name = shifted[sequence] ?? (final === '~' ? numbered[sequence.slice(0, -1)] : undefined);
  return name === undefined ? finals[final] : named(name);
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
