/** Columns that text takes on a terminal: TAB stops, East Asian wide characters, combining marks. Source: UAX #11. */

/** Text as it stands on rows of so many columns, and where the cursor is behind it. */
export interface Layout {
  /** TABs as blanks, so that a redrawn row has no old characters between stops. */
  readonly shown: string;
  readonly row: number;
  readonly column: number;
}

/** A full row counts as the beginning of the next; a wide character never stands across two rows. */
export function layOut(text: string, columns: number): Layout {
  let row = 0;
  let column = 0;
  let shown = '';
  for (const character of text) {
    const isTab = character === '\t';
    const width = isTab
      ? Math.min(8 - (column % 8), columns - column)
      : characterWidth(character.codePointAt(0)!);
    if (column + width > columns) {
      row += 1;
      column = 0;
    }
    shown += isTab ? ' '.repeat(width) : character;
    column += width;
    if (column >= columns) {
      row += 1;
      column = 0;
    }
  }
  return { shown, row, column };
}

const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

function characterWidth(code: number): number {
  if (code < 0x300) return 1;
  if (code === 0x200b || code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f)) return 0;
  if (/\p{Mn}|\p{Me}/u.test(String.fromCodePoint(code))) return 0;
  return wide.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}
