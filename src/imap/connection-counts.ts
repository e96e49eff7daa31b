/** How many connections the server has: in all, of each address and of each user. One for each server process. */
import { intrusionNode } from '../system/intrusion.ts';

export class ConnectionCounts {
  #all = 0;
  readonly #addresses = new Counts();
  readonly #users = new Counts();

  /** A connection has come; of IPv6 the network of 64 bits counts, which is what one peer has. Undefined where it is one too many; else what is called when it has ended. */
  enter(
    address: string,
    limits: { readonly maxConnections: number; readonly maxAddressConnections: number },
  ): (() => void) | undefined {
    if (limits.maxConnections > 0 && this.#all >= limits.maxConnections) return undefined;
    const leave = this.#addresses.enter(intrusionNode(address), limits.maxAddressConnections);
    if (leave === undefined) return undefined;
    this.#all += 1;
    return () => {
      this.#all -= 1;
      leave();
    };
  }

  /** The same of a session that has a user. */
  enterUser(userName: string, most: number): (() => void) | undefined {
    return this.#users.enter(userName, most);
  }
}

class Counts {
  /** Those that are not 0. */
  readonly #counts = new Map<string, number>();

  enter(key: string, most: number): (() => void) | undefined {
    const count = this.#counts.get(key) ?? 0;
    if (count >= most) return undefined;
    this.#counts.set(key, count + 1);
    return () => {
      const left = (this.#counts.get(key) ?? 1) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    };
  }
}
