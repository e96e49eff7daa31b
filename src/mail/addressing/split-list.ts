/** A comma list of addresses, and the parts it has. Source: vms-mail.md §5.1, §5.2. */

/**
 * Splits at commas outside quotes; blanks around the parts go, empty parts too. An open quote reaches to the end.
 * @param options.hasQuotedPairs  the parts are those of RFC 5321: within quotes a backslash takes its meaning from the next character
 */
export function splitList(
  text: string,
  options: { readonly hasQuotedPairs?: boolean } = {},
): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  let isEscaped = false;
  for (const character of text) {
    if (character === '"' && !isEscaped) quoted = !quoted;
    isEscaped = options.hasQuotedPairs === true && quoted && character === '\\' && !isEscaped;
    if (character === ',' && !quoted) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  parts.push(part);
  return parts.map((each) => each.trim()).filter((each) => each !== '');
}

/** Position of `wanted` outside quotes, or -1. */
export function indexOutsideQuotes(text: string, wanted: string): number {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted;
    else if (!quoted && text.startsWith(wanted, at)) return at;
  }
  return -1;
}
