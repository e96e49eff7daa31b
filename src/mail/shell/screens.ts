/** Lines of the screens of MAIL, to the column. Pure. Source: vms-mail.md §3.1–3.4, §3.9. */
import { characterWidth, cutToWidth, textWidth } from '../../mime/character-width.ts';
import { safeText } from '../../mime/safe-text.ts';

/** What a directory line and a header show of a message. */
export interface ScreenMessage {
  readonly number: number;
  readonly from: string;
  readonly to: string;
  readonly cc: string;
  readonly subject: string;
  /** `dd-MMM-yyyy hh:mm:ss.cc`, the day padded with a blank. */
  readonly date: string;
}

export interface ScreenAttributes {
  readonly isNew: boolean;
  readonly isReplied: boolean;
  readonly isMarked: boolean;
  readonly isForeign: boolean;
  readonly records: number;
  /** 16 hex digits; only where the text is in an external file. */
  readonly externalId?: string | undefined;
}

/** Heading of DIRECTORY: the folder name ends in column 76, `Subject` begins in column 41. */
export const directoryHeading = (folder: string): readonly string[] => [
  safeText(folder).padStart(76),
  '    # From                 Date         Subject',
  '',
];

/** `%5d %-20.20s %11s  %.40s`; the subject is cut at the right margin. */
export function directoryLine(message: ScreenMessage, isMarked: boolean, columns: number): string {
  const number = String(message.number).padStart(5);
  const from = padded(addressPart(message.from), 20);
  const day = message.date.slice(0, 11).padStart(11);
  const subject = cutToWidth(safeText(message.subject), Math.max(columns - 40, 10));
  const line = `${number} ${from} ${day}  ${subject}`.trimEnd();
  return isMarked ? `*${line.slice(1)}` : line;
}

/** DIRDEL10 `!5UL (Deleted)` */
export const deletedLine = (number: number): string => `${String(number).padStart(5)} (Deleted)`;

/** The lines that /FULL puts below an entry. */
export function fullLines(attributes: ScreenAttributes): readonly string[] {
  const words = [
    ...(attributes.isNew ? ['New message'] : []),
    ...(attributes.isReplied ? ['Replied'] : []),
    ...(attributes.isForeign ? ['Foreign'] : []),
    ...(attributes.isMarked ? ['Marked'] : []),
  ];
  const external =
    attributes.externalId === undefined ? '' : `, External message id = '${attributes.externalId}'`;
  return [
    `\tAttributes:  ${words.length === 0 ? 'None' : words.join(', ')}`,
    `\t${attributes.records} record${attributes.records === 1 ? '' : 's'}${external}`,
    '',
  ];
}

/** First line of every page of READ: number to column 16, date 17–27, time 29–39, folder ending in column 80. */
export function pageHeading(message: ScreenMessage, folder: string): string {
  const [day = '', time = ''] = message.date.trim().split(' ');
  const left = `${`    #${message.number}`.padEnd(16)}${day.padStart(11)} ${time.padEnd(11)}`;
  return left + safeText(folder).padStart(80 - left.length);
}

/** The header block of READ, its blank line included. */
export const headerLines = (message: ScreenMessage): readonly string[] => [
  `From:\t${safeText(message.from)}`,
  ...addressLines(message),
];

/** The header block of EXTRACT and FORWARD: the date follows the sender. */
export const datedHeaderLines = (message: ScreenMessage): readonly string[] => [
  `From:\t${safeText(message.from)} ${message.date}`,
  ...addressLines(message),
];

const addressLines = (message: ScreenMessage): readonly string[] => [
  `To:\t${safeText(message.to)}`,
  `CC:\t${safeText(message.cc)}`,
  `Subj:\t${safeText(message.subject)}`,
  '',
];

/** From: without the personal name, which stands in quotation marks behind the address. */
export function addressPart(from: string): string {
  const match = /^((?:[^\s"]|"(?:[^"]|"")*")+)/.exec(from.trim());
  return match?.[1] ?? from.trim();
}

/** Names of folders in two columns of 39, read across. */
export function folderLines(names: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (let index = 0; index < names.length; index += 2) {
    const left = safeText(names[index] ?? '');
    const right = names[index + 1];
    lines.push(right === undefined ? left : left.padEnd(39) + safeText(right));
  }
  return lines;
}

/** Rows that a line takes on a screen of that width. A wide character never stands across two rows. */
export function rowsOf(line: string, columns: number): number {
  let rows = 1;
  let column = 0;
  for (const character of line) {
    const isTab = character === '\t';
    const width = isTab
      ? Math.min(8 - (column % 8), columns - column)
      : characterWidth(character.codePointAt(0)!);
    if (column + width > columns) {
      rows++;
      column = 0;
    }
    column += width;
  }
  return rows;
}

const padded = (text: string, width: number): string => {
  const kept = cutToWidth(safeText(text), width);
  return kept + ' '.repeat(width - textWidth(kept));
};
