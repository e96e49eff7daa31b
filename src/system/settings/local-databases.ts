/**
 * What a manager says of other hosts: the local hosts database (SET HOST), the MX database of this node (SET MX_RECORD), and
 * the destinations that are closed (STOP MAIL/DESTINATION). Source: tcpip-smtp.md §5.5, §8.2.
 * Deviation: they are records of TCPIP$CONFIGURATION.DAT, where the product has TCPIP$HOST.DAT and TCPIP$ROUTE.DAT.
 */
import type { SystemStore } from '../../ports/system-store.ts';

export interface LocalHost {
  readonly address: string;
  /** Name, then aliases. */
  readonly names: readonly string[];
}

/** Case of destinations matters, as on OpenVMS. */
export interface LocalMx {
  readonly destination: string;
  readonly gateway: string;
  readonly preference: number;
}

export interface ClosedDestination {
  /** Lower case; pattern with `*` and `%`. */
  readonly destination: string;
  readonly by: string;
  readonly at: number;
}

export interface LocalDatabases {
  readonly hosts: readonly LocalHost[];
  readonly mx: readonly LocalMx[];
  readonly closed: readonly ClosedDestination[];
}

const records = { hosts: 'TCPIP$HOST', mx: 'TCPIP$ROUTE_MX', closed: 'SMTP_CLOSED_DESTINATIONS' } as const;

/** Throws what the store throws. */
export async function readLocalDatabases(store: SystemStore): Promise<LocalDatabases> {
  const stored = await store.settings();
  return {
    hosts: contentOf(stored, 'hosts'),
    mx: contentOf(stored, 'mx'),
    closed: contentOf(stored, 'closed'),
  };
}

const contentOf = <Name extends keyof LocalDatabases>(
  stored: ReadonlyMap<string, string>,
  name: Name,
): LocalDatabases[Name] => JSON.parse(stored.get(records[name]) ?? '[]') as LocalDatabases[Name];

/** Two managers at a time lose nothing of each other's. @param change  what it throws changes nothing */
export async function changeLocalDatabase<Name extends keyof LocalDatabases>(
  store: SystemStore,
  name: Name,
  change: (before: LocalDatabases[Name]) => LocalDatabases[Name],
): Promise<void> {
  await store.changeSettings((stored) => {
    const content = change(contentOf(stored, name));
    return new Map([[records[name], content.length === 0 ? undefined : JSON.stringify(content)]]);
  });
}
