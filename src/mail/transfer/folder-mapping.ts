/** Folders of other programs and those of MAIL. Sources: Maildir++ (Courier), RFC 3501 §5.1.3, vms-mail.md §4.2, §4.4. */
import { MAIL_FOLDER, NEWMAIL, WASTEBASKET } from '../folder-names.ts';

const NAME_LIMIT = 39;
/** What other programs call the wastebasket. RFC 6154 */
const TRASH = new Set(['TRASH', 'DELETED', 'DELETED_ITEMS', 'DELETED_MESSAGES', 'WASTEBASKET']);

/**
 * MAIL's folder for one of another program: upper case, and `_` for what a folder name does not take unquoted. Undefined for
 * the inbox, whose messages are in NEWMAIL or in MAIL.
 * @param name  as the file or directory is called: `Lists.node-dev`, `&ZeVnLIqe-`
 */
export function folderOf(name: string): string | undefined {
  const plain = fromModifiedUtf7(name)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^A-Z0-9$_]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, NAME_LIMIT);
  if (plain === '' || plain === 'INBOX' || plain === NEWMAIL || plain === MAIL_FOLDER) return undefined;
  return TRASH.has(plain) ? WASTEBASKET : plain;
}

/** Where a message of the inbox stands here. */
export const inboxFolder = (isRead: boolean): string => (isRead ? MAIL_FOLDER : NEWMAIL);

function fromModifiedUtf7(name: string): string {
  return name.replace(/&([^-]*)-/g, (_, code: string) => {
    if (code === '') return '&';
    const bytes = Buffer.from(code.replaceAll(',', '/'), 'base64');
    return bytes
      .subarray(0, bytes.length & ~1)
      .swap16()
      .toString('utf16le');
  });
}

/** Directory of a folder below a Maildir: `.SENT`. RFC 3501's encoding for what is not ASCII; `.` and `/` separate, so they become `_`. */
export const maildirDirectory = (folder: string): string =>
  `.${toModifiedUtf7(folder.replace(/[./]/g, '_'))}`;

/**
 * Files of all folders of a mail file among mbox files, each its own: nothing in a name that a file system or a shell minds. Where
 * two come to the same name, the folder that is called so has it, and the other a number.
 */
export function mboxFileNames(folders: readonly string[]): ReadonlyMap<string, string> {
  const plain = (folder: string): string => folder.replace(/[/\\\0]/g, '_').replace(/^\./, '_');
  const isSame = (folder: string): boolean => plain(folder) === folder;
  const files = new Map<string, string>();
  const taken = new Set<string>();
  for (const folder of [...folders.filter(isSame), ...folders.filter((each) => !isSame(each))]) {
    let name = plain(folder);
    for (let number = 2; taken.has(name); number++) name = `${plain(folder)}_${number}`;
    taken.add(name);
    files.set(folder, `${name}.mbox`);
  }
  return files;
}

const toModifiedUtf7 = (name: string): string =>
  name.replace(/&|[^\x20-\x7e]+/g, (run) => {
    if (run === '&') return '&-';
    const code = Buffer.from(run, 'utf16le')
      .swap16()
      .toString('base64')
      .replace(/=+$/, '')
      .replaceAll('/', ',');
    return `&${code}-`;
  });
