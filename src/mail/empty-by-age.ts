/**
 * Folders that the site empties of what is old: the wastebasket of each user, and the one that suspicious mail is filed in. What users
 * read and keep is never touched, whatever such a folder is called.
 */
import type { AgeLimits, MailStore } from '../ports/mail-store.ts';
import { MAIL_FOLDER, NEWMAIL } from './folder-names.ts';

export interface Emptied {
  readonly folders: number;
  readonly messages: number;
  readonly bytes: number;
}

/** @param isStopping  asked now and then: the rest is for the next time */
export async function emptyByAge(
  store: Pick<MailStore, 'lookForAged' | 'removeAged'>,
  limits: AgeLimits,
  now: number,
  isStopping: () => boolean = () => false,
): Promise<Emptied> {
  const emptied = { folders: 0, messages: 0, bytes: 0 };
  for (const aged of await store.lookForAged(limits, now)) {
    if (aged.name === NEWMAIL || aged.name === MAIL_FOLDER) continue;
    emptied.folders += 1;
    while (!isStopping()) {
      const { messages, bytes } = await store.removeAged(aged);
      if (messages === 0) break;
      emptied.messages += messages;
      emptied.bytes += bytes;
      // Mail that is delivered goes first.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return emptied;
}
