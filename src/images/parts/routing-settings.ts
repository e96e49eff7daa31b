/** The symbiont's settings: the one table, and what the manager said of other hosts; one snapshot until something changes. */
import type { Resolver } from '../../ports/resolver.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import type { SymbiontSettings } from '../../symbiont/index.ts';
import { matchesNamePattern } from '../../system/name-pattern.ts';
import {
  type DkimKey,
  dkimKeys,
  type LocalDatabases,
  readLocalDatabases,
} from '../../system/settings/index.ts';
import type { CurrentSettings } from './current-settings.ts';

export interface RoutingSettings {
  now(): SymbiontSettings;
  /** Throws what the store throws; what was there before stays then. */
  refresh(): Promise<void>;
}

/** @param onOpened  these destinations are closed no longer */
export function createRoutingSettings(
  store: SystemStore,
  settings: CurrentSettings,
  onOpened: (destinations: readonly string[]) => void,
): RoutingSettings & {
  readonly databases: () => LocalDatabases;
  readonly dkimKeys: () => readonly DkimKey[];
} {
  let databases: LocalDatabases = { hosts: [], mx: [], closed: [] };
  let keys: readonly DkimKey[] = [];
  let base = settings.now();
  let snapshot: SymbiontSettings = base;
  let isFirst = true;
  return {
    now: () => snapshot,
    databases: () => databases,
    dkimKeys: () => keys,
    async refresh() {
      const current = await settings.refresh({ isUrgent: true });
      if (current === base && !isFirst) return;
      const before = databases.closed;
      databases = await readLocalDatabases(store);
      keys = dkimKeys(await store.settings());
      base = current;
      isFirst = false;
      snapshot = { ...current, ...lookUps(databases) };
      const opened = before
        .map(({ destination }) => destination)
        .filter((each) => !databases.closed.some(({ destination }) => destination === each));
      if (opened.length > 0) onOpened(opened);
    },
  };
}

const lookUps = ({ mx, closed }: LocalDatabases): Pick<SymbiontSettings, 'localMx' | 'isClosed'> => ({
  ...(mx.length === 0
    ? {}
    : {
        localMx: (domain) =>
          mx
            .filter(({ destination }) => destination === domain)
            .map(({ gateway, preference }) => ({ exchange: gateway, preference })),
      }),
  ...(closed.length === 0
    ? {}
    : { isClosed: (domain) => closed.some(({ destination }) => matchesNamePattern(domain, destination)) }),
});

/** tcpip-smtp.md §5.5, step 4: the local hosts database is asked last. */
export const withLocalHosts = (resolver: Resolver, databases: () => LocalDatabases): Resolver => ({
  ...resolver,
  async addresses(host) {
    const found = await resolver.addresses(host);
    if (found.kind === 'found') return found;
    const isMeant = (name: string): boolean => name.toLowerCase() === host.toLowerCase();
    const records = databases()
      .hosts.filter(({ names }) => names.some(isMeant))
      .map(({ address }) => address);
    return records.length === 0 ? found : { kind: 'found', records };
  },
});
