/**
 * Who has come before: a memory of senders that lasts. Strangers are asked to come again, as mail servers do. RFC 6647
 * Adapter: adapters/sqlite/greylist/.
 */

export interface GreylistRules {
  /** Who comes again earlier is asked once more. */
  readonly delayMs: number;
}

export interface Greylist {
  /**
   * @param network  of the client; who has once come again is known with all that comes from there
   * @param reversePath  '' is the null reverse-path; case does not matter, nor at `forwardPath`
   * @returns milliseconds it has to wait; 0: welcome
   * Throws Condition SYSTEM READERR or WRITEERR where the memory fails.
   */
  waitMs(
    network: string,
    reversePath: string,
    forwardPath: string,
    now: number,
    rules: GreylistRules,
  ): number;
}
