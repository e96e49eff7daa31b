/**
 * Send From File: a program has written envelope and message into a file, which becomes an entry of the queue. The text
 * travels byte for byte; Received: is put in front. Source: tcpip-smtp.md §5.9.
 */
import { isAscii } from 'node:buffer';
import { signal } from '../../condition/index.ts';
import { committedText } from '../../mime/committed-text.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ByteReader } from '../../ports/file-system.ts';
import {
  INLINE_TEXT_LIMIT,
  type MessageText,
  type Spool,
  type SpoolWriter,
} from '../../ports/message-text.ts';
import type { QueueManager, SubmitReceipt } from '../../ports/queue-manager.ts';
import { formatInternetDate } from '../../vms-time/index.ts';
import { type FileLine, fileLines } from './file-lines.ts';
import { SFF } from './messages.ts';
import { ProhibitedHeader, replacedHeader } from './prohibited-header.ts';
import { SffEnvelope } from './sff-envelope.ts';

export interface SendFromFileDeps {
  readonly queueManager: () => Promise<Pick<QueueManager, 'submit'>>;
  readonly spool: Spool;
  readonly clock: Clock;
  readonly hostName: string;
  readonly versionInfo: string;
  /** Prohibit-User-Headers. */
  readonly prohibitsHeaders?: boolean;
}

/**
 * Throws SFF conditions for a file that cannot be sent, and those of the queue manager; nothing is sent then.
 * @param userName  whose entry it becomes
 * @param tell  hears of each step
 */
export async function sendFromFile(
  reader: Pick<ByteReader, 'read'>,
  userName: string,
  deps: SendFromFileDeps,
  tell: (line: string) => Promise<void>,
): Promise<SubmitReceipt> {
  const queueManager = await deps.queueManager();
  const envelope = new SffEnvelope(deps.hostName);
  const message = new FileMessage(deps.spool);
  const prohibited = deps.prohibitsHeaders === true ? new ProhibitedHeader() : undefined;
  const header = (): string => {
    const { forwardPaths } = envelope;
    const now = deps.clock.now();
    const own = prohibited && replacedHeader({ userName, forwardPaths }, { hostName: deps.hostName, now });
    return `${receivedField(deps)}${own ?? ''}`;
  };
  let number = 0;
  let isMessage = false;
  try {
    for await (const { bytes, isPart } of fileLines(reader)) {
      if (!message.isWithinLine) number += 1;
      if (isMessage) {
        await message.add({ bytes, isPart, number }, header, prohibited);
        continue;
      }
      const text = Buffer.from(bytes).toString('utf8');
      isMessage = envelope.take(text, number);
      if (text.trim() !== '') await tell(text.trim());
    }
    if (!isMessage) signal(SFF.NODATA);
    if (message.isEmpty) signal(SFF.NOTEXT);
    const text = await message.finish();
    const { reversePath, forwardPaths } = envelope;
    const isUtf8 = [reversePath, ...forwardPaths].some((each) => /[^\x00-\x7f]/.test(each));
    return await queueManager.submit({
      envelope: {
        reversePath,
        forwardPaths,
        body: message.isEightBit ? '8BITMIME' : '7BIT',
        ...(isUtf8 ? { smtpUtf8: true } : {}),
      },
      text,
      userName,
    });
  } catch (error) {
    // A text that was committed stays: cut off from the queue manager, it may have been taken. Others collect it.
    await message.abandon();
    throw error;
  }
}

/** As the product writes it: nobody has sent it to us. */
const receivedField = ({ hostName, versionInfo, clock }: SendFromFileDeps): string =>
  `Received: by ${hostName} (${versionInfo});\r\n\t${formatInternetDate(clock.now())}\r\n`;

/** The message, in memory until it is too long for that. */
class FileMessage {
  isWithinLine = false;
  isEmpty = true;
  isEightBit = false;
  readonly #spool: Spool;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #sizeBytes = 0;
  #writer: SpoolWriter | undefined;
  /** Of a text in the spool. */
  #beginning: Uint8Array = new Uint8Array();

  constructor(spool: Spool) {
    this.#spool = spool;
  }

  /** @param header  what stands before the first line */
  async add(
    { bytes, isPart, number }: FileLine & { readonly number: number },
    header: () => string,
    prohibited: ProhibitedHeader | undefined,
  ): Promise<void> {
    if (bytes.includes(CR)) signal(SFF.BARECR, number);
    if (this.isEmpty) {
      const text = Buffer.from(bytes).toString('latin1');
      if (text !== '' && !FIELD.test(text)) signal(SFF.NOHEADER, number, text.slice(0, 60));
      this.isEmpty = false;
      await this.#put(Buffer.from(header()));
    }
    const isKept = prohibited?.keeps(bytes, this.isWithinLine) ?? true;
    this.isWithinLine = isPart;
    if (!isKept) return;
    this.isEightBit ||= !isAscii(bytes);
    await this.#put(Buffer.concat(isPart ? [bytes] : [bytes, CRLF]));
  }

  async finish(): Promise<MessageText> {
    if (this.#writer === undefined) return { kind: 'inline', bytes: Buffer.concat(this.#held) };
    await this.#flush(this.#writer);
    const text = await committedText(this.#writer, this.#sizeBytes, this.#beginning);
    this.#writer = undefined;
    return text;
  }

  async abandon(): Promise<void> {
    await this.#writer?.abandon().catch(() => undefined);
    this.#writer = undefined;
  }

  async #put(bytes: Buffer): Promise<void> {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    this.#sizeBytes += bytes.length;
    if (this.#heldBytes <= INLINE_TEXT_LIMIT) return;
    if (this.#writer === undefined) this.#beginning = Buffer.concat(this.#held);
    this.#writer ??= this.#spool.create();
    await this.#flush(this.#writer);
  }

  async #flush(writer: SpoolWriter): Promise<void> {
    await writer.write(Buffer.concat(this.#held));
    this.#held = [];
    this.#heldBytes = 0;
  }
}

const CR = 13;
const CRLF = Buffer.from('\r\n');
/** RFC 5322 §2.2. */
const FIELD = /^[\x21-\x39\x3b-\x7e]+[ \t]*:/;
