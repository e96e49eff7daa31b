/**
 * What is kept for reports about TLS, on SQLite: TCPIP$TLS_REPORTS.DAT of the symbiont. A power failure may take back the last
 * seconds. Of a day no more is kept than the limits say, whoever makes us talk to how many domains. Source: RFC 8460 §4.
 */
import type {
  PendingTlsReport,
  ReportedPolicy,
  SessionCount,
  SessionFailure,
  TlsReportStore,
} from '../../../ports/tls-reports.ts';
import { SystemDatabase } from '../system-store/system-database.ts';

/** Numbered from 1; append only. `policy` and `what` are JSON. A report without `at` is over. */
const migrations = [
  `CREATE TABLE policies (
     number INTEGER PRIMARY KEY, day INTEGER NOT NULL, domain TEXT NOT NULL, policy TEXT NOT NULL,
     successes INTEGER NOT NULL, failures INTEGER NOT NULL, UNIQUE (day, domain, policy)) STRICT;
   CREATE TABLE failures (
     policy INTEGER NOT NULL, what TEXT NOT NULL, sessions INTEGER NOT NULL,
     PRIMARY KEY (policy, what)) STRICT, WITHOUT ROWID;
   CREATE TABLE reports (
     day INTEGER NOT NULL, domain TEXT NOT NULL, at INTEGER, attempts INTEGER NOT NULL, since INTEGER, destinations TEXT,
     PRIMARY KEY (day, domain)) STRICT, WITHOUT ROWID;
   CREATE INDEX reports_at ON reports (at) WHERE at IS NOT NULL;`,
] as const;

export interface TlsReportLimits {
  /** Of all domains together. */
  readonly policiesADay: number;
  readonly failuresADay: number;
  readonly policiesOfDomain: number;
  readonly failuresOfPolicy: number;
}

const LIMITS: TlsReportLimits = {
  policiesADay: 20_000,
  failuresADay: 100_000,
  policiesOfDomain: 10,
  failuresOfPolicy: 100,
};

/** Nobody wants a report that is older; what is known of those that went out keeps them from going again. */
const KEPT_DAYS = 4;

