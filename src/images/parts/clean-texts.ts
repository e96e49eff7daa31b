/** Texts of mail that a crash left behind, pointed to by no message, are removed while the symbiont runs. */
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { MailStore } from '../../ports/mail-store.ts';

/** A little more than the hour for which one has to have been there. */
const LOOK_MS = 65 * 60_000;

/** Looks now and every hour. @returns the way to call it off */
export function cleanTexts(
  store: Pick<MailStore, 'removeOrphans'>,
  clock: Clock,
  log: Pick<Log, 'warn'>,
): () => void {
  let callOff = (): void => {};
  const look = (): void => {
    store
      .removeOrphans(clock.steadyMs())
      .catch((error: unknown) => log.warn({ err: error }, 'texts without a message could not be removed'));
    callOff = clock.after(LOOK_MS, look);
  };
  look();
  return () => callOff();
}
