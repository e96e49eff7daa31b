/** The system store in memory: for tests, and for nodes that shall leave nothing behind. */

import type { IntrusionRecord } from '../../ports/intrusion-records.ts';
import type {
  Account,
  LogicalNameRecord,
  RightsIdentifier,
  Service,
  SystemStore,
} from '../../ports/system-store.ts';
import { matchesNamePattern } from '../../system/name-pattern.ts';

export function createMemorySystemStore(): SystemStore {
  const accounts = new Records<Account>();
  const identifiers = new Records<RightsIdentifier>();
  const services = new Records<Service>();
  const settings = new Map<string, string>();
  const logicalNames = new Records<LogicalNameRecord>();
  const intrusions = new Map<string, IntrusionRecord>();
  let settingWrites = 0;
  const putSetting = (name: string, value: string | undefined): void => {
    if (value === undefined) settings.delete(name.toUpperCase());
    else settings.set(name.toUpperCase(), value);
    settingWrites += 1;
  };
  return {
    account: async (userName) => accounts.get(userName),
    accounts: async (pattern) => accounts.matching(pattern),
    putAccount: async (account) => accounts.put(account.userName, 'userName', account),
    async changeAccount(userName, change) {
      const account = accounts.get(userName);
      if (account === undefined) return undefined;
      const changed = change(account);
      accounts.put(account.userName, 'userName', changed);
      return changed;
    },
    removeAccount: async (userName) => accounts.remove(userName),
    async noteLogin(userName, kind, instant) {
      const account = accounts.get(userName);
      if (account === undefined) return;
      const { loginFailures, ...kept } = account;
      const last = kind === 'interactive' ? { lastInteractive: instant } : { lastNonInteractive: instant };
      accounts.put(account.userName, 'userName', { ...kept, ...last });
    },
    async replacePasswordHash(userName, from, to) {
      const account = accounts.get(userName);
      if (account?.passwordHash !== from) return false;
      accounts.put(account.userName, 'userName', { ...account, passwordHash: to });
      return true;
    },
    async noteLoginFailure(userName) {
      const account = accounts.get(userName);
      if (account === undefined) return;
      accounts.put(account.userName, 'userName', {
        ...account,
        loginFailures: (account.loginFailures ?? 0) + 1,
      });
    },
    intrusions: async () => [...intrusions.values()],
    intrusion: async (key) => intrusions.get(`${key.class} ${key.source}`),
    async changeIntrusion(key, now, change) {
      for (const [name, { expires }] of intrusions) if (expires <= now) intrusions.delete(name);
      const name = `${key.class} ${key.source}`;
      const after = change(intrusions.get(name));
      if (after === undefined) intrusions.delete(name);
      else intrusions.set(name, after);
      return after;
    },
    identifier: async (name) => identifiers.get(name),
    identifiers: async (pattern) => identifiers.matching(pattern),
    putIdentifier: async (identifier) => identifiers.put(identifier.name, 'name', identifier),
    removeIdentifier: async (name) => identifiers.remove(name),
    service: async (name) => services.get(name),
    services: async (pattern) => services.matching(pattern),
    putService: async (service) => services.put(service.name, 'name', service),
    removeService: async (name) => services.remove(name),
    setting: async (name) => settings.get(name.toUpperCase()),
    settings: async () => new Map([...settings].sort(([a], [b]) => (a < b ? -1 : 1))),
    putSetting: async (name, value) => putSetting(name, value),
    async changeSettings(change) {
      for (const [name, value] of change(new Map(settings))) putSetting(name, value);
    },
    systemLogicalNames: async () => logicalNames.matching(),
    putSystemLogicalName: async (record) => logicalNames.put(record.name, 'name', record),
    removeSystemLogicalName: async (name) => logicalNames.remove(name),
    changeCounter: () =>
      accounts.writes + identifiers.writes + services.writes + logicalNames.writes + settingWrites,
    async close() {
      // Nothing is held open: the records go with the object.
    },
  };
}

/** Records by upper-case name; copies in, copies out, as a file would give. */
class Records<T extends object> {
  readonly #records = new Map<string, T>();
  writes = 0;

  get(name: string): T | undefined {
    const record = this.#records.get(name.toUpperCase());
    return record === undefined ? undefined : structuredClone(record);
  }
  matching(pattern = '*'): readonly T[] {
    return [...this.#records]
      .filter(([name]) => matchesNamePattern(name, pattern))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, record]) => structuredClone(record));
  }
  put(name: string, key: keyof T, record: T): void {
    this.#records.set(name.toUpperCase(), structuredClone({ ...record, [key]: name.toUpperCase() }));
    this.writes += 1;
  }
  remove(name: string): boolean {
    const removed = this.#records.delete(name.toUpperCase());
    if (removed) this.writes += 1;
    return removed;
  }
}
