/** Tells the operator once when the store begins to fail, and once when it works again. */
import { Condition, condition } from '../condition/index.ts';
import type { Log } from '../ports/log.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import { JBC, QMAN } from './messages.ts';

/** The queue database, as operators know it. */
export const QUEUE_FILE = 'QMAN$MASTER.DAT';

export class StoreWatch {
  readonly #log: Log;
  readonly #opcom: OperatorCommunication;
  #fails = false;

  constructor(log: Log, opcom: OperatorCommunication) {
    this.#log = log;
    this.#opcom = opcom;
  }

  /** Does a commit; throws the condition of its failure. */
  async commit<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      if (this.#fails) this.#recovered();
      return result;
    } catch (error) {
      const failure =
        error instanceof Condition
          ? error
          : Object.assign(condition(JBC.WRITEERR, QUEUE_FILE), { cause: error });
      if (!this.#fails) this.#broke(error, failure);
      throw failure;
    }
  }

  #recovered(): void {
    this.#fails = false;
    this.#opcom.operatorMessage('CENTRAL', 'QUEUE_MANAGER', condition(QMAN.STOREOK, QUEUE_FILE).message);
  }

  #broke(error: unknown, failure: Condition): void {
    this.#fails = true;
    this.#log.error({ err: error }, 'the queue database cannot be written');
    const text = `${condition(QMAN.STOREFAIL, QUEUE_FILE).message}\n-${failure.message.slice(1)}`;
    this.#opcom.operatorMessage('CENTRAL', 'QUEUE_MANAGER', text);
  }
}
