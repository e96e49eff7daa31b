/** Text laid out on the rows of a terminal: TAB stops, wide characters. */
import { characterWidth } from '../../mime/character-width.ts';

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
