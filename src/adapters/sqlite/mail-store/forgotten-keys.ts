/**
 * Delivery keys that nobody asks for any more. They go with the next delivery: a transaction of their own, with its wait for
 * the disk, cost a quarter of what a delivered message costs the symbiont.
 */
import type { Database } from 'better-sqlite3';
import { inTransaction } from './database.ts';

/** Where nothing is delivered meanwhile they go alone. */
const ALONE_MS = 500;
const KEPT_AT_MOST = 10_000;

/** A key, or all that begin so. */
type Forgotten = string | { readonly beginning: string };

export class ForgottenKeys {
  readonly #database: Database;
  readonly #remove: (forgotten: Forgotten) => void;
  #keys: Forgotten[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Database) {
    this.#database = database;
    const one = database.prepare('DELETE FROM delivery_key WHERE key = ?');
    const all = database.prepare('DELETE FROM delivery_key WHERE key >= ? AND key < ?');
    this.#remove = (forgotten) =>
      void (typeof forgotten === 'string'
        ? one.run(forgotten)
        : all.run(forgotten.beginning, `${forgotten.beginning}\u{10ffff}`));
  }

  /** A crash before they are gone leaves keys behind that no entry has again. */
  add(keys: readonly string[], beginnings: readonly string[] = []): void {
    for (const key of keys) this.#keys.push(key);
    for (const beginning of beginnings) this.#keys.push({ beginning });
    if (this.#keys.length > KEPT_AT_MOST) this.flush();
    else if (this.#keys.length > 0) this.#timer ??= setTimeout(() => this.#alone(), ALONE_MS).unref();
  }

  /** Within a transaction, before its deliveries. Call what it returns once it is committed. */
  removeNow(): () => void {
    const keys = this.#keys;
    for (const key of keys) this.#remove(key);
    return () => {
      this.#keys = this.#keys.slice(keys.length);
    };
  }

  /** In a transaction of their own. Throws as transactions do; they are still to go then. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#keys.length > 0) inTransaction(this.#database, () => this.removeNow())();
  }

  #alone(): void {
    try {
      this.flush();
    } catch {
      // A full device, or a file that is busy for a minute: who delivers next has to say so.
      this.add([]);
    }
  }
}
