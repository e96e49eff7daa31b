/**
 * Folders that clients open: they stand from then on, and numbers that vanish are remembered. A client that selects a folder again
 * and again, as many do, gets at once what it got before, as long as nothing was written.
 */
import type { Database } from 'better-sqlite3';
import type { MailFileId } from '../../../ports/mail-store.ts';
import type { Mailboxes, MailboxRecord } from '../../../ports/mailboxes.ts';
import { inTransaction } from './database.ts';
import type { FolderRow } from './folders.ts';
import type { KnownFolders } from './known-folders.ts';
import type { Vanished } from './vanished.ts';

/** Folders whose rows are held. What was asked for longest ago is forgotten first. */
const MOST_ROWS = 1_000;

interface Parts {
  readonly vanished: Vanished;
  readonly known: KnownFolders;
  readonly stamp: () => number;
  /** Undefined where clients see no such folder. */
  readonly standing: (file: MailFileId, name: string) => FolderRow | undefined;
  readonly recordOf: (row: FolderRow) => MailboxRecord;
  readonly keep: (folder: number) => void;
}

export function createOpenedFolders(
  database: Database,
  { vanished, known, stamp, standing, recordOf, keep }: Parts,
): Pick<Mailboxes, 'open'> {
  const looked = new Map<string, { readonly stamp: number; readonly row: FolderRow }>();

  /** Makes it stand, and watches it. @returns whether it is there */
  const isOpened = (file: MailFileId, name: string): boolean => {
    const row = standing(file, name);
    if (row === undefined || (row.kept === 1 && vanished.isWatched(row.id))) return row !== undefined;
    return inTransaction(database, () => {
      // Read again: somebody may have renamed it meanwhile.
      const now = standing(file, name);
      if (now === undefined) return false;
      keep(now.id);
      vanished.watch(now.id, now.modseq);
      return true;
    });
  };
  const look = database.transaction((file: MailFileId, name: string) => {
    const row = standing(file, name);
    return row === undefined ? undefined : { row, uids: known.uids(row) };
  });

  return {
    async open(file, name) {
      const key = `${file} ${name}`;
      const before = looked.get(key);
      const held = before?.stamp === stamp() ? known.held(before.row) : undefined;
      if (before !== undefined && held !== undefined)
        return { mailbox: recordOf(before.row), uids: held, stamp: before.stamp };
      looked.delete(key);
      if (!isOpened(file, name)) return undefined;
      // Taken first: what is written between makes the row old, not wrong.
      const now = stamp();
      const found = look.deferred(file, name);
      if (found === undefined) return undefined;
      const { row, uids } = found;
      looked.set(key, { stamp: now, row });
      if (looked.size > MOST_ROWS) looked.delete(looked.keys().next().value!);
      return { mailbox: recordOf(row), uids, stamp: now };
    },
  };
}
