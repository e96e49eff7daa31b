/**
 * Numbers and flags of folders as they were read last, so that clients that come again and again do not have all of them read each
 * time: what has happened since is looked up.
 */
import type { Database } from 'better-sqlite3';
import { FLAG_BITS, type FlaggedNumbers } from '../../../ports/mailboxes.ts';
import { firstBehind } from '../../../system/first-behind.ts';
import type { FolderRow } from './folders.ts';
import { FLAG_CHANGED } from './rows.ts';
import type { Vanished } from './vanished.ts';

/** Of all folders together, 20 MiB. What was asked for longest ago is forgotten first. */
const MOST_NUMBERS = 4_194_304;

interface Known {
  readonly modseq: number;
  readonly nextUid: number;
  readonly uids: Uint32Array;
  /** Of each number the sum of its FLAG_BITS, as far as `flagged`; undefined where nobody has asked for flags. */
  readonly bits: Uint8Array | undefined;
  /** The flags of the first so many are known. */
  readonly flagged: number;
}

/** Inside a transaction in which the row was read; what they return is not to be changed. */
export interface KnownFolders {
  /** The numbers of a folder that is still as the row has it, if they are known; outside transactions, too. */
  held(row: FolderRow): Uint32Array | undefined;
  /** Ascending. */
  uids(row: FolderRow): Uint32Array;
  /** From number `first` on, `limit` at most. */
  flags(row: FolderRow, first: number, limit: number): FlaggedNumbers;
}

const { keywords: HAS_KEYWORDS, ...ofFlags } = FLAG_BITS;
const SHOWN = Object.values(ofFlags).reduce((mask, bit) => mask | bit, 0);
/** One number for both: `uid * 256 + bits`. */
const PACKED = `uid * 256 + (flags & ${SHOWN}) + (keywords IS NOT NULL) * ${HAS_KEYWORDS}`;

export function createKnownFolders(database: Database, vanished: Vanished): KnownFolders {
  const selectUids = database
    .prepare<[number, number], number>('SELECT uid FROM message WHERE folder = ? AND uid >= ? ORDER BY uid')
    .pluck();
  const selectPacked = database
    .prepare<[number, number, number], number>(
      `SELECT ${PACKED} FROM message WHERE folder = ? AND uid >= ? ORDER BY uid LIMIT ?`,
    )
    .pluck();
  const selectChanged = database
    .prepare<[number, number], number>(
      `SELECT ${PACKED} FROM message WHERE folder = ? AND modseq > ? AND flags & ${FLAG_CHANGED} = ${FLAG_CHANGED}`,
    )
    .pluck();
  const known = new Map<number, Known>();
  let numbers = 0;

  const read = ({ id, modseq, next_uid: nextUid }: FolderRow): Known => {
    const before = known.get(id);
    if (before?.modseq === modseq) return before;
    const gone = before === undefined ? undefined : vanished.after(id, before.modseq);
    if (before === undefined || gone === undefined) {
      const uids = Uint32Array.from(selectUids.all(id, 0));
      return { modseq, nextUid, uids, bits: undefined, flagged: 0 };
    }
    const kept = without(before, gone);
    const arrived = selectUids.all(id, before.nextUid);
    const uids = arrived.length === 0 ? kept.uids : new Uint32Array(kept.uids.length + arrived.length);
    if (uids !== kept.uids) {
      uids.set(kept.uids);
      uids.set(arrived, kept.uids.length);
    }
    if (kept.bits === undefined) return { modseq, nextUid, uids, bits: undefined, flagged: 0 };
    // Whoever was given those of before keeps them as they were.
    const bits = new Uint8Array(uids.length);
    bits.set(kept.bits.subarray(0, kept.flagged));
    for (const packed of selectChanged.all(id, before.modseq)) {
      const at = indexFrom(uids, Math.floor(packed / 256));
      if (at < kept.flagged) bits[at] = packed % 256;
    }
    return { modseq, nextUid, uids, bits, flagged: kept.flagged };
  };

  const keep = (id: number, now: Known): void => {
    numbers += now.uids.length - (known.get(id)?.uids.length ?? 0);
    // Behind all others: it was asked for last.
    known.delete(id);
    known.set(id, now);
    for (const [each, { uids }] of known) {
      if (numbers <= MOST_NUMBERS) break;
      known.delete(each);
      numbers -= uids.length;
    }
  };

  return {
    held(row) {
      const now = known.get(row.id);
      return now?.modseq === row.modseq ? now.uids : undefined;
    },
    uids(row) {
      const now = read(row);
      keep(row.id, now);
      return now.uids;
    },
    flags(row, first, limit) {
      const now = read(row);
      const { uids, flagged } = now;
      const from = indexFrom(uids, first);
      const to = Math.min(from + limit, uids.length);
      if (to <= flagged) {
        keep(row.id, now);
        return { uids: uids.subarray(from, to), bits: now.bits!.subarray(from, to) };
      }
      // Those in front of what is asked for may never be wanted: it is not kept then.
      const start = Math.max(from, flagged);
      const packed = selectPacked.all(row.id, uids[start]!, to - start);
      if (from > flagged) {
        keep(row.id, now);
        return { uids: uids.subarray(from, to), bits: Uint8Array.from(packed, (each) => each % 256) };
      }
      const bits = now.bits ?? new Uint8Array(uids.length);
      for (const [index, each] of packed.entries()) bits[start + index] = each % 256;
      keep(row.id, { ...now, bits, flagged: to });
      return { uids: uids.subarray(from, to), bits: bits.subarray(from, to) };
    },
  };
}

/** What has gone was numbered, or came and went unseen. @param gone  ascending */
function without(before: Known, gone: readonly number[]): Pick<Known, 'uids' | 'bits' | 'flagged'> {
  if (gone.length === 0) return before;
  const uids = new Uint32Array(before.uids.length);
  const bits = before.bits === undefined ? undefined : new Uint8Array(before.uids.length);
  let next = 0;
  let kept = 0;
  let flagged = 0;
  for (const [index, uid] of before.uids.entries()) {
    while (next < gone.length && gone[next]! < uid) next++;
    if (gone[next] === uid) continue;
    if (index < before.flagged) {
      bits![kept] = before.bits![index]!;
      flagged++;
    }
    uids[kept++] = uid;
  }
  return { uids: uids.slice(0, kept), bits: bits?.slice(0, kept), flagged };
}

/** The first place whose number is not less. */
const indexFrom = (uids: Uint32Array, uid: number): number =>
  firstBehind(uids.length, (place) => uids[place]! < uid);
