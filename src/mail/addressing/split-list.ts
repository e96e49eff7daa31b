/** A comma list of addresses, and the parts it has. Source: vms-mail.md §5.1, §5.2. */

/** Splits at commas outside quotes; blanks around the parts go, empty parts too. An open quote reaches to the end. */
export function splitList(text: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
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
