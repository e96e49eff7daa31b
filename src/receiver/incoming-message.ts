/**
 * The message a client is sending: short ones stay in memory, longer ones stream into the spool, whatever breaks is
 * remembered and answered at the end of the data. The Received: field is put first. Source: RFC 5321 §4.1.1.4, §4.4.
 */
import { authenticationResults } from '../message-authentication/index.ts';
import { messageId } from '../mime/message-id.ts';
import {
  type Beginning,
  INLINE_TEXT_LIMIT,
  type MessageText,
  type SpooledText,
  type SpoolWriter,
} from '../ports/message-text.ts';
import { DataReader } from '../smtp/data-reader.ts';
import { type Reply, reply } from '../smtp/reply.ts';
import { AmendedText, type Findings } from './amended-text.ts';
import { asItIs, inLines, type KeptText, tooLarge } from './binary-content.ts';
import { GatheredBytes } from './gathered-bytes.ts';
import { HeaderSection, sectionOf } from './header-section.ts';
import { HopCounter } from './hop-counter.ts';
import { type Inspection, inspect } from './inspection.ts';
import { isTooLarge } from './receiver-settings.ts';
import { isStranger, type Session } from './session.ts';
import { failureReply } from './storage-failure.ts';

/** A header section that goes with its text, so that nobody has to read the file for it. */
const LONGEST_START = 16_384;

/** A new beginning that goes with a text beside its file. Whoever gets a longer one writes it anew with all that follows. */
const LONGEST_HEAD = INLINE_TEXT_LIMIT;

/** How far beyond the limit a client may go on before it is cut off. */
const PATIENCE_BYTES = 16 * 1024 * 1024;

export const isHopelesslyLarge = (sizeBytes: number, settings: Session['settings']): boolean =>
  isTooLarge(sizeBytes - PATIENCE_BYTES, settings);

/** The text, or the reply that refuses it. */
export type Finished = { readonly text: MessageText } | { readonly refusal: Reply };

type MailDataReader = Pick<DataReader, 'read' | 'sizeBytes' | 'lines' | 'hasBareLineEnd'>;

export class IncomingMessage {
  readonly #session: Session;
  /** RFC 3030 §3: any bytes may be in its bodies. */
  readonly #isBinary: boolean;
  readonly #reader: MailDataReader;
  readonly #hops = new HopCounter();
  /** In memory: all of it, or what is not yet in the spool. */
  readonly #gathered = new GatheredBytes();
  #sizeBytes = 0;
  /** Of the Received: field. */
  readonly #ownBytes: number;
  /** Only of what goes to the spool. */
  readonly #header = new HeaderSection();
  #writer: SpoolWriter | undefined;
  #failure: Reply | undefined;

  constructor(session: Session, received: string, reader: MailDataReader = new DataReader()) {
    this.#session = session;
    this.#isBinary = session.transaction?.body === 'BINARYMIME';
    this.#reader = reader;
    const field = Buffer.from(`${unchecked(session)}${received}`, 'latin1');
    this.#ownBytes = field.byteLength;
    this.#add(field);
    // It counts for whoever gets the message next, the symbiont first.
    this.#hops.read(field);
  }

