/** Ids of one folder as they stand in one reading transaction. Every question but `matches` is answered by the index alone. */
import type { Database, Statement } from 'better-sqlite3';
import type { Conditions } from './criteria.ts';

export interface FolderReader {
  readonly isOpen: boolean;
  /** What the folder says it holds. */
  folderCount(): number;
  /** How many messages meet the conditions, counted in the index. */
  count(): number;
  /** The next `limit` ids that meet the conditions; fewer at the end. */
  next(limit: number): number[];
  /** `count` ids, behind the next `skipped` ones. */
  ahead(skipped: number, count: number): number[];
  /** `count` ids, before the last `skipped` ones. */
  fromEnd(skipped: number, count: number): number[];
  /** Looks at the next `limit` messages; the ids of those that meet the conditions, undefined at the end. */
  matches(limit: number): number[] | undefined;
  close(): void;
}

type Key = readonly [id: number, received: number];

/** @param reader  a connection that is this object's from now on */
export function readFolder(
  reader: Database,
  folder: number,
  { where, values }: Conditions,
  since = Number.MIN_SAFE_INTEGER,
): FolderReader {
  reader.exec('BEGIN');
  const statements = new Map<string, Statement>();
  const prepared = (sql: string): Statement => {
    const found = statements.get(sql) ?? reader.prepare(sql);
    statements.set(sql, found);
    return found;
  };
  /** Of the message read last; before the first one. */
  let received = since;
  let id = -1;
  const behind = 'FROM message WHERE folder = ? AND (received, id) > (?, ?)';
  const inOrder = 'ORDER BY received, id';

  return {
    get isOpen() {
      return reader.open;
    },
    folderCount: () => prepared('SELECT count FROM folder WHERE id = ?').pluck().get(folder) as number,
    count: () =>
      prepared(`SELECT count(*) FROM message WHERE folder = ?${where}`)
        .pluck()
        .get(folder, ...values) as number,
    next(limit) {
      const ids = prepared(`SELECT id ${behind}${where} ${inOrder} LIMIT ?`)
        .pluck()
        .all(folder, received, id, ...values, limit) as number[];
      const last = ids.at(-1);
      // Asked for apart: one column is fetched several times as fast as two.
      if (last !== undefined) {
        received = prepared('SELECT received FROM message WHERE id = ?').pluck().get(last) as number;
        id = last;
      }
      return ids;
    },
    ahead: (skipped, count) =>
      prepared(`SELECT id ${behind}${where} ${inOrder} LIMIT ? OFFSET ?`)
        .pluck()
        .all(folder, received, id, ...values, count, skipped) as number[],
    fromEnd: (skipped, count) =>
      (
        prepared(
          `SELECT id FROM message WHERE folder = ?${where} ORDER BY received DESC, id DESC LIMIT ? OFFSET ?`,
        )
          .pluck()
          .all(folder, ...values, count, skipped) as number[]
      ).reverse(),
    matches(limit) {
      const end = prepared(
        `SELECT max(id), max(received) FROM (SELECT id, received ${behind} ${inOrder} LIMIT 1 OFFSET ?)`,
      )
        .raw()
        .get(folder, received, id, limit - 1) as Key | [null, null];
      const isLast = end[0] === null;
      const until: Key = isLast ? [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] : (end as Key);
      if (received === Number.MAX_SAFE_INTEGER) return undefined;
      const found = prepared(`SELECT id ${behind} AND (received, id) <= (?, ?)${where} ${inOrder}`)
        .pluck()
        .all(folder, received, id, until[1], until[0], ...values) as number[];
      [id, received] = until;
      return found;
    },
    close() {
      if (reader.open) reader.close();
    },
  };
}
