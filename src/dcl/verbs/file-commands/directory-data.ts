/** One file a line: name, then /SIZE, /DATE, /OWNER, /PROTECTION, /FILE_ID. Source: dcl.md §13 [R8]. */
import { SYSTEM } from '../../../condition/index.ts';
import type { FileEntry } from '../../../ports/file-system.ts';
import { uicText } from '../../../system/accounts.ts';
import { protectionColumn } from '../../../system/file-protection/protection-code.ts';
import { formatTime } from '../../../vms-time/index.ts';
import { allocatedBlocks, usedBlocks } from './blocks.ts';
import type { DateShown, DirectoryLayout } from './directory-layout.ts';

/** dcl.md §13 [R8]: a date alone begins in column 22, behind two blanks. */
const NAME_WIDTH = 19;
const FILE_ID_WIDTH = 20;

export function dataLines(name: string, entry: FileEntry, layout: DirectoryLayout): readonly string[] {
  const data = dataOf(entry, layout);
  if (data === '') return [name];
  const width = layout.nameWidth ?? NAME_WIDTH;
  return name.length > width ? [name, ''.padEnd(width) + data] : [name.padEnd(width) + data];
}

function dataOf(entry: FileEntry, layout: DirectoryLayout): string {
  const { size, dates, owner, protection, fileId } = layout;
  const fields = [
    ...(fileId ? [entry.fileId.padEnd(FILE_ID_WIDTH)] : []),
    ...(size === undefined ? [] : [sizeField(entry, layout)]),
    ...dates.map((date) => dateField(entry, date)),
    ...(owner ? [uicText(entry.owner).padEnd(layout.ownerWidth)] : []),
    ...(protection ? [protectionColumn(entry.protection)] : []),
  ];
  if (fields.length > 0 && !entry.isReadable) return `  ${SYSTEM.NOPRIV.text}`;
  return fields.map((field) => `  ${field}`).join('');
}

function sizeField(entry: FileEntry, { size, sizeWidth, inBytes }: DirectoryLayout): string {
  if (inBytes) return String(entry.sizeBytes).padStart(sizeWidth);
  const [used, allocated] = [usedBlocks(entry), allocatedBlocks(entry)];
  if (size !== 'all') return String(size === 'used' ? used : allocated).padStart(sizeWidth);
  return `${String(used).padStart(sizeWidth)}/${String(allocated).padEnd(sizeWidth - 1)}`;
}

const LONGEST_DATE = 23;

function dateField(entry: FileEntry, date: DateShown): string {
  const instant = {
    CREATED: entry.created,
    MODIFIED: entry.modified,
    EXPIRED: entry.expires,
    BACKUP: entry.backup,
  }[date];
  return instant === undefined ? '<None specified>'.padEnd(LONGEST_DATE) : formatTime(instant);
}
