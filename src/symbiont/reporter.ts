/**
 * Outcomes on their way back to the queue manager: while one report is made durable, the next one collects.
 * Source: DESIGN §5.
 */
import type { MailDelivery } from '../ports/local-delivery.ts';
import type { Log } from '../ports/log.ts';
import type { EntryOutcome, SymbiontRegistration } from '../ports/queue-manager.ts';

export interface Reporter {
  add(outcome: EntryOutcome, deliveryKeys: readonly string[]): void;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
}

export function createReporter(deps: {
  readonly registration: () => SymbiontRegistration;
  readonly delivery: Pick<MailDelivery, 'forgetDeliveryKeys'>;
  readonly log: Log;
}): Reporter {
  let waiting: EntryOutcome[] = [];
  let keys: string[] = [];
  let running: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    // One turn of the event loop: everything that finishes with it goes into the same report.
    await Promise.resolve();
    while (waiting.length > 0) {
      const outcomes = waiting;
      const delivered = keys;
      waiting = [];
      keys = [];
      try {
        await deps.registration().report(outcomes);
        if (delivered.length > 0) await deps.delivery.forgetDeliveryKeys(delivered);
      } catch (error) {
        // The lease ends and the entries come again; the delivery keys keep local copies single.
        deps.log.error({ err: error, entries: outcomes.map((each) => each.entry) }, 'report was not taken');
      }
    }
    running = undefined;
  };

  return {
    add(outcome, deliveryKeys) {
      waiting.push(outcome);
      keys.push(...deliveryKeys);
      running ??= run();
    },
    async idle() {
      while (running !== undefined) await running;
    },
  };
}
