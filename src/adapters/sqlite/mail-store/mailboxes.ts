/** Folders by number and modification sequence. The port: ports/mailboxes.ts */
import type { Database } from 'better-sqlite3';
import type { MailFileId } from '../../../ports/mail-store.ts';
import type {
  FlaggedNumbers,
  FolderRef,
  Mailboxes,
  MailboxRecord,
  Placement,
} from '../../../ports/mailboxes.ts';
import { changedFlags } from './client-flags.ts';
import { createClientNames } from './client-names.ts';
import { inTransaction } from './database.ts';
import { FOLDER_COLUMNS, type FolderRow, type Folders } from './folders.ts';
import { createKnownFolders } from './known-folders.ts';
import { createMessageBatches } from './message-batches.ts';
import { createOpenedFolders } from './opened-folders.ts';
import { createRenameFolder } from './rename-folder.ts';
import { FLAG_CHANGED, FLAG_DELETED, FLAG_FOREIGN, IN_FILE, type NumberedRow } from './rows.ts';
import { createStamp } from './stamp.ts';
import type { Standing, Transfers } from './transfers.ts';
import type { Vanished } from './vanished.ts';

type Parts = { readonly folders: Folders; readonly transfers: Transfers; readonly vanished: Vanished };

const mailboxRecord = (row: FolderRow): MailboxRecord => ({
  id: row.id,
  name: row.name,
  uidValidity: row.uid_validity ?? row.mail_file,
  count: row.count,
  newCount: row.new_count,
  nextUid: row.next_uid,
  highestModseq: row.modseq,
});

/** Null where there is no message. */
interface TotalsRow {
  readonly octets: number | null;
  readonly deleted: number | null;
  readonly deleted_octets: number | null;
  readonly messages: number | null;
  readonly records: number | null;
  readonly characters: number | null;
  readonly foreign_octets: number | null;
}

/** In records, or of a user here: mail of other hosts is signed `SMTP%"jones@host"`. */
const CONVERTED = `(format = 0 OR instr(from_text, '%"') = 0)`;

const NO_FLAGS: FlaggedNumbers = { uids: new Uint32Array(0), bits: new Uint8Array(0) };

/** Undoes what was renamed before it. */
class NotRenamed extends Error {}

