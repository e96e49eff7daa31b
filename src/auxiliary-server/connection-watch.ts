/**
 * A connection while its procedure runs: when it is closed, and why. What has to be told to the procedure is an AbortSignal; most
 * connections end when their procedure has, and never need one.
 */
import type { Duplex } from 'node:stream';
import type { Clock } from '../ports/clock.ts';

/** One for all connections: a new DOMException for each would cost more than the abort. */
const CLOSED = new Error('the connection is closed');
const IDLE = new Error('the connection was closed for inactivity');
/** The image's own time-out comes first: it has words for it. */
const INACTIVITY_GRACE_MS = 30_000;

export class ConnectionWatch {
  /** Resolves when the connection is closed. */
  readonly closed: Promise<void>;
  readonly #connection: Duplex;
  readonly #clock: Clock;
  readonly #inactivityMs: number;
  #abort: AbortController | undefined;
  /** Why it was closed before the procedure had ended. */
  #reason: Error | undefined;
  #hasEnded = false;
  #isIdle = false;
  #callOff: (() => void) | undefined;

  /** @param inactivityMs  closes a connection over which nothing has moved for so long; 0: no limit. tcpip-smtp.md §1.4 */
  constructor(connection: Duplex, inactivityMs: number, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    this.#inactivityMs = inactivityMs;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    const closed = (): void => {
      this.#closed();
      resolve();
    };
    if (connection.destroyed) closed();
    else connection.on('close', closed);
    if (inactivityMs > 0) this.#lookLater(this.#moved());
  }

  /** The connection was closed before the procedure had ended. */
  get isGone(): boolean {
    return this.#reason !== undefined;
  }

  /** The client has left: it was not closed for inactivity. */
  get hasLeft(): boolean {
    return this.#reason === CLOSED;
  }

  /** Aborted when the connection is gone. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#reason !== undefined && !this.#abort.signal.aborted) this.#abort.abort(this.#reason);
    return this.#abort.signal;
  }

  /** The procedure has ended: nobody asks any more why the connection closes. */
  ended(): void {
    this.#hasEnded = true;
  }

  /** It is closed, and forgotten. */
  close(): void {
    this.#callOff?.();
  }

  #closed(): void {
    if (this.#hasEnded) return;
    this.#reason ??= this.#isIdle ? IDLE : CLOSED;
    this.#abort?.abort(this.#reason);
  }

  #moved(): number {
    const { bytesRead = 0, bytesWritten = 0 } = this.#connection as {
      bytesRead?: number;
      bytesWritten?: number;
    };
    return bytesRead + bytesWritten;
  }

  #lookLater(last: number): void {
    this.#callOff = this.#clock.after(this.#inactivityMs + INACTIVITY_GRACE_MS, () => {
      const now = this.#moved();
      if (now !== last) return this.#lookLater(now);
      this.#isIdle = true;
      this.#connection.destroy();
    });
  }
}
