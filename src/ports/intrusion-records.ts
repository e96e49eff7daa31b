/** The intrusion database: who failed to log in lately. Source: Guide to System Security, Detecting Break-Ins. */

/** What a record is about: a host of the network, a user at a terminal, a user without one. */
export type IntrusionClass = 'NETWORK' | 'TERM_USER' | 'USERNAME';

export interface IntrusionKey {
  readonly class: IntrusionClass;
  /** `192.0.2.7::SMITH`, `FTA1:SMITH`, `SMITH`; unique within its class. */
  readonly source: string;
}

export interface IntrusionRecord extends IntrusionKey {
  /** Failures. */
  readonly count: number;
  /** What was before counts no more from then on. */
  readonly expires: number;
  /** Of the record of a whole host: the users that `count` counts. */
  readonly users?: readonly string[];
  /** Suspect otherwise. */
  readonly isIntruder: boolean;
}

export interface IntrusionRecords {
  /** Those that have expired, too. */
  intrusions(): Promise<readonly IntrusionRecord[]>;
  intrusion(key: IntrusionKey): Promise<IntrusionRecord | undefined>;
  /**
   * Puts what `change` makes of the record, in one step for all processes of the node; records that have expired by `now` go.
   * @param change  must not wait; undefined removes the record
   * @returns what `change` returned
   */
  changeIntrusion(
    key: IntrusionKey,
    now: number,
    change: (before: IntrusionRecord | undefined) => IntrusionRecord | undefined,
  ): Promise<IntrusionRecord | undefined>;
}
