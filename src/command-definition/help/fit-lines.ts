/**
 * Text of a help topic on a screen that is narrower than its lines. A line that does not fit is broken between words, and behind
 * the `|` of a list of keywords; what is left over begins the next line of its paragraph. Lines that begin with a blank are
 * examples and tables: they stay as they are.
 */

/** @param width  columns there are for a line, 1 or more */
export function fitLines(lines: readonly string[], width: number): readonly string[] {
  const fitted: string[] = [];
  let over = '';
  for (const line of lines) {
    if (over !== '' && !isProse(line)) {
      fitted.push(...broken(over, width));
      over = '';
    }
    if (!isProse(line)) {
      fitted.push(line);
      continue;
    }
    const parts = broken(over === '' ? line : `${over} ${line}`, width);
    over = parts.length > 1 ? (parts.pop() ?? '') : '';
    fitted.push(...parts);
  }
  return over === '' ? fitted : [...fitted, ...broken(over, width)];
}

const isProse = (line: string): boolean => line !== '' && !line.startsWith(' ');

/** A word that is wider than the line keeps its line for itself. */
function broken(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.match(/[^ |]*(?:\| *| +|$)/g) ?? []) {
    if (line !== '' && (line + piece).trimEnd().length > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  return [...lines, line.trimEnd()];
}
