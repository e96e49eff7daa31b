/** Who has come before: a memory of senders that lasts. Strangers are asked to come again, as mail servers do. RFC 6647 */

export interface GreylistRules {
  /** Who comes again earlier is asked once more. */
  readonly delayMs: number;
}

export interface Greylist {
  /**
   * @param network  of the client
   * @param reversePath  '' is the null reverse-path
   * @returns milliseconds it has to wait; 0: welcome
   */
  waitMs(
    network: string,
    reversePath: string,
    forwardPath: string,
    now: number,
    rules: GreylistRules,
  ): number;
}
