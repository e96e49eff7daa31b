/** Long lines for a terminal of some width, cut at blanks. */

/** At least one line; a word longer than `width` is cut, a character of two units never is. */
export function foldLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const end = blank > 0 ? blank : cutBefore(rest, width);
    lines.push(rest.slice(0, end));
    rest = rest.slice(blank > 0 ? end + 1 : end);
  }
  return [...lines, rest];
}

/** `label` and the text; what does not fit into the columns stands below its beginning. */
export function foldedText(label: string, text: string, columns: number): string[] {
  const width = Math.max(columns - label.length, NARROWEST);
  const further = ' '.repeat(label.length);
  return foldLine(text, width).map((line, index) => `${index === 0 ? label : further}${line}`);
}

/** On a terminal where nothing would be left. */
const NARROWEST = 20;

/** Not between the halves of a surrogate pair. */
const cutBefore = (text: string, width: number): number =>
  width > 1 && /[\ud800-\udbff]/.test(text.charAt(width - 1)) ? width - 1 : width;
