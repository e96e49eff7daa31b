/** Junk-Days and Wastebasket-Days: looked after once an hour by the process that delivers. */
import { failureFields } from '../../condition/index.ts';
import { emptyByAge } from '../../mail/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { MailStore } from '../../ports/mail-store.ts';
import type { CurrentSettings } from './current-settings.ts';

const LOOK_MS = 3_600_000;

export interface AgeLimitWatch {
  /** Resolves when nothing is under way. */
  stop(): Promise<void>;
}

/** Looks now and every hour. */
export function watchAgeLimits(
  store: Pick<MailStore, 'lookForAged' | 'removeAged'>,
  settings: CurrentSettings,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): AgeLimitWatch {
  let isStopping = false;
  let running: Promise<void> | undefined;
  let callOff = (): void => {};

  const run = async (): Promise<void> => {
    try {
      const { wastebasketDays, junkDays, quarantineFolder } = await settings.refresh();
      const limits = { wastebasketDays, junk: { folder: quarantineFolder, days: junkDays } };
      const emptied = await emptyByAge(store, limits, clock.now(), () => isStopping);
      if (emptied.messages > 0) log.info({ ...emptied }, 'old messages were removed from folders');
    } catch (error) {
      log.warn(failureFields(error), 'old messages could not be removed from folders');
    }
  };
  const look = (): void => {
    callOff = clock.after(LOOK_MS, look);
    running ??= run().finally(() => {
      running = undefined;
    });
  };
  look();
  return {
    async stop() {
      isStopping = true;
      callOff();
      await running;
    },
  };
}