export function openTlsReports(
  path: string,
  limits: TlsReportLimits = LIMITS,
): TlsReportStore & { close(): void } {
  const database = new SystemDatabase(path, migrations, { synchronous: 'NORMAL' });
  const number = (sql: string, ...parameters: readonly unknown[]): number =>
    Number(database.all(sql, ...parameters)[0]?.['count'] ?? 0);

  /** Counted once a day: one process writes. */
  let sizes = { day: Number.NaN, policies: 0, failures: 0 };
  const sizesOf = (day: number): typeof sizes =>
    sizes.day === day
      ? sizes
      : {
          day,
          policies: number('SELECT count(*) AS count FROM policies WHERE day = ?', day),
          failures: number(
            'SELECT count(*) AS count FROM failures WHERE policy IN (SELECT number FROM policies WHERE day = ?)',
            day,
          ),
        };

  const policyNumber = (day: number, domain: string, policy: string): number | undefined => {
    const [row] = database.all(
      'SELECT number FROM policies WHERE day = ? AND domain = ? AND policy = ?',
      ...[day, domain, policy],
    );
    return row && Number(row['number']);
  };

  const addPolicy = (
    day: number,
    { domain, policy, successes, failures }: SessionCount,
  ): number | undefined => {
    const text = JSON.stringify(policy);
    const known = policyNumber(day, domain, text);
    if (known !== undefined) {
      database.run(
        'UPDATE policies SET successes = successes + ?, failures = failures + ? WHERE number = ?',
        ...[successes, failures, known],
      );
      return known;
    }
    const ofDomain = number(
      'SELECT count(*) AS count FROM policies WHERE day = ? AND domain = ?',
      day,
      domain,
    );
    if (sizes.policies >= limits.policiesADay || ofDomain >= limits.policiesOfDomain) return undefined;
    sizes.policies += 1;
    database.run(
      'INSERT INTO policies (day, domain, policy, successes, failures) VALUES (?, ?, ?, ?, ?)',
      ...[day, domain, text, successes, failures],
    );
    return policyNumber(day, domain, text);
  };

  const addFailure = (policy: number, { sessions, ...failure }: SessionCount['details'][number]): void => {
    const what = JSON.stringify(failure);
    if (
      database.run(
        'UPDATE failures SET sessions = sessions + ? WHERE policy = ? AND what = ?',
        ...[sessions, policy, what],
      ) > 0
    )
      return;
    const ofPolicy = number('SELECT count(*) AS count FROM failures WHERE policy = ?', policy);
    if (sizes.failures >= limits.failuresADay || ofPolicy >= limits.failuresOfPolicy) return;
    sizes.failures += 1;
    database.run('INSERT INTO failures (policy, what, sessions) VALUES (?, ?, ?)', policy, what, sessions);
  };

  const put = ({ day, domain, at, attempts, since, destinations }: PendingTlsReport): void => {
    database.run(
      `INSERT OR REPLACE INTO reports (day, domain, at, attempts, since, destinations) VALUES (?, ?, ?, ?, ?, ?)`,
      ...[day, domain, at, attempts, since ?? null],
      destinations === undefined ? null : JSON.stringify(destinations),
    );
  };

  const forget = (where: string, ...parameters: readonly unknown[]): void => {
    const which = `SELECT number FROM policies WHERE ${where}`;
    database.run(`DELETE FROM failures WHERE policy IN (${which})`, ...parameters);
    database.run(`DELETE FROM policies WHERE ${where}`, ...parameters);
  };

  return {
    add(day, counts) {
      try {
        return database.transaction(() => {
          sizes = sizesOf(day);
          let without = 0;
          for (const count of counts) {
            const policy = addPolicy(day, count);
            if (policy === undefined) without += 1;
            else for (const detail of count.details) addFailure(policy, detail);
          }
          return without;
        });
      } catch (error) {
        sizes = { day: Number.NaN, policies: 0, failures: 0 };
        throw error;
      }
    },
    plan(day, report) {
      database.transaction(() => {
        forget('day < ?', day - KEPT_DAYS);
        database.run('DELETE FROM reports WHERE day < ?', day - KEPT_DAYS);
        const rows = database.all(
          `SELECT DISTINCT day, domain FROM policies WHERE day < ? AND NOT EXISTS
             (SELECT 1 FROM reports r WHERE r.day = policies.day AND r.domain = policies.domain)`,
          day,
        );
        for (const row of rows) put(report(Number(row['day']), String(row['domain'])));
      });
    },
    due: (now, limit) =>
      database
        .all(
          'SELECT day, domain, at, attempts, since, destinations FROM reports WHERE at <= ? ORDER BY at LIMIT ?',
          ...[now, limit],
        )
        .map(({ day, domain, at, attempts, since, destinations }) => ({
          day: Number(day),
          domain: String(domain),
          at: Number(at),
          attempts: Number(attempts),
          since: since === null ? undefined : Number(since),
          destinations: destinations === null ? undefined : (JSON.parse(String(destinations)) as string[]),
        })),
    put,
    finish(day, domain) {
      database.transaction(() => {
        database.run('UPDATE reports SET at = NULL WHERE day = ? AND domain = ?', day, domain);
        forget('day = ? AND domain = ?', day, domain);
      });
    },
    counts: (day, domain) =>
      database
        .all(
          'SELECT number, policy, successes, failures FROM policies WHERE day = ? AND domain = ? ORDER BY number',
          ...[day, domain],
        )
        .map((row) => ({
          domain,
          policy: JSON.parse(String(row['policy'])) as ReportedPolicy,
          successes: Number(row['successes']),
          failures: Number(row['failures']),
          details: database
            .all('SELECT what, sessions FROM failures WHERE policy = ? ORDER BY what', row['number'])
            .map(({ what, sessions }) => ({
              ...(JSON.parse(String(what)) as SessionFailure),
              sessions: Number(sessions),
            })),
        })),
    close: () => database.close(),
  };
}
