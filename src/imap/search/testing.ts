/** A mailbox of messages in memory, for tests. */
import { condition, RMS } from '../../condition/index.ts';
import type { NumberedMessage } from '../../ports/mailboxes.ts';
import { Breath } from '../breath.ts';
import type { ReadableMessage } from '../readable-message.ts';
import type { Envelope, EnvelopeAddress } from '../structure/message-structure.ts';
import type { CommandPart } from '../syntax/cursor.ts';
import { Cursor } from '../syntax/cursor.ts';
import { matching, resolve, type SearchRequest } from './matching.ts';
import { parseSearch } from './parse-search.ts';
import type { SearchedMailbox } from './searched-mailbox.ts';

export interface TestMessage extends Partial<Omit<NumberedMessage, 'flags'>> {
  readonly flags?: Partial<NumberedMessage['flags']>;
  /** With LF line ends. */
  readonly text?: string | Uint8Array;
  /** Envelope, where SORT asks for it. */
  readonly envelope?: Partial<Envelope>;
}

export const NOW = Date.UTC(2026, 10, 20, 12);

export class TestMailbox implements SearchedMailbox {
  readonly messages: readonly (NumberedMessage & Pick<TestMessage, 'envelope'> & { octets: Uint8Array })[];
  readonly #byUid: ReadonlyMap<number, NumberedMessage>;
  /** Texts that were begun to be read. */
  reads = 0;
  /** Numbers of messages that are gone. */
  readonly gone = new Set<number>();
  /** Of messages whose texts are: another session removes them while they are read. */
  readonly lost = new Set<number>();

  constructor(messages: readonly TestMessage[]) {
    this.messages = messages.map((each, index) => {
      const octets =
        typeof each.text === 'object'
          ? each.text
          : Buffer.from((each.text ?? 'Subject: none\n\nNothing.\n').replaceAll('\n', '\r\n'));
      return {
        id: 1_000 + index,
        uid: 10 * (index + 1),
        modseq: index + 1,
        receivedAt: NOW - 3_600_000,
        sizeBytes: octets.byteLength,
        keywords: [],
        format: 'rfc5322',
        from: '',
        ...each,
        octets,
        flags: {
          new: false,
          replied: false,
          marked: false,
          foreign: false,
          deleted: false,
          draft: false,
          ...each.flags,
        },
      };
    });
    this.#byUid = new Map(this.messages.map((each) => [each.uid, each]));
  }

  get count(): number {
    return this.messages.length;
  }
  uidAt(sequence: number): number {
    return this.messages[sequence - 1]!.uid;
  }
  async numbered(uids: readonly number[]): Promise<readonly (NumberedMessage | undefined)[]> {
    return uids.map((uid) => (this.gone.has(uid) ? undefined : this.#byUid.get(uid)));
  }
  async *read(
    records: readonly { sequence: number; numbered: NumberedMessage }[],
  ): AsyncGenerator<ReadableMessage> {
    for (const { sequence, numbered } of records) {
      const { octets, envelope } = this.messages[sequence - 1]!;
      const count = (): void => {
        this.reads++;
        if (this.lost.has(numbered.uid)) throw condition(RMS.FNF);
      };
      yield {
        sequence,
        numbered,
        async octets() {
          count();
          return octets.byteLength;
        },
        structure: async () => ({ envelope: { ...NO_ENVELOPE, ...envelope }, root: undefined as never }),
        async *bytes(start = 0, end = octets.byteLength) {
          count();
          for (let at = start; at < Math.min(end, octets.byteLength); at += 700)
            yield octets.subarray(at, Math.min(at + 700, end));
        },
      };
    }
  }
}

const none: readonly EnvelopeAddress[] = [];
const NO_ENVELOPE: Envelope = { from: none, sender: none, replyTo: none, to: none, cc: none, bcc: none };

export const breath = (): Breath => new Breath(new AbortController().signal);

/** @param parts  what stands behind SEARCH, with the blank */
export function requestOf(
  mailbox: SearchedMailbox,
  parts: readonly CommandPart[],
  saved: readonly number[] = [],
): SearchRequest {
  const cursor = new Cursor(parts);
  const { key } = parseSearch(cursor);
  cursor.end();
  return { mailbox, key: resolve(key!, mailbox, saved), now: NOW, breath: breath() };
}

/** Sequence numbers of what a search finds. */
export async function found(
  mailbox: SearchedMailbox,
  search: string | readonly CommandPart[],
  saved?: readonly number[],
): Promise<readonly number[]> {
  const numbers: number[] = [];
  const parts = typeof search === 'string' ? [` ${search}`] : search;
  for await (const { sequence } of matching(requestOf(mailbox, parts, saved), { withRecords: false }))
    numbers.push(sequence);
  return numbers;
}
