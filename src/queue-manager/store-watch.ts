/** Tells the operator once when the store begins to fail, and once when it works again. */
import { Condition, condition } from '../condition/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import { Outage } from '../system/outage.ts';
import { JBC, QMAN } from './messages.ts';
import type { Statistics } from './statistics.ts';

/** The queue database, as operators know it. */
export const QUEUE_FILE = 'QMAN$MASTER.DAT';

export class StoreWatch {
  readonly #outage: Outage;
  readonly #statistics: Statistics;

  constructor(deps: {
    readonly clock: Clock;
    readonly log: Log;
    readonly opcom: OperatorCommunication;
    readonly statistics: Statistics;
  }) {
    this.#statistics = deps.statistics;
    const tell = (text: string, isOver?: true): void =>
      deps.opcom.operatorMessage('CENTRAL', 'QUEUE_MANAGER', text, {
        about: 'queue database',
        ...(isOver && { isOver }),
      });
    this.#outage = new Outage(
      deps,
      { begins: 'the queue database cannot be written', ends: 'the queue database can be written again' },
      {
        begins: (error) =>
          tell(`${condition(QMAN.STOREFAIL, QUEUE_FILE).message}\n-${conditionOf(error).message.slice(1)}`),
        ends: () => tell(condition(QMAN.STOREOK, QUEUE_FILE).message, true),
      },
    );
  }

  /** Does a commit; throws the condition of its failure. */
  async commit<T>(work: () => Promise<T>): Promise<T> {
    const before = performance.now();
    try {
      const result = await work();
      this.#statistics.committed(performance.now() - before);
      this.#statistics.isStoreFailing = false;
      this.#outage.worked();
      return result;
    } catch (error) {
      this.#statistics.isStoreFailing = true;
      this.#outage.failed(error);
      throw conditionOf(error);
    }
  }
}

const conditionOf = (error: unknown): Condition =>
  error instanceof Condition ? error : Object.assign(condition(JBC.WRITEERR, QUEUE_FILE), { cause: error });
