/** The settings as they are now: read again when the store has changed, not for every message. */
import type { Clock } from '../../ports/clock.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import { readSmtpSettings, type SmtpSettings } from '../../system/settings/index.ts';

export interface CurrentSettings {
  /** What was read last; `refresh` brings it up to date. */
  now(): SmtpSettings;
  refresh(): Promise<SmtpSettings>;
}

/** A change counts within this time: asking the databases for every message would cost more than the message. */
const FRESH_MS = 200;

export async function currentSettings(store: SystemStore, clock: Clock): Promise<CurrentSettings> {
  let askedAt = clock.now();
  let seen = store.changeCounter();
  let settings = await readSmtpSettings(store);
  return {
    now: () => settings,
    async refresh() {
      const now = clock.now();
      // A clock set back must not keep old settings alive.
      if (Math.abs(now - askedAt) < FRESH_MS) return settings;
      askedAt = now;
      const counter = store.changeCounter();
      if (counter !== seen) {
        settings = await readSmtpSettings(store);
        seen = counter;
      }
      return settings;
    },
  };
}
