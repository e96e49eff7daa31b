/** Lists of tags, as signatures and the records of their keys have them. Source: RFC 6376 §3.2. */

export interface Tag {
  /** Without blanks around it. */
  readonly value: string;
  /** What stands between `=` and `;`, blanks and all. */
  readonly start: number;
  readonly end: number;
}

export type TagList = ReadonlyMap<string, Tag>;

const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/**
 * @param from  where in the text the list begins
 * @returns undefined where it is no such list: one that names a tag twice is none at all
 */
export function tagList(text: string, from = 0): TagList | undefined {
  const tags = new Map<string, Tag>();
  let at = from;
  while (at <= text.length) {
    const semicolon = text.indexOf(';', at);
    const end = semicolon === -1 ? text.length : semicolon;
    const equals = text.indexOf('=', at);
    if (equals === -1 || equals >= end) {
      // One semicolon may stand behind the last tag.
      const isRest = semicolon === -1 && tags.size > 0 && trimmed(text, at, end) === '';
      return isRest ? tags : undefined;
    }
    const name = trimmed(text, at, equals);
    if (!NAME.test(name) || tags.has(name)) return undefined;
    tags.set(name, { value: trimmed(text, equals + 1, end), start: equals + 1, end });
    at = end + 1;
    if (semicolon === -1) return tags;
  }
  return tags;
}

/** Of the blanks of RFC 6376 alone: other bytes that are called so may belong to letters. */
function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;

/** `a : b` → a, b in lower case; what is empty is left out. */
export const colonList = (value: string): readonly string[] =>
  withoutBlanks(value)
    .toLowerCase()
    .split(':')
    .filter((each) => each !== '');

export const withoutBlanks = (value: string): string =>
  /[ \t\r\n]/.test(value) ? value.replace(/[ \t\r\n]+/g, '') : value;
