/**
 * What a client sends that is no command: the data of DATA, and the chunks of BDAT. It knows where each ends; what is said and done
 * then is the receiver's. Source: RFC 5321 §4.1.1.4, RFC 3030 §2.
 */
import type { Reply } from '../smtp/reply.ts';
import { ChunkedMessage, DroppedOctets, type OctetTaker } from './chunked-message.ts';
import { IncomingMessage } from './incoming-message.ts';
import { receivedField } from './received-field.ts';
import type { Session } from './session.ts';
import type { Answer } from './verbs/verb.ts';

export type InputEnd =
  /** The message is there; `kept` has to be waited for first. */
  | {
      readonly kind: 'message';
      readonly message: IncomingMessage;
      readonly kept: Promise<void> | undefined;
    }
  /** A chunk that is not the last, or was refused. `isOver`: with it the transaction. */
  | { readonly kind: 'chunk'; readonly reply: Reply; readonly isOver: boolean };

export class MailInput {
  readonly #session: Session;
  /** Takes what comes now. */
  #taker: OctetTaker | undefined;
  /** Not finished: that of DATA, or of chunks. */
  #message: IncomingMessage | undefined;
  #chunked: ChunkedMessage | undefined;
  #chunk: { readonly isLast: boolean; readonly reply: Reply } | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Nothing that comes now is a command. */
  get isOpen(): boolean {
    return this.#taker !== undefined;
  }

  /** Chunks of a message have come, and its last has not. */
  get isBetweenChunks(): boolean {
    return this.#chunked !== undefined;
  }

  /** The client has gone too far beyond the limit to be heard out. */
  get isHopeless(): boolean {
    return this.#taker?.isHopeless === true;
  }

  beginData(): void {
    this.#message = new IncomingMessage(this.#session, receivedField(this.#session));
    this.#taker = this.#message;
  }

  /** @returns the end, where no octet will come that could bring it */
  beginChunk({ chunk, reply }: Answer): InputEnd | undefined {
    const { sizeBytes, isLast, isDropped } = chunk!;
    if (isDropped) this.#taker = new DroppedOctets(this.#session, sizeBytes);
    else {
      this.#chunked ??= new ChunkedMessage(this.#session, this.#session.transaction!);
      this.#chunked.begin(sizeBytes);
      this.#message = this.#chunked.message;
      this.#taker = this.#message;
    }
    this.#chunk = { isLast, reply };
    return sizeBytes === 0 ? this.end() : undefined;
  }

  take(chunk: Uint8Array): ReturnType<OctetTaker['take']> {
    return this.#taker!.take(chunk);
  }

  /** What was being taken has ended. */
  end(): InputEnd {
    const chunk = this.#chunk;
    this.#taker = undefined;
    this.#chunk = undefined;
    if (chunk === undefined) return this.#whole(undefined);
    if (chunk.reply.code >= 500) return { kind: 'chunk', reply: chunk.reply, isOver: false };
    const chunked = this.#chunked!;
    if (chunk.isLast) return this.#whole(chunked.complete());
    const { failure } = chunked;
    if (failure !== undefined) this.#forget();
    return { kind: 'chunk', reply: failure ?? chunk.reply, isOver: failure !== undefined };
  }

  #whole(kept: Promise<void> | undefined): InputEnd {
    const message = this.#message!;
    this.#message = undefined;
    this.#chunked = undefined;
    return { kind: 'message', message, kept };
  }

  /** RSET, EHLO or STARTTLS between two chunks: their transaction is over. True when there was one. */
  forgetStale(): boolean {
    if (this.#chunked === undefined || this.#chunked.transaction === this.#session.transaction) return false;
    this.#forget();
    return true;
  }

  #forget(): void {
    void this.abandon();
    this.#chunked = undefined;
  }

  /** Lets go of what has come so far. */
  async abandon(): Promise<void> {
    const message = this.#message;
    this.#message = undefined;
    await message?.abandon();
  }
}
