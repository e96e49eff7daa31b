/** A printer that is watched: whoever takes nothing for a minute has stalled. Source: queues.md §2.1. */
import type { Clock } from '../../ports/clock.ts';
import type { Printer } from '../../ports/printer.ts';

/** What a page may take. */
const STALLED_AFTER_MS = 60_000;

/** @param onStalled  hears when it takes nothing any more, and when it does again */
export function watchedPrinter(
  printer: Printer,
  clock: Clock,
  onStalled: (isStalled: boolean) => void,
): Printer {
  const watched = async (work: Promise<void>): Promise<void> => {
    let isStalled = false;
    const cancel = clock.after(STALLED_AFTER_MS, () => {
      isStalled = true;
      onStalled(true);
    });
    try {
      await work;
    } finally {
      cancel();
      if (isStalled) onStalled(false);
    }
  };
  return {
    write: (text) => watched(printer.write(text)),
    close: () => watched(printer.close()),
    cancel: () => printer.cancel(),
  };
}
