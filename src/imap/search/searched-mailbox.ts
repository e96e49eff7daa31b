/** A mailbox as SEARCH, SORT and THREAD see it, while a command lasts: numbers do not change. */
import type { NumberedMessage } from '../../ports/mailboxes.ts';
import type { ReadableMessage } from '../readable-message.ts';
import type { Narrowing } from './narrowing.ts';

/** A message by both its numbers, with what its record says. */
export interface FoundRecord {
  readonly sequence: number;
  readonly numbered: NumberedMessage;
}

export interface SearchedMailbox {
  readonly count: number;
  /** Ascending with the sequence. @param sequence  1 to `count` */
  uidAt(sequence: number): number;
  /** Sequence numbers, ascending, of all that may meet it. Undefined: that would not be few. */
  narrowed?(narrowing: Narrowing, stop: AbortSignal): Promise<readonly number[] | undefined>;
  /** In the order of `uids`, which ascend; undefined for what is gone. */
  numbered(uids: readonly number[]): Promise<readonly (NumberedMessage | undefined)[]>;
  /** In the same order, without those that are gone. A text that goes while it is read throws Condition RMS FNF, or ends. */
  read(records: readonly FoundRecord[]): AsyncIterable<ReadableMessage>;
}
