/** The settings as they are now: read again when the store has changed, not for every message. */
import type { SystemStore } from '../../ports/system-store.ts';
import {
  type ImapFields,
  readImapFields,
  readSmtpSettings,
  type SmtpSettings,
} from '../../system/settings/index.ts';

export interface Current<Settings> {
  /** What was read last; `refresh` brings it up to date. */
  now(): Settings;
  /** What `refresh` would give, where nothing has to be read for it. */
  unchanged(): Settings | undefined;
  /** @param options.isUrgent  a change made a moment ago counts, too */
  refresh(options?: { readonly isUrgent?: boolean }): Promise<Settings>;
}

/** Those of SMTP, and what is one for all servers. */
export type CurrentSettings = Current<SmtpSettings>;

/**
 * Within this time a change made by another process counts in a process that serves connections; asking the databases
 * and the file system for each of them would cost more than the connection.
 */
export const FRESH_MS = 200;

export const currentSettings = (store: SystemStore): Promise<CurrentSettings> =>
  current(store, readSmtpSettings);

export const currentImapFields = (store: SystemStore): Promise<Current<ImapFields>> =>
  current(store, readImapFields);

async function current<Settings>(
  store: SystemStore,
  read: (store: SystemStore) => Promise<Settings>,
): Promise<Current<Settings>> {
  let seen = store.changeCounter();
  let settings = await read(store);
  return {
    now: () => settings,
    unchanged: () => (store.changeCounter() === seen ? settings : undefined),
    async refresh({ isUrgent = false } = {}) {
      const counter = store.changeCounter(isUrgent);
      if (counter !== seen) {
        settings = await read(store);
        seen = counter;
      }
      return settings;
    },
  };
}
