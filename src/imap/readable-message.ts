/**
 * A message as FETCH, SEARCH, SORT and THREAD read it. What is at hand is there at once: of a large folder, to wait for each costs
 * as much as all the rest. Source: RFC 9051 §2.3.
 */
import type { NumberedMessage } from '../ports/mailboxes.ts';
import type { MessageStructure } from './structure/message-structure.ts';

export interface ReadableMessage {
  /** As it is in the session that asks. RFC 9051 §2.3.1.2 */
  readonly sequence: number;
  readonly numbered: NumberedMessage;
  /** Octets of `bytes`: RFC822.SIZE. */
  octets(): number | Promise<number>;
  /** Parsed once in the life of a text, and kept. */
  structure(): MessageStructure | Promise<MessageStructure>;
  /** The message as clients read it, from octet `start` (0) up to, not with, octet `end`. */
  bytes(start?: number, end?: number): AsyncIterable<Uint8Array>;
}
