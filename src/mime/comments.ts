/** Comments in structured header fields, which mean nothing to a program. Sources: RFC 5322 §3.2.2; RFC 2045 §5.1, §6.1. */

/**
 * `text/plain; charset=us-ascii (Plain text)` without what stands in parentheses, in front or behind a blank: elsewhere they are part of
 * a word, as those write it who quote nothing. What has no end is no comment.
 */
export function withoutComments(value: string): string {
  let text = '';
  for (let at = 0; at < value.length; ) {
    const isWord = at > 0 && !/[\s;]/.test(value[at - 1]!);
    if (value[at] !== '(' || isWord) {
      const end = value[at] === '"' ? quotedEnd(value, at) : at + 1;
      text += value.slice(at, end);
      at = end;
      continue;
    }
    const end = commentEnd(value, at);
    if (end === undefined) return text + value.slice(at);
    at = end;
  }
  return text;
}

function quotedEnd(value: string, start: number): number {
  for (let at = start + 1; at < value.length; at++) {
    if (value[at] === '\\') at++;
    else if (value[at] === '"') return at + 1;
  }
  return value.length;
}

/** They nest. */
function commentEnd(value: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < value.length; at++) {
    if (value[at] === '\\') at++;
    else if (value[at] === '(') depth++;
    else if (value[at] === ')' && --depth === 0) return at + 1;
  }
  return undefined;
}
