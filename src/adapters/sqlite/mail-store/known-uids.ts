/**
 * Numbers of folders as they were read last, so that clients that come again and again do not have all of them read each time:
 * what has happened since is looked up.
 */
import type { Database } from 'better-sqlite3';
import type { FolderRow } from './folders.ts';
import type { Vanished } from './vanished.ts';

/** Of all folders together, 16 MiB. What was asked for longest ago is forgotten first. */
const MOST_NUMBERS = 4_194_304;

interface Known {
  readonly modseq: number;
  readonly nextUid: number;
  readonly uids: Uint32Array;
}

export interface KnownUids {
  /** Ascending; not to be changed. Inside a transaction in which the row was read. */
  of(row: FolderRow): Uint32Array;
}

export function createKnownUids(database: Database, vanished: Vanished): KnownUids {
  const selectFrom = database
    .prepare<[number, number], number>('SELECT uid FROM message WHERE folder = ? AND uid >= ? ORDER BY uid')
    .pluck();
  const known = new Map<number, Known>();
  let numbers = 0;

  const read = ({ id, modseq, next_uid: nextUid }: FolderRow): Known => {
    const before = known.get(id);
    if (before?.modseq === modseq) return before;
    const gone = before === undefined ? undefined : vanished.after(id, before.modseq);
    if (before === undefined || gone === undefined)
      return { modseq, nextUid, uids: Uint32Array.from(selectFrom.all(id, 0)) };
    const without = new Set(gone);
    const kept = without.size === 0 ? before.uids : before.uids.filter((uid) => !without.has(uid));
    const arrived = selectFrom.all(id, before.nextUid);
    const uids = new Uint32Array(kept.length + arrived.length);
    uids.set(kept);
    uids.set(arrived, kept.length);
    return { modseq, nextUid, uids };
  };

  return {
    of(row) {
      const now = read(row);
      numbers += now.uids.length - (known.get(row.id)?.uids.length ?? 0);
      // Behind all others: it was asked for last.
      known.delete(row.id);
      known.set(row.id, now);
      for (const [id, { uids }] of known) {
        if (numbers <= MOST_NUMBERS) break;
        known.delete(id);
        numbers -= uids.length;
      }
      return now.uids;
    },
  };
}
