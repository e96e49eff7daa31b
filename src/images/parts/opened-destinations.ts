/** START MAIL/DESTINATION: mail that waited for a destination is tried at once; where the queue manager is stopped, as soon as it runs. */
import { isCondition, JBC } from '../../condition/index.ts';
import type { Log } from '../../ports/log.ts';
import type { QueueManager } from '../../ports/queue-manager.ts';

export interface OpenedDestinations {
  /** These are closed no longer. */
  add(destinations: readonly string[]): void;
  /** Tries again what could not be done. Rejects for nothing. */
  send(): Promise<void>;
}

const caller = { userName: 'SYSTEM', privileges: ['OPER'] };

export function createOpenedDestinations({
  queueManager,
  log,
}: {
  readonly queueManager: Pick<QueueManager, 'sendMail'>;
  readonly log: Log;
}): OpenedDestinations {
  const waiting = new Set<string>();
  let sending: Promise<void> | undefined;
  let isTold = false;

  const sendAll = async (): Promise<void> => {
    try {
      for (const destination of waiting) {
        await queueManager.sendMail({ destination }, caller);
        waiting.delete(destination);
      }
      isTold = false;
    } catch (error) {
      const isStopped = isCondition(error) && error.value === JBC.JOBQUEDIS.value;
      if (!isStopped && !isTold)
        log.error(
          { err: error, opened: [...waiting] },
          'mail for destinations that were opened was not sent',
        );
      isTold = !isStopped;
    } finally {
      sending = undefined;
    }
  };
  const send = async (): Promise<void> => {
    if (waiting.size === 0) return;
    sending ??= sendAll();
    await sending;
  };
  return {
    add(destinations) {
      for (const each of destinations) waiting.add(each);
      void send();
    },
    send,
  };
}
