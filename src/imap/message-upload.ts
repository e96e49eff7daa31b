/**
 * The message of an APPEND, kept while it comes: in the store's own form of a text, with CRLF line ends whatever the client
 * wrote. Source: RFC 9051 §6.3.12.
 */
import { clientHeader, LOOKED_AT_OCTETS, type MailHeader } from '../mail/index.ts';
import type { MailStore, StoredText, TextWriter } from '../ports/mail-store.ts';
import { type MessageText, textSizeBytes } from '../ports/message-text.ts';
import { UploadRefusal, type UploadSink } from './command-reader.ts';
import type { Session } from './session.ts';

export interface UploadedMessage {
  readonly text: MessageText | StoredText;
  readonly header: MailHeader;
}

/** Of the messages of one command: beyond it short ones go into files, too. */
const HELD_OCTETS = 2_097_152;
const MOST_MESSAGES = 10_000;

/** Of one command. Undefined: nobody has logged in, and nothing is kept for strangers. */
export function messageUploads({ login, settings }: Session): MessageUploads | undefined {
  return login === undefined ? undefined : new MessageUploads(login.mailboxes.store, settings.appendLimit);
}

export class MessageUploads implements UploadSink {
  readonly #store: Pick<MailStore, 'createText' | 'discardText'>;
  /** Octets of messages that may still come: together they may be as long as one. */
  limit: number;
  #heldOctets = 0;
  #messages = 0;
  readonly #inFiles: StoredText[] = [];

  constructor(store: Pick<MailStore, 'createText' | 'discardText'>, limit: number) {
    this.#store = store;
    this.limit = limit;
  }

  async keep(octets: AsyncIterable<Uint8Array>): Promise<UploadedMessage> {
    if (++this.#messages > MOST_MESSAGES) throw new UploadRefusal('[LIMIT] Too many messages at once.');
    const writer = this.#store.createText({ inFile: this.#heldOctets > HELD_OCTETS });
    try {
      const header = clientHeader(await this.#write(octets, writer));
      const text = await writer.commit();
      if (text.kind === 'stored') this.#inFiles.push(text);
      else this.#heldOctets += textSizeBytes(text);
      return { text, header };
    } catch (failure) {
      await writer.abandon();
      throw failure;
    }
  }

  /** The command is over: what has become no message is thrown away; where that fails, in an hour. */
  async discard(): Promise<void> {
    for (const each of this.#inFiles) await this.#store.discardText(each).catch(() => undefined);
  }

  /** Resolves to the beginning. */
  async #write(octets: AsyncIterable<Uint8Array>, writer: TextWriter): Promise<Uint8Array> {
    const beginning: Uint8Array[] = [];
    let known = 0;
    for await (const chunk of withCrlf(octets)) {
      if (chunk.includes(0)) throw new UploadRefusal('[UNKNOWN-CTE] A message with NUL in it is not taken.');
      this.limit -= chunk.byteLength;
      if (known < LOOKED_AT_OCTETS) {
        const some = Uint8Array.from(chunk.subarray(0, LOOKED_AT_OCTETS - known));
        beginning.push(some);
        known += some.byteLength;
      }
      await writer.write(chunk);
    }
    return Buffer.concat(beginning);
  }
}

const CR = 0x0d;
const LF = 0x0a;

/** A CR or an LF that stands alone becomes CRLF. */
export async function* withCrlf(octets: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let endsWithCr = false;
  for await (const chunk of octets) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (bytes.byteLength === 0) continue;
    const text = (endsWithCr ? '\r' : '') + bytes.toString('latin1');
    endsWithCr = bytes.at(-1) === CR;
    const whole = endsWithCr ? text.slice(0, -1) : text;
    yield isClean(whole)
      ? Buffer.from(whole, 'latin1')
      : Buffer.from(whole.replace(/\r\n|\r|\n/g, '\r\n'), 'latin1');
  }
  if (endsWithCr) yield Buffer.from([CR, LF]);
}

const isClean = (text: string): boolean => !/\r(?!\n)|(?<!\r)\n/.test(text);
