/** Tells the operator once when the store begins to fail, and once when it works again. */
import { Condition, condition } from '../condition/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import { Outage } from '../system/outage.ts';
import { JBC, QMAN } from './messages.ts';

/** The queue database, as operators know it. */
export const QUEUE_FILE = 'QMAN$MASTER.DAT';

export class StoreWatch {
  readonly #outage: Outage;

  constructor(deps: { readonly clock: Clock; readonly log: Log; readonly opcom: OperatorCommunication }) {
    const tell = (text: string): void => deps.opcom.operatorMessage('CENTRAL', 'QUEUE_MANAGER', text);
    this.#outage = new Outage(
      deps,
      { begins: 'the queue database cannot be written', ends: 'the queue database can be written again' },
      {
        begins: (error) =>
          tell(`${condition(QMAN.STOREFAIL, QUEUE_FILE).message}\n-${conditionOf(error).message.slice(1)}`),
        ends: () => tell(condition(QMAN.STOREOK, QUEUE_FILE).message),
      },
    );
  }

  /** Does a commit; throws the condition of its failure. */
  async commit<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.#outage.worked();
      return result;
    } catch (error) {
      this.#outage.failed(error);
      throw conditionOf(error);
    }
  }
}

const conditionOf = (error: unknown): Condition =>
  error instanceof Condition ? error : Object.assign(condition(JBC.WRITEERR, QUEUE_FILE), { cause: error });
