/**
 * Policies of MTA-STS on SQLite: TCPIP$MTA_STS.DAT of the symbiont. A power failure may take back the last ones: they are fetched
 * again. Source: RFC 8461 §5.1 (they are kept as long as they count).
 */
import type { StsPolicyStore } from '../../../ports/sts-policies.ts';
import { SystemDatabase } from '../system-store/system-database.ts';

/** Numbered from 1; append only. */
const migrations = [
  `CREATE TABLE policies (domain TEXT PRIMARY KEY, id TEXT NOT NULL, text TEXT NOT NULL, fetched INTEGER NOT NULL)
   STRICT, WITHOUT ROWID;`,
] as const;

/** No policy counts longer: RFC 8461 §3.2. */
const LONGEST_MS = 366 * 86_400_000;

export function openStsPolicies(path: string): StsPolicyStore & { close(): void } {
  const database = new SystemDatabase(path, migrations, { synchronous: 'NORMAL' });
  return {
    get(domain) {
      const [row] = database.all('SELECT id, text, fetched FROM policies WHERE domain = ?', domain);
      return row && { id: String(row['id']), text: String(row['text']), fetchedAt: Number(row['fetched']) };
    },
    put(domain, { id, text, fetchedAt }) {
      database.run('DELETE FROM policies WHERE fetched < ?', fetchedAt - LONGEST_MS);
      database.run(
        'INSERT OR REPLACE INTO policies (domain, id, text, fetched) VALUES (?, ?, ?, ?)',
        ...[domain, id, text, fetchedAt],
      );
    },
    close: () => database.close(),
  };
}
