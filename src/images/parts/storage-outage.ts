/**
 * A receiver that cannot store mail: it is logged, and operators are told once. Not where it is the queue manager that cannot: that
 * has told them already, and once for all receivers.
 */
import { Condition, reasonOf } from '../../condition/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { AlarmMark } from '../../ports/operator-communication.ts';
import { Outage } from '../../system/outage.ts';

export function storageOutage(
  deps: { readonly clock: Clock; readonly log: Log },
  tell: (text: string, alarm: AlarmMark) => void,
): Outage {
  const about = 'texts of mail';
  let isTold = false;
  return new Outage(
    deps,
    { begins: 'mail cannot be stored', ends: 'mail can be stored again' },
    {
      begins(error) {
        isTold = !isOfQueueManager(error);
        if (isTold)
          tell(`Texts of mail cannot be stored, it is refused for now: ${reasonOf(error)}`, { about });
      },
      ends() {
        if (isTold) tell('Texts of mail can be stored again', { about, isOver: true });
      },
    },
  );
}

const isOfQueueManager = (error: unknown): boolean =>
  error instanceof Condition && error.definition.facility === 'JBC';
