/**
 * How much each client, and each authenticated user, did within the last minute: connections, messages, recipients, errors.
 * The receiver processes of a node tell each other once a second what they counted, so a limit holds for all of them together,
 * a second late. Nothing is kept across a restart.
 */
import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Clock } from '../ports/clock.ts';

export type RateKind = 'connections' | 'messages' | 'recipients' | 'errors';

/** By kind and key. */
export type RateCounts = Readonly<Record<string, number>>;

const WINDOW_MS = 60_000;
/** Beyond that the longest unseen are forgotten: nobody's flood of addresses fills the memory. */
const KEYS = 50_000;

interface Counter {
  /** Number of the window that `current` counts. */
  window: number;
  before: number;
  current: number;
}

export class ClientRates {
  readonly #clock: Clock;
  readonly #counters = new Map<string, Counter>();
  #untold: Record<string, number> = {};
  readonly #tells: boolean;

  /** @param options.tells  others want to hear what is counted here: `take` is called */
  constructor(clock: Clock, options: { readonly tells?: boolean } = {}) {
    this.#clock = clock;
    this.#tells = options.tells ?? false;
  }

  /** Counts one more. @returns how many there were within the last minute, this one included */
  count(kind: RateKind, key: string): number {
    const name = `${kind} ${key}`;
    if (this.#tells) this.#untold[name] = (this.#untold[name] ?? 0) + 1;
    return this.#add(name, 1);
  }

  /** How many there were within the last minute. */
  seen(kind: RateKind, key: string): number {
    const counter = this.#counters.get(`${kind} ${key}`);
    return counter === undefined ? 0 : this.#rate(this.#rolled(counter));
  }

  /** What was counted here since the last call; undefined where nothing was. */
  take(): RateCounts | undefined {
    const taken = this.#untold;
    if (Object.keys(taken).length === 0) return undefined;
    this.#untold = {};
    return taken;
  }

  /** What another process has counted. */
  merge(counts: RateCounts): void {
    for (const [name, amount] of Object.entries(counts)) this.#add(name, amount);
  }

  #add(name: string, amount: number): number {
    const known = this.#counters.get(name);
    const counter = known ?? { window: this.#window(), before: 0, current: 0 };
    this.#rolled(counter).current += amount;
    // Last in the order of the map: who was not seen for the longest time comes first.
    if (known !== undefined) this.#counters.delete(name);
    else if (this.#counters.size >= KEYS) {
      const oldest = this.#counters.keys().next();
      if (oldest.done !== true) this.#counters.delete(oldest.value);
    }
    this.#counters.set(name, counter);
    return this.#rate(counter);
  }

  #window(): number {
    return Math.floor(this.#clock.now() / WINDOW_MS);
  }

  #rolled(counter: Counter): Counter {
    const window = this.#window();
    if (window !== counter.window) {
      // A clock set back begins anew, too.
      counter.before = window === counter.window + 1 ? counter.current : 0;
      counter.current = 0;
      counter.window = window;
    }
    return counter;
  }

  /** Of the window before, the part that is less than a minute ago, as if it had been spread evenly. */
  #rate({ before, current }: Counter): number {
    const passed = (this.#clock.now() % WINDOW_MS) / WINDOW_MS;
    return Math.floor(before * (1 - passed)) + current;
  }
}

/** Who is counted: an address of IPv4; of IPv6 the network of 64 bits, which one customer has for himself. RFC 6177 */
export function clientKey(address: string): string {
  if (isIPv4(address)) return address;
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const parts = parsed
    .toByteArray()
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, '0'));
  return `${parts.join('')}/64`;
}
