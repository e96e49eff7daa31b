/** Records of a receiver process on their way to the process that writes the accounting file. */
import type { Accounting, AccountingRecord, NewAccountingRecord } from '../ports/accounting.ts';

/** Of a flood of refused clients the first are enough. */
const WAITING_LIMIT = 1_000;

export class AccountingBuffer implements Accounting {
  readonly #pid: string;
  #records: AccountingRecord[] = [];

  /** @param pid  of this process, eight hexadecimal digits */
  constructor(pid: string) {
    this.#pid = pid;
  }

  note(record: NewAccountingRecord): void {
    if (this.#records.length < WAITING_LIMIT) this.#records.push({ ...record, pid: this.#pid });
  }

  /** What came since the last call. */
  take(): readonly AccountingRecord[] {
    const taken = this.#records;
    this.#records = [];
    return taken;
  }
}
