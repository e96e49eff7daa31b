/** A message that comes in counted chunks, from the first to the last, and chunks that nobody wants. Source: RFC 3030 §2. */
import { ChunkReader } from '../smtp/chunk-reader.ts';
import type { Reply } from '../smtp/reply.ts';
import { IncomingMessage, isHopelesslyLarge } from './incoming-message.ts';
import { receivedField } from './received-field.ts';
import type { MailTransaction, Session } from './session.ts';

/** What octets are taken by that are no commands. */
export interface OctetTaker {
  take(chunk: Uint8Array): {
    readonly used: number;
    readonly ended: boolean;
    readonly kept: Promise<void> | undefined;
  };
  /** The client has gone too far beyond the limit to be heard out. */
  readonly isHopeless: boolean;
}

/** RFC 3030 §2: octets of a chunk that is refused are swallowed. */
export class DroppedOctets implements OctetTaker {
  readonly isHopeless: boolean;
  #left: number;

  constructor(session: Session, sizeBytes: number) {
    this.#left = sizeBytes;
    this.isHopeless = isHopelesslyLarge(sizeBytes, session.settings);
  }

  take(chunk: Uint8Array) {
    const used = Math.min(this.#left, chunk.byteLength);
    this.#left -= used;
    return { used, ended: this.#left === 0, kept: undefined };
  }
}

export class ChunkedMessage {
  readonly transaction: MailTransaction;
  readonly message: IncomingMessage;
  readonly #reader = new ChunkReader();

  constructor(session: Session, transaction: MailTransaction) {
    this.transaction = transaction;
    transaction.isChunked = true;
    this.message = new IncomingMessage(session, receivedField(session), this.#reader);
  }

  begin(sizeBytes: number): void {
    this.#reader.begin(sizeBytes);
  }

  /** Why it is refused already, though it has not ended. */
  get failure(): Reply | undefined {
    return this.message.failure;
  }

  /** After the last chunk: its last line has an end. Binary content ends as it does, and is no lines yet. */
  complete(): Promise<void> | undefined {
    if (this.transaction.body === 'BINARYMIME') return undefined;
    return this.message.add(this.#reader.end());
  }
}
