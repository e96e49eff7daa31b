/** Raw pieces of a command line and what they say: comments, quotation marks, lists, `keyword=value`. Source: dcl.md §1. */

/** Characters of a command line with its continuations. dcl.md §1 */
export const LONGEST_COMMAND = 4_095;

/** Index of the first character outside quotes, brackets and parentheses for which `wanted` holds; -1 when none. */
function findOutside(text: string, wanted: (character: string) => boolean, nested: boolean): number {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '"') {
      const end = text.indexOf('"', index + 1);
      if (end === -1) return -1;
      index = end;
    } else if (nested && depth === 0 && wanted(character)) return index;
    else if (!nested && wanted(character)) return index;
    else if ('([<'.includes(character)) depth += 1;
    else if (')]>'.includes(character)) depth = Math.max(0, depth - 1);
  }
  return -1;
}

/** The line without its comment, leading `$` and surrounding blanks. */
export function commandPart(line: string): string {
  const comment = findOutside(line, (character) => character === '!', false);
  const command = comment === -1 ? line : line.slice(0, comment);
  return command.replace(/^\s*\$?/, '').trim();
}

/** Upcased outside quotation marks; quotation marks removed, `""` inside them undoubled. */
export function cookText(raw: string): string {
  let text = '';
  let index = 0;
  while (index < raw.length) {
    if (raw.charAt(index) !== '"') {
      text += raw.charAt(index).toUpperCase();
      index += 1;
      continue;
    }
    index += 1;
    while (index < raw.length) {
      if (raw.charAt(index) === '"') {
        if (raw.charAt(index + 1) !== '"') break;
        index += 1;
      }
      text += raw.charAt(index);
      index += 1;
    }
    index += 1;
  }
  return text;
}

/** Upcased outside quotation marks, which stay: $LINE, $REST_OF_LINE, foreign commands. */
export function upcaseOutsideQuotes(raw: string): string {
  return raw.replace(/"[^"]*"?|[^"]+/g, (piece) => (piece.startsWith('"') ? piece : piece.toUpperCase()));
}

/** `(a,b=(c,d))` → `a`, `b=(c,d)`; text without parentheses is a list of one. */
export function splitList(raw: string): readonly string[] {
  const text = raw.trim();
  if (!text.startsWith('(') || !text.endsWith(')')) return [text];
  return splitAt(text.slice(1, -1), ',');
}

/** Splits at a separator that nothing protects; pieces are trimmed. */
export function splitAt(text: string, separator: string): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  for (;;) {
    const at = findOutside(rest, (character) => character === separator, true);
    if (at === -1) return [...pieces, rest.trim()];
    pieces.push(rest.slice(0, at).trim());
    rest = rest.slice(at + 1);
  }
}

/** `KEYWORD=value` or `KEYWORD:value`; the value is undefined without a separator. */
export function splitKeyword(raw: string): { readonly keyword: string; readonly value: string | undefined } {
  const at = findOutside(raw, (character) => character === '=' || character === ':', true);
  if (at === -1) return { keyword: raw.trim(), value: undefined };
  return { keyword: raw.slice(0, at).trim(), value: raw.slice(at + 1).trim() };
}

/** True when the last quotation mark opens a string that is not closed. */
export const endsInsideQuotes = (line: string): boolean => (line.split('"').length - 1) % 2 === 1;

/** What a message echoes of a parameter: up to the first delimiter. dcl.md §6.1: `C.TXT` is shown as `\C\`. */
export function echoedToken(raw: string): string {
  const [token] = /^[A-Z0-9$_*%-]+/i.exec(raw) ?? [raw];
  return token.startsWith('"') ? token : token.toUpperCase();
}
