/** What a DIRECTORY command wants to see, and in which columns. Source: DCL Dictionary, DIRECTORY. */
import type { ParsedCommand } from '../../../command-definition/index.ts';

export type DateShown = 'CREATED' | 'MODIFIED' | 'EXPIRED' | 'BACKUP';
const ALL_DATES: readonly DateShown[] = ['CREATED', 'MODIFIED', 'EXPIRED', 'BACKUP'];

/** Parts of the names of files. */
export type NamePart = 'device' | 'directory' | 'name' | 'type' | 'version';

export interface DirectoryLayout {
  readonly kind: 'columns' | 'lines' | 'full';
  readonly columns: number;
  readonly size: 'used' | 'allocated' | 'all' | undefined;
  /** Bytes instead of blocks. */
  readonly inBytes: boolean;
  readonly dates: readonly DateShown[];
  readonly owner: boolean;
  readonly protection: boolean;
  readonly fileId: boolean;
  readonly heading: boolean;
  readonly trailing: boolean;
  /** Sums of directories alone, or of all. */
  readonly only: 'totals' | 'grandTotal' | undefined;
  /** Versions of a name that are listed. */
  readonly versions: number;
  readonly nameWidth: number | undefined;
  readonly sizeWidth: number;
  readonly ownerWidth: number;
  /** Characters of a line. */
  readonly displayWidth: number;
  readonly parts: readonly NamePart[];
}

/** dcl.md §13 [R8]: a size ends in column 31. */
const SIZE_WIDTH = 10;
const OWNER_WIDTH = 20;
const MOST_COLUMNS = 4;

export function directoryLayout(command: ParsedCommand): DirectoryLayout {
  const security = command.present('SECURITY');
  const dates = datesShown(command);
  const owner = security || command.present('OWNER');
  const protection = security || command.present('PROTECTION');
  const fileId = command.present('FILE_ID');
  const size = sizeShown(command);
  const heading = command.present('HEADING');
  const hasData = dates.length > 0 || owner || protection || fileId || size !== undefined;
  const number = (label: string, otherwise: number): number => Number(command.value(label) ?? otherwise);
  return {
    kind: command.present('FULL') ? 'full' : hasData || !heading ? 'lines' : 'columns',
    columns: Math.min(MOST_COLUMNS, Math.max(1, number('COLUMNS', MOST_COLUMNS))),
    size,
    inBytes: command.value('SIZE.UNITS') === 'BYTES',
    dates,
    owner,
    protection,
    fileId,
    heading,
    trailing: command.present('TRAILING'),
    only: command.present('GRAND_TOTAL') ? 'grandTotal' : command.present('TOTAL') ? 'totals' : undefined,
    versions: number('VERSIONS', Number.POSITIVE_INFINITY),
    nameWidth: command.present('WIDTH.FILENAME') ? number('WIDTH.FILENAME', 0) : undefined,
    sizeWidth: number('WIDTH.SIZE', SIZE_WIDTH),
    ownerWidth: number('WIDTH.OWNER', OWNER_WIDTH),
    displayWidth: number('WIDTH.DISPLAY', 80),
    parts: partsShown(command, heading),
  };
}

function sizeShown(command: ParsedCommand): DirectoryLayout['size'] {
  if (!command.present('SIZE')) return undefined;
  const [word] = command.values('SIZE').filter((each) => each !== 'UNITS');
  return word === 'ALL' ? 'all' : word === 'ALLOCATION' ? 'allocated' : 'used';
}

function datesShown(command: ParsedCommand): readonly DateShown[] {
  if (!command.present('DATE')) return [];
  const words = command.values('DATE');
  if (words.length === 0) return ['CREATED'];
  return words.includes('ALL') ? ALL_DATES : ALL_DATES.filter((each) => words.includes(each));
}

/** /SELECT=FILE=(NODIRECTORY,NOVERSION) leaves parts away; without a heading the place is shown, too. */
function partsShown(command: ParsedCommand, heading: boolean): readonly NamePart[] {
  const parts: readonly NamePart[] = heading
    ? ['name', 'type', 'version']
    : ['device', 'directory', 'name', 'type', 'version'];
  const words = command.present('SELECT.FILE') ? command.values('SELECT.FILE') : [];
  const positive = words.filter((each) => !each.startsWith('NO') || each === 'NODE');
  return parts.filter((part) => {
    const word = part.toUpperCase();
    if (words.includes(`NO${word}`)) return false;
    return positive.length === 0 || positive.includes(word);
  });
}
