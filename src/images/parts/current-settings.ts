/** The settings as they are now: read again when the store has changed, not for every message. */
import type { SystemStore } from '../../ports/system-store.ts';
import { readSmtpSettings, type SmtpSettings } from '../../system/settings/index.ts';

export interface CurrentSettings {
  /** What was read last; `refresh` brings it up to date. */
  now(): SmtpSettings;
  /** @param options.isUrgent  a change made a moment ago counts, too */
  refresh(options?: { readonly isUrgent?: boolean }): Promise<SmtpSettings>;
}

/**
 * Within this time a change made by another process counts in a process that serves connections; asking the databases
 * and the file system for each of them would cost more than the connection.
 */
export const FRESH_MS = 200;

export async function currentSettings(store: SystemStore): Promise<CurrentSettings> {
  let seen = store.changeCounter();
  let settings = await readSmtpSettings(store);
  return {
    now: () => settings,
    async refresh({ isUrgent = false } = {}) {
      const counter = store.changeCounter(isUrgent);
      if (counter !== seen) {
        settings = await readSmtpSettings(store);
        seen = counter;
      }
      return settings;
    },
  };
}
