/** A mail store in which something happens just before a question is put to it: what another process does between two steps of a command. */
import type { MailStore } from '../../src/ports/mail-store.ts';

export class Interruption {
  #question: string | undefined;
  #times = 0;
  #work: () => Promise<unknown> = async () => {};

  /** @param times  1: before the question is put for the first time */
  before(
    question: keyof MailStore['mailboxes'] | keyof MailStore,
    times: number,
    work: () => Promise<unknown>,
  ): void {
    this.#question = question;
    this.#times = times;
    this.#work = work;
  }

  /** The question nobody has put yet; undefined when it has happened. */
  get awaited(): string | undefined {
    return this.#question;
  }

  /** The store, of which what is asked may be interrupted. */
  in(store: MailStore): MailStore {
    return this.#within(store);
  }

  #within<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (from, name) => {
        const value = Reflect.get(from, name) as unknown;
        if (name === 'mailboxes') return this.#within(value as object);
        if (typeof value !== 'function') return value;
        const ask = value.bind(from) as (...values: unknown[]) => unknown;
        if (name !== this.#question) return ask;
        return async (...values: unknown[]) => {
          if (this.#question !== undefined && --this.#times === 0) {
            this.#question = undefined;
            await this.#work();
          }
          return ask(...values);
        };
      },
    });
  }
}
