/**
 * The message of an APPEND, kept while it comes: in the store's own form of a text, with CRLF line ends whatever the client
 * wrote. Source: RFC 9051 §6.3.12.
 */
import { clientHeader, LOOKED_AT_OCTETS, type MailHeader } from '../mail/index.ts';
import { findBinaryParts, withoutBinary } from '../mime/binary-parts.ts';
import type { MailStore, StoredText, TextWriter } from '../ports/mail-store.ts';
import { type MessageText, textSizeBytes } from '../ports/message-text.ts';
import { UploadRefusal, type UploadSink } from './command-reader.ts';
import type { Session } from './session.ts';

export interface UploadedMessage {
  readonly text: MessageText | StoredText;
  readonly header: MailHeader;
}

type TextStore = Pick<MailStore, 'createText' | 'discardText' | 'readStored'>;
type KeptText = Extract<MessageText, { kind: 'inline' }> | StoredText;

const NUL = '[UNKNOWN-CTE] There is an octet 0 where nothing can be encoded.';

/** Of the messages of one command: beyond it short ones go into files, too. */
const HELD_OCTETS = 2_097_152;
const MOST_MESSAGES = 10_000;

/** Of one command. Undefined: nobody has logged in, and nothing is kept for strangers. */
export function messageUploads({ login, settings }: Session): MessageUploads | undefined {
  return login === undefined ? undefined : new MessageUploads(login.mailboxes.store, settings.appendLimit);
}

class MessageUploads implements UploadSink {
  readonly #store: TextStore;
  /** Octets of messages that may still come: together they may be as long as one. */
  limit: number;
  #heldOctets = 0;
  #messages = 0;
  readonly #inFiles: StoredText[] = [];

  constructor(store: TextStore, limit: number) {
    this.#store = store;
    this.limit = limit;
  }

  async keep(octets: AsyncIterable<Uint8Array>, isBinary: boolean): Promise<UploadedMessage> {
    if (++this.#messages > MOST_MESSAGES) throw new UploadRefusal('[LIMIT] Too many messages at once.');
    return isBinary ? this.#keepBinary(octets) : this.#keepText(octets);
  }

  /** literal8: bodies that are no text become base64. RFC 3516 §4.4 leaves it to the server. */
  async #keepBinary(octets: AsyncIterable<Uint8Array>): Promise<UploadedMessage> {
    const signs = new BinarySigns();
    const came = await this.#asItCame(octets, signs);
    try {
      const read = () => (came.kind === 'stored' ? this.#store.readStored(came) : whole(came.bytes));
      if (!signs.areThere) return await this.#keepText(read());
      const parts = await findBinaryParts(read());
      if (parts === undefined)
        throw new UploadRefusal('[UNKNOWN-CTE] The message has too many header fields.');
      return await this.#keepText(withoutBinary(read(), parts));
    } finally {
      if (came.kind === 'stored') await this.#store.discardText(came).catch(() => undefined);
    }
  }

  async #asItCame(octets: AsyncIterable<Uint8Array>, signs: BinarySigns): Promise<KeptText> {
    const writer = this.#store.createText();
    try {
      for await (const chunk of octets) {
        signs.look(chunk);
        await writer.write(chunk);
      }
      const text = await writer.commit();
      if (text.kind === 'file') throw new Error('A text that was written here is in no spool.');
      return text;
    } catch (failure) {
      await writer.abandon();
      throw failure;
    }
  }

  async #keepText(octets: AsyncIterable<Uint8Array>): Promise<UploadedMessage> {
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
      if (chunk.includes(0)) throw new UploadRefusal(NUL);
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

/** What tells that a message is no text: octets 0, or that it says so itself. */
class BinarySigns {
  areThere = false;
  #last = '';

  look(chunk: Uint8Array): void {
    if (this.areThere) return;
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const text = this.#last + bytes.toString('latin1');
    this.areThere = bytes.includes(0) || /^content-transfer-encoding:\s*"?binary/im.test(text);
    this.#last = text.slice(-LONGEST_SIGN);
  }
}

const LONGEST_SIGN = 80;

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const CR = 0x0d;
const LF = 0x0a;

/** A CR or an LF that stands alone becomes CRLF. */
async function* withCrlf(octets: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
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