  /** True once the client has gone too far beyond the limit to be heard out. */
  get isHopeless(): boolean {
    return isHopelesslyLarge(this.#reader.sizeBytes, this.#session.settings);
  }

  /** Takes a chunk; says how much of it was mail data, whether the data has ended, and what has to be waited for first. */
  take(chunk: Uint8Array): {
    readonly used: number;
    readonly ended: boolean;
    readonly kept: Promise<void> | undefined;
  } {
    const { used, ended, bytes } = this.#reader.read(chunk);
    return { used, ended, kept: this.#failure === undefined ? this.#keep(bytes) : undefined };
  }

  /** What the client did not send, and belongs to its text. */
  add(bytes: readonly Uint8Array[]): Promise<void> | undefined {
    return this.#failure === undefined ? this.#keep(bytes) : undefined;
  }

  /** Why it is refused, as far as is known now. */
  get failure(): Reply | undefined {
    return this.#failure;
  }

  #keep(bytes: readonly Uint8Array[]): Promise<void> | undefined {
    for (const each of bytes) {
      this.#hops.read(each);
      this.#add(each);
    }
    if (this.#gathered.sizeBytes > INLINE_TEXT_LIMIT) {
      const spooled = this.#spool();
      if (spooled !== undefined) return spooled.then(() => this.#check());
    }
    return this.#check();
  }

  #check(): Promise<void> | undefined {
    if (this.#failure !== undefined) return undefined;
    if (isTooLarge(this.#reader.sizeBytes, this.#session.settings)) return this.#fail(tooLarge);
    if (this.#hops.hops > this.#session.settings.hopCountMaximum)
      return this.#fail(reply(554, 'Too many hops, mail is looping', '5.4.6'));
    return undefined;
  }

  #add(bytes: Uint8Array): void {
    this.#gathered.add(bytes);
    this.#sizeBytes += bytes.byteLength;
  }

  /** What is in memory goes to the spool: a client that sends little at a time causes no more writes than any other. */
  #spool(): Promise<void> | undefined {
    const { dependencies } = this.#session;
    try {
      this.#writer ??= dependencies.spool.create();
      const waits: Promise<void>[] = [];
      for (const each of this.#gathered.pieces) {
        this.#header.add(each);
        const wait = this.#writer.write(each, true);
        if (wait !== undefined) waits.push(wait);
      }
      this.#gathered.clear();
      if (waits.length === 0) return undefined;
      return Promise.all(waits).then(
        () => undefined,
        (error) => this.#fail(failureReply(error, dependencies)),
      );
    } catch (error) {
      return this.#fail(failureReply(error, dependencies));
    }
  }

  async #fail(failure: Reply): Promise<void> {
    this.#failure = failure;
    await this.abandon();
  }

  /** At the end of the data: the text, or the reply that refuses it. At once for a text that is in memory and not checked. */
  finish(): Finished | Promise<Finished> {
    if (this.#writer !== undefined && this.#failure === undefined) {
      const spooled = this.#spool();
      if (spooled !== undefined) return spooled.then(() => this.#finish());
    }
    const isSound = this.#failure === undefined && !this.#hasBareLineEnd;
    if (!isSound || this.#writer !== undefined) return this.#finish();
    const bytes = this.#gathered.whole();
    const arrived = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(this.#ownBytes);
    const header = sectionOf(arrived) ?? arrived;
    const found = inspect(this.#session, {
      header,
      sizeBytes: arrived.byteLength,
      body: () => [arrived.subarray(header.byteLength)],
    });
    if (found instanceof Promise)
      return found.then((known) => this.#amended(bytes, known)).catch(this.#failed);
    return 'refusal' in found || this.#isBinary || !this.#amendedWith(found).isUnchanged
      ? this.#amended(bytes, found).catch(this.#failed)
      : { text: { kind: 'inline', bytes } };
  }

  get #hasBareLineEnd(): boolean {
    return this.#reader.hasBareLineEnd && !this.#isBinary;
  }

  async #finish(): Promise<Finished> {
    if (this.#failure === undefined && this.#hasBareLineEnd) {
      await this.#fail(reply(550, 'Bare CR or LF in mail data; lines must end with CRLF', '5.6.0'));
    }
    if (this.#failure !== undefined) return { refusal: this.#failure };
    try {
      return await this.#finishSpooled(this.#writer!);
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #finishSpooled(writer: SpoolWriter): Promise<Finished> {
    const section = this.#header.whole;
    const found = await inspect(this.#session, {
      header: section?.subarray(this.#ownBytes),
      sizeBytes: this.#sizeBytes - this.#ownBytes,
      body: () => behind(writer.read(), section?.byteLength ?? 0),
    });
    if ('refusal' in found) {
      await this.abandon();
      return found;
    }
    const amended = this.#amendedWith(found);
    if (!this.#isBinary) {
      if (amended.isUnchanged) return this.#committed(writer, section);
      const beginning = section && amended.beginning(section);
      if (beginning !== undefined && beginning.head.byteLength <= LONGEST_HEAD)
        return this.#committed(writer, section, beginning);
    }
    return this.#spooled(this.#kept(() => writer.read(), amended));
  }

  /** The file as it came, which is written once. */
  async #committed(
    writer: SpoolWriter,
    section: Buffer | undefined,
    beginning?: Beginning,
  ): Promise<Finished> {
    const spoolId = await writer.commit();
    this.#writer = undefined;
    const file = { kind: 'file', spoolId, sizeBytes: this.#sizeBytes } as const;
    if (beginning === undefined || section === undefined)
      return { text: { ...file, ...this.#known(section) } };
    const { head, from } = beginning;
    const start = Buffer.concat([head, section.subarray(from)]);
    const sizeBytes = file.sizeBytes - from + head.byteLength;
    return { text: { ...file, sizeBytes, beginning, ...this.#known(start) } };
  }

  #amendedWith(found: Findings): AmendedText {
    return new AmendedText(this.#ownBytes, found);
  }

  /** Of a text whose body is the one that came. @param start  its header section, as it is kept */
  #known(start: Uint8Array | undefined): Pick<SpooledText, 'known' | 'messageId'> {
    const came = this.#header.whole;
    if (start === undefined || came === undefined) return {};
    if (start.byteLength > LONGEST_START) return withMessageId(start);
    const bodyLines = this.#reader.lines - lineEnds(came.subarray(this.#ownBytes));
    return { known: { start, lines: lineEnds(start) + bodyLines } };
  }

  async #amended(bytes: Uint8Array, found: Inspection): Promise<Finished> {
    if ('refusal' in found) return found;
    const amended = this.#amendedWith(found);
    const pieces: Uint8Array[] = [];
    if (this.#isBinary) {
      const kept = this.#kept(() => [bytes], amended);
      for await (const each of kept.pieces) pieces.push(each);
      const refusal = kept.refusal();
      if (refusal !== undefined) return { refusal };
    } else {
      // Nothing here has to be waited for.
      pieces.push(...amended.whole(bytes));
    }
    const sizeBytes = pieces.reduce((sum, each) => sum + each.byteLength, 0);
    return sizeBytes > INLINE_TEXT_LIMIT
      ? this.#spooled(asItIs(pieces))
      : { text: { kind: 'inline', bytes: Buffer.concat(pieces, sizeBytes) } };
  }

  /** @param text  can be read again */
  #kept(text: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>, amended: AmendedText): KeptText {
    const changed = () => amended.streamed(text());
    if (!this.#isBinary) return asItIs(changed());
    const { settings } = this.#session;
    return inLines(changed, (moreBytes) => isTooLarge(this.#reader.sizeBytes + moreBytes, settings));
  }

  /** A text of its own takes the place of what came. */
  async #spooled(kept: KeptText): Promise<Finished> {
    const writer = this.#session.dependencies.spool.create();
    try {
      let sizeBytes = 0;
      const header = new HeaderSection();
      for await (const each of kept.pieces) {
        header.add(each);
        await writer.write(each);
        sizeBytes += each.byteLength;
      }
      const refusal = kept.refusal();
      if (refusal !== undefined) {
        await writer.abandon();
        await this.abandon();
        return { refusal };
      }
      const spoolId = await writer.commit();
      await this.abandon();
      const { whole } = header;
      const known = this.#isBinary ? whole && withMessageId(whole) : this.#known(whole);
      return { text: { kind: 'file', spoolId, sizeBytes, ...known } };
    } catch (error) {
      await writer.abandon().catch(() => {});
      throw error;
    }
  }

  readonly #failed = async (error: unknown): Promise<Finished> => {
    await this.abandon();
    return { refusal: failureReply(error, this.#session.dependencies) };
  };

  /** Lets go of everything; the message is not wanted any more. */
  async abandon(): Promise<void> {
    this.#gathered.clear();
    const writer = this.#writer;
    this.#writer = undefined;
    await writer?.abandon().catch(() => {});
  }
}

/** RFC 8601 §2.2: nothing was looked at. It also tells mail of strangers from what may be signed as ours. */
const unchecked = (session: Session): string =>
  !session.settings.checksSenders && isStranger(session)
    ? authenticationResults(session.dependencies.hostName, [])
    : '';

function withMessageId(start: Uint8Array): Pick<SpooledText, 'messageId'> {
  const found = messageId(start);
  return found === undefined ? {} : { messageId: found };
}

function lineEnds(bytes: Uint8Array): number {
  let count = 0;
  for (const each of bytes) if (each === 0x0a) count++;
  return count;
}

async function* behind(chunks: AsyncIterable<Uint8Array>, bytes: number): AsyncIterable<Uint8Array> {
  let position = 0;
  for await (const chunk of chunks) {
    if (position + chunk.byteLength > bytes) yield chunk.subarray(Math.max(bytes - position, 0));
    position += chunk.byteLength;
  }
}
