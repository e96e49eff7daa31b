/**
 * The greylist on SQLite: TCPIP$GREYLIST.DAT, shared by the receiver processes of a node. Of addresses only a digest is kept.
 * A power failure may take back the last entries: somebody is asked once more. Source: RFC 6647 §5.
 */
import { createHash } from 'node:crypto';
import type { Greylist } from '../../../ports/greylist.ts';
import { SystemDatabase } from '../system-store/system-database.ts';

/** Numbered from 1; append only. */
const migrations = [
  `CREATE TABLE waiting (what BLOB PRIMARY KEY, first INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE INDEX waiting_first ON waiting (first);
   CREATE TABLE known (network TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE INDEX known_last ON known (last);`,
] as const;

/** Mail servers try for days; who has not come again by then never will. */
const WAITING_MS = 2 * 86_400_000;
/** RFC 6647 §5 proposes a week at least: a monthly letter shall not be asked each time. */
const KNOWN_MS = 36 * 86_400_000;
/** A known one is noted again only once a day: writing costs more than looking. */
const RENEWED_MS = 86_400_000;
const PURGE_MS = 3_600_000;
/** More who wait are forgotten, the oldest first. */
const MOST_WAITING = 1_000_000;

export function openGreylist(path: string): Greylist & { close(): void } {
  const database = new SystemDatabase(path, migrations, { synchronous: 'NORMAL' });
  let purgedAt = Number.NEGATIVE_INFINITY;

  const purge = (now: number): void => {
    if (Math.abs(now - purgedAt) < PURGE_MS) return;
    purgedAt = now;
    database.run('DELETE FROM waiting WHERE first < ?', now - WAITING_MS);
    database.run('DELETE FROM known WHERE last < ?', now - KNOWN_MS);
    const [{ count = 0 } = {}] = database.all('SELECT count(*) AS count FROM waiting');
    const excess = Number(count) - MOST_WAITING;
    if (excess > 0)
      database.run(
        'DELETE FROM waiting WHERE what IN (SELECT what FROM waiting ORDER BY first LIMIT ?)',
        excess,
      );
  };

  return {
    waitMs(network, reversePath, forwardPath, now, { delayMs }) {
      purge(now);
      const [known] = database.all('SELECT last FROM known WHERE network = ?', network);
      if (known !== undefined && Number(known['last']) >= now - KNOWN_MS) {
        if (now - Number(known['last']) > RENEWED_MS)
          database.run('UPDATE known SET last = ? WHERE network = ?', now, network);
        return 0;
      }
      const what = createHash('sha256')
        .update(JSON.stringify([network, reversePath.toLowerCase(), forwardPath.toLowerCase()]))
        .digest();
      const [before] = database.all('SELECT first FROM waiting WHERE what = ?', what);
      const first = before === undefined ? undefined : Number(before['first']);
      // A clock set back makes nobody wait for ever.
      if (first === undefined || first < now - WAITING_MS || first > now) {
        database.run('INSERT OR REPLACE INTO waiting (what, first) VALUES (?, ?)', what, now);
        return delayMs;
      }
      const left = first + delayMs - now;
      if (left > 0) return left;
      database.transaction(() => {
        database.run('DELETE FROM waiting WHERE what = ?', what);
        database.run('INSERT OR REPLACE INTO known (network, last) VALUES (?, ?)', network, now);
      });
      return 0;
    },
    close: () => database.close(),
  };
}
