/** The accounting file: what happened, and who is to be charged with it. Of the product's records those of users' programs. */

export interface AccountingRecord {
  readonly at: number;
  readonly type: 'USER';
  readonly userName: string;
  /** Of the process: eight hexadecimal digits. */
  readonly pid: string;
  /** Address of the client it is about. */
  readonly remoteNode: string;
  /** What the program has to say: a line. */
  readonly message: string;
}

/** As the program has it; of which process it is, the accounting knows. */
export type NewAccountingRecord = Omit<AccountingRecord, 'pid'>;

export interface Accounting {
  /** Never fails, and never waits for the disk. */
  note(record: NewAccountingRecord): void;
}