/** Without `append`, which goes the way of deliveries. */
export function createMailboxes(
  database: Database,
  { folders, transfers, vanished }: Parts,
): Omit<Mailboxes, 'append'> {
  const selectAll = database.prepare<[number], FolderRow>(
    `SELECT ${FOLDER_COLUMNS} FROM folder WHERE mail_file = ? AND (count > 0 OR kept = 1) ORDER BY name`,
  );
  const keep = database.prepare('UPDATE folder SET kept = 1 WHERE id = ? AND kept = 0');
  const letGo = database.prepare('UPDATE folder SET kept = 0, client_name = NULL WHERE id = ?');
  const setClientName = database.prepare('UPDATE folder SET client_name = ? WHERE id = ?');
  const selectTotals = database.prepare<[number], TotalsRow>(
    `SELECT sum(size) AS octets, sum(flags & ${FLAG_DELETED} <> 0) AS deleted,
       sum(CASE WHEN flags & ${FLAG_DELETED} <> 0 THEN size END) AS deleted_octets, sum(${CONVERTED}) AS messages,
       sum(CASE WHEN ${CONVERTED} THEN records END) AS records,
       sum(CASE WHEN ${CONVERTED} THEN length(from_text) + length(to_text) + length(cc_text) + length(subject) END)
         AS characters,
       sum(CASE WHEN flags & ${FLAG_FOREIGN} <> 0 THEN size END) AS foreign_octets FROM message WHERE folder = ?`,
  );
  const selectUids = database
    .prepare<[number, number, number], number>(
      'SELECT uid FROM message WHERE folder = ? AND uid > ? ORDER BY uid LIMIT ?',
    )
    .pluck();
  const selectDeleted = database
    .prepare<[number], number>(
      `SELECT uid FROM message WHERE folder = ? AND flags & ${FLAG_DELETED} = ${FLAG_DELETED} ORDER BY uid`,
    )
    .pluck();
  const selectStanding = database.prepare<[number, number], Standing & { readonly modseq: number }>(
    'SELECT id, folder, uid, flags, size, text, keywords, modseq FROM message WHERE folder = ? AND uid = ?',
  );
  const selectChanged = database
    .prepare<[number, number], number>(
      `SELECT uid FROM message WHERE folder = ? AND modseq > ? AND flags & ${FLAG_CHANGED} = ${FLAG_CHANGED} ORDER BY uid`,
    )
    .pluck();
  const selectNewest = database.prepare<[number], Pick<NumberedRow, 'uid' | 'modseq' | 'flags'>>(
    'SELECT uid, modseq, flags FROM message WHERE folder = ? ORDER BY uid DESC',
  );
  const selectSubscriptions = database.prepare<
    [number],
    { readonly name: string; readonly is_subscribed: number }
  >('SELECT name, is_subscribed FROM subscription WHERE mail_file = ?');
  const insertSubscription = database.prepare(
    'INSERT OR REPLACE INTO subscription (mail_file, name, is_subscribed) VALUES (?, ?, ?)',
  );
  const insertFinding = database.prepare(
    `INSERT OR REPLACE INTO finding (text, value) SELECT text, ? FROM message WHERE message.id = ? AND ${IN_FILE}`,
  );
  const dataVersion = database.prepare<[], number>('PRAGMA data_version').pluck();
  const countWritten = database.prepare<[], number>('SELECT total_changes()').pluck();
  const deleteSubscription = database.prepare('DELETE FROM subscription WHERE mail_file = ? AND name = ?');

  const standing = (file: MailFileId, ref: FolderRef): FolderRow | undefined => {
    const row = folders.folder(file, ref);
    return row !== undefined && (row.count > 0 || row.kept === 1) ? row : undefined;
  };
  const those = <T>(
    folder: number | undefined,
    uids: readonly number[],
    get: (folder: number, uid: number) => T | undefined,
  ): T[] =>
    folder === undefined
      ? []
      : [...new Set(uids)].sort((a, b) => a - b).flatMap((uid) => get(folder, uid) ?? []);

  /** Of what arrived, number and modification sequence grow together: the newest are looked at until one is older. */
  const arrivedAfter = (folder: number, modseq: number): number[] => {
    const arrived: number[] = [];
    for (const row of selectNewest.iterate(folder)) {
      if ((row.flags & FLAG_CHANGED) !== 0) continue;
      if (row.modseq <= modseq) break;
      arrived.push(row.uid);
    }
    return arrived.reverse();
  };

  const transfer = (
    way: 'move' | 'copy',
    file: MailFileId,
    from: FolderRef,
    uids: readonly number[],
    to: FolderRef,
    toFile: MailFileId,
    least = 1,
  ): readonly Placement[] | undefined =>
    inTransaction(database, () => {
      if (typeof to === 'number' && standing(toFile, to) === undefined) return undefined;
      const messages = those(folders.folder(file, from)?.id, uids, (folder, uid) =>
        selectStanding.get(folder, uid),
      );
      if (messages.length < least) return [];
      const target = typeof to === 'number' ? to : folders.ensureFolder(toFile, to).id;
      const first = transfers[way](messages, target, 0);
      return messages.map(({ uid }, index) => ({ uid, newUid: first + index }));
    });

  const renameFolder = createRenameFolder(database, standing, folders);
  const stamp = createStamp(
    () => dataVersion.get()!,
    () => countWritten.get()!,
  );
  const known = createKnownFolders(database, vanished);
  const { numbered, ...batches } = createMessageBatches(database, folders);
  const opening = {
    vanished,
    known,
    stamp,
    standing,
    recordOf: mailboxRecord,
    keep: (id: number) => void keep.run(id),
  };

  return {
    list: async (file) => selectAll.all(file).map(mailboxRecord),
    async find(file, ref) {
      const row = standing(file, ref);
      return row === undefined ? undefined : mailboxRecord(row);
    },
    async totals(file, ref) {
      const row = standing(file, ref);
      const sums = row === undefined ? undefined : selectTotals.get(row.id);
      return {
        octets: sums?.octets ?? 0,
        deleted: sums?.deleted ?? 0,
        deletedOctets: sums?.deleted_octets ?? 0,
        converted: {
          messages: sums?.messages ?? 0,
          records: sums?.records ?? 0,
          characters: sums?.characters ?? 0,
          foreign: sums?.foreign_octets ?? 0,
        },
      };
    },
    create: async (file, name, clientName) =>
      inTransaction(database, () => {
        const { id, count, kept } = folders.ensureFolder(file, name);
        keep.run(id);
        const isNew = count === 0 && kept === 0;
        if (isNew && clientName !== undefined) setClientName.run(clientName, id);
        return isNew;
      }),
    ...createClientNames(database, stamp),
    remove: async (file, ref) =>
      inTransaction(database, () => {
        const row = standing(file, ref);
        if (row === undefined || row.count > 0) return false;
        letGo.run(row.id);
        return true;
      }),
    async rename(file, names) {
      try {
        inTransaction(database, () => {
          for (const each of names) if (!renameFolder(file, each)) throw new NotRenamed();
        });
        return true;
      } catch (error) {
        if (error instanceof NotRenamed) return false;
        throw error;
      }
    },
    ...createOpenedFolders(database, opening),

    subscriptions: async (file) =>
      new Map(selectSubscriptions.all(file).map((row) => [row.name, row.is_subscribed === 1])),
    async subscribe(file, name, isSubscribed) {
      inTransaction(database, () => {
        if (isSubscribed === undefined) deleteSubscription.run(file, name);
        else insertSubscription.run(file, name, isSubscribed ? 1 : 0);
      });
    },

    async uids(file, ref, after, limit) {
      const folder = folders.folder(file, ref);
      return folder === undefined ? [] : selectUids.all(folder.id, after, limit);
    },
    flags: async (file, ref, first, limit) =>
      database
        .transaction(() => {
          const row = folders.folder(file, ref);
          return row === undefined ? NO_FLAGS : known.flags(row, first, limit);
        })
        .deferred(),
    async deleted(file, ref) {
      const folder = folders.folder(file, ref);
      return folder === undefined ? [] : selectDeleted.all(folder.id);
    },
    ...batches,
    changes: async (file, ref, { modseq, nextUid }) =>
      database
        .transaction(() => {
          const row = standing(file, ref);
          if (row === undefined) return undefined;
          const mailbox = mailboxRecord(row);
          if (row.modseq <= modseq) return { mailbox, changed: [], arrived: [], vanished: [] };
          const changed = selectChanged.all(row.id, modseq);
          return {
            mailbox,
            changed: nextUid === undefined ? changed : changed.filter((uid) => uid < nextUid),
            arrived:
              nextUid === undefined
                ? arrivedAfter(row.id, modseq)
                : selectUids.all(row.id, nextUid - 1, Number.MAX_SAFE_INTEGER),
            vanished: vanished.after(row.id, modseq),
          };
        })
        .deferred(),
    keepFindings: async (file, findings) =>
      inTransaction(database, () => {
        for (const { id, value } of findings) insertFinding.run(value, id, file);
      }),
    stamp,

    changeFlags: async (file, ref, uids, change) =>
      inTransaction(database, () => {
        const folder = folders.folder(file, ref)?.id;
        const messages = those(folder, uids, (id, uid) => selectStanding.get(id, uid));
        const isOld = ({ modseq }: { readonly modseq: number }): boolean =>
          change.unchangedSince === undefined || modseq <= change.unchangedSince;
        const wanted = messages.filter(isOld);
        transfers.change(wanted, (message) => changedFlags(message, change));
        const after = numbered(
          folder ?? 0,
          wanted.map(({ uid }) => uid),
        );
        return {
          messages: wanted.map(({ modseq }, index) => ({ ...after[index]!, modseqBefore: modseq })),
          modified: messages.filter((each) => !isOld(each)).map(({ uid }) => uid),
        };
      }),
    copy: async (file, from, uids, to, { toFile = file, allOrNone = false } = {}) =>
      transfer('copy', file, from, uids, to, toFile, allOrNone ? Math.max(new Set(uids).size, 1) : 1),
    move: async (file, from, uids, to, toFile = file) => transfer('move', file, from, uids, to, toFile),
  };
}
