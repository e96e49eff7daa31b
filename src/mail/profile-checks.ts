/** What may stand in a profile. Source: vms-mail.md §2.33, §5.4. */
import { signal } from '../condition/index.ts';
import type { ProfileChanges } from '../ports/mail-store.ts';
import { MAIL } from './messages.ts';

const PERSONAL_NAME_LIMIT = 255;
/** Callable editors by their names; which of them are there is found out when one is called. */
const editors = ['TPU', 'EDT', 'LSE'];

/** Throws ILLPERNAM, ILLTPRT, ILLEDTNAM, NOTSUBDIR, ILLSUBDIR. */
export function checkProfileChanges({
  personalName,
  transport,
  editor,
  mailDirectory,
}: ProfileChanges): void {
  if (personalName !== undefined && !isPersonalName(personalName)) signal(MAIL.ILLPERNAM, personalName);
  if (transport !== undefined && !/^[A-Z0-9$_]{1,31}%?$/i.test(transport)) signal(MAIL.ILLTPRT, transport);
  if (editor !== undefined && !editors.includes(editor.toUpperCase())) signal(MAIL.ILLEDTNAM, editor);
  if (mailDirectory === undefined) return;
  if (!/^\[\..*\]$/.test(mailDirectory)) signal(MAIL.NOTSUBDIR, mailDirectory);
  if (!/^\[(\.[A-Z0-9$_-]{1,39}){1,7}\]$/i.test(mailDirectory) || /\.-/.test(mailDirectory)) {
    signal(MAIL.ILLSUBDIR, mailDirectory);
  }
}

/** Begins with a letter; no consecutive blanks, no double quotes. */
const isPersonalName = (name: string): boolean =>
  /^\p{L}[^"\p{C}]*$/u.test(name) && !name.includes('  ') && name.length <= PERSONAL_NAME_LIMIT;
