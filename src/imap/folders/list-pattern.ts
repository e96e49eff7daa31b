/** Patterns of LIST: `*` is anything, `%` anything of one level. Source: RFC 9051 §6.3.9. */
import { DELIMITER } from '../folder-name.ts';

/** Costs the length of the name times its own at most, and its own counts only as far as it can match. */
export class ListPattern {
  readonly #signs: string;
  readonly #literals: number;

  constructor(text: string) {
    // Of wildcards in a row one says it all.
    this.#signs = folded(text).replace(/[*%]{2,}/g, (run) => (run.includes('*') ? '*' : '%'));
    this.#literals = this.#signs.replace(/[*%]/g, '').length;
  }

  /** Without regard to case, as folders are found. */
  matches(name: string): boolean {
    const text = folded(name);
    if (this.#literals > text.length) return false;
    // The lengths of beginnings of the name that what was looked at of the pattern matches.
    let ends = new Uint8Array(text.length + 1);
    ends[0] = 1;
    for (const sign of this.#signs) ends = advance(ends, sign, text);
    return ends[text.length] === 1;
  }
}

function advance(ends: Uint8Array<ArrayBuffer>, sign: string, text: string): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(ends.length);
  let isOpen = false;
  for (let end = 0; end < ends.length; end++) {
    if (sign !== '*' && sign !== '%') {
      if (end > 0 && ends[end - 1] === 1 && text[end - 1] === sign) next[end] = 1;
      continue;
    }
    if (sign === '%' && end > 0 && text[end - 1] === DELIMITER) isOpen = false;
    if (ends[end] === 1) isOpen = true;
    if (isOpen) next[end] = 1;
  }
  return next;
}

/** Signs stay one code unit each. */
const folded = (text: string): string =>
  text.replace(/[A-Z]|[^\x00-\x7f]/g, (sign) => {
    const lower = sign.toLowerCase();
    return lower.length === sign.length ? lower : sign;
  });
