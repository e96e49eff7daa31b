/** Folders that MAIL knows itself, and what a folder may be called. Source: vms-mail.md §4.2, §4.4. */
import { signal } from '../condition/index.ts';
import { MAIL } from './messages.ts';

export const NEWMAIL = 'NEWMAIL';
export const MAIL_FOLDER = 'MAIL';
export const WASTEBASKET = 'WASTEBASKET';
const NAME_LIMIT = 39;

/**
 * The name as it is kept: `"Memos"` keeps its case, anything else is folded to upper case by whoever parsed the command.
 * Throws NAMTOOBIG, ILLFOLNAM.
 */
export function checkFolderName(name: string): string {
  const bare = name.replace(/^"(.*)"$/, '$1');
  if (bare.length > NAME_LIMIT) signal(MAIL.NAMTOOBIG);
  // Quoted names may hold blanks and special characters; control characters never.
  if (bare.trim() === '' || /[\p{C}"]/u.test(bare)) signal(MAIL.ILLFOLNAM, bare);
  return bare;
}
