/**
 * Snapshots of folders. A small folder is read at once. Of a large one the ids are read in pieces, between whatever else
 * the process does, by a connection of its own in one reading transaction: so the numbers are those of one instant,
 * though the first page is shown long before the last id is known. A place that is not reached yet is looked up from the
 * nearer end. The transaction lasts as long as the reading, well below a second for a million messages; nobody waits
 * for it, it only keeps the log of the database from being shortened meanwhile.
 */
import type { Database } from 'better-sqlite3';
import type { MailFileId, SelectedIds, SelectionCriteria } from '../../../ports/mail-store.ts';
import type { FolderRef } from '../../../ports/mailboxes.ts';
import { type Conditions, conditionsOf } from './criteria.ts';
import { inTransaction } from './database.ts';
import { type FolderReader, readFolder } from './folder-reader.ts';
import type { FolderRow, Folders } from './folders.ts';
import { GrowingSelection } from './growing-selection.ts';

/** Folders of up to so many messages are read at once: 1 ms. */
const SMALL_FOLDER = 5_000;
/** Messages whose texts are compared between two turns of the event loop. */
const COMPARED_AT_ONCE = 5_000;

export interface Selections {
  select(
    id: MailFileId,
    folder: FolderRef,
    criteria: SelectionCriteria,
    stop?: AbortSignal,
  ): Promise<SelectedIds>;
  /** Ends what is still being read. */
  close(): void;
}

/** @param openReader  another connection to the same database, with its functions */
export function createSelections(
  database: Database,
  folders: Folders,
  openReader: () => Database,
): Selections {
  const reading = new Set<FolderReader>();

  /** A count that is not what the folder holds is put right by whoever sees it. */
  const repairIfWrong = (folder: number, conditions: Conditions, isWrong: boolean): void => {
    if (conditions.where !== '' || !isWrong) return;
    try {
      inTransaction(database, () => folders.repair(folder));
    } catch {
      // Without room to write it can still be read, and the next reader tries again.
    }
  };

  /** Undefined when the folder is a large one. */
  const small = database.transaction((id: MailFileId, ref: FolderRef, conditions: Conditions) => {
    const folder = folders.folder(id, ref);
    if (folder === undefined) return { folder, ids: [] };
    if (folder.count > SMALL_FOLDER) return { folder, ids: undefined };
    const ids = database
      .prepare<unknown[], number>(
        `SELECT id FROM message WHERE folder = ?${conditions.where} ORDER BY received, id`,
      )
      .pluck()
      .all(folder.id, ...conditions.values);
    return { folder, ids };
  });

  const large = (reader: FolderReader, folder: FolderRow, conditions: Conditions): SelectedIds => {
    const length = conditions.where === '' ? reader.folderCount() : reader.count();
    return new GrowingSelection(reader, length, (found) => {
      reading.delete(reader);
      repairIfWrong(folder.id, conditions, found !== length);
    });
  };

  return {
    async select(id, ref, criteria, stop) {
      const conditions = conditionsOf(criteria);
      const { folder, ids } = small.deferred(id, ref, conditions);
      if (folder === undefined) return known(new Float64Array(0));
      if (ids !== undefined) {
        repairIfWrong(folder.id, conditions, ids.length !== folder.count);
        return known(Float64Array.from(ids));
      }
      for (const each of reading) if (!each.isOpen) reading.delete(each);
      const reader = readFolder(openReader(), folder.id, conditions, criteria.since);
      reading.add(reader);
      try {
        return conditions.inIndex ? large(reader, folder, conditions) : known(await allMatches(reader, stop));
      } catch (error) {
        reader.close();
        throw error;
      }
    },
    close() {
      for (const each of reading) each.close();
      reading.clear();
    },
  };
}

const known = (ids: Float64Array): SelectedIds => ({
  length: ids.length,
  slice: async (start, count) => ids.slice(start, start + count),
  close: () => undefined,
});

async function allMatches(reader: FolderReader, stop: AbortSignal | undefined): Promise<Float64Array> {
  const pieces: number[][] = [];
  for (;;) {
    const piece = reader.matches(COMPARED_AT_ONCE);
    if (piece === undefined) break;
    pieces.push(piece);
    await new Promise((resolve) => setImmediate(resolve));
    stop?.throwIfAborted();
  }
  reader.close();
  const ids = new Float64Array(pieces.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of pieces) {
    ids.set(each, at);
    at += each.length;
  }
  return ids;
}
