/**
 * Outcomes on their way back to the queue manager: while one report is made durable, the next one collects.
 * Source: DESIGN §5.
 */
import type { MailDelivery } from '../ports/local-delivery.ts';
import type { Log } from '../ports/log.ts';
import type { EntryOutcome, SymbiontRegistration } from '../ports/queue-manager.ts';
import type { DeliveryKeys } from './job.ts';

export interface Reporter {
  /** @param forgotten  delivery keys that mean nothing once it is reported */
  add(outcome: EntryOutcome, forgotten: DeliveryKeys): void;
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
  let beginnings: string[] = [];
  let running: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    // One turn of the event loop: everything that finishes with it goes into the same report.
    await Promise.resolve();
    while (waiting.length > 0) {
      const outcomes = waiting;
      const forgotten = { keys, beginnings };
      waiting = [];
      keys = [];
      beginnings = [];
      try {
        await deps.registration().report(outcomes);
        if (forgotten.keys.length + forgotten.beginnings.length > 0)
          await deps.delivery.forgetDeliveryKeys(forgotten.keys, forgotten.beginnings);
      } catch (error) {
        // The lease ends and the entries come again; the delivery keys keep local copies single.
        deps.log.error({ err: error, entries: outcomes.map((each) => each.entry) }, 'report was not taken');
      }
    }
    running = undefined;
  };

  return {
    add(outcome, forgotten) {
      waiting.push(outcome);
      keys.push(...forgotten.keys);
      if (forgotten.beginning !== undefined) beginnings.push(forgotten.beginning);
      running ??= run();
    },
    async idle() {
      while (running !== undefined) await running;
    },
  };
}
