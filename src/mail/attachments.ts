/**
 * Which parts of a message are attachments, how they are numbered, and their bytes. READ lists them by these numbers,
 * EXTRACT/ATTACHMENT and FORWARD take them by these numbers. Streamed: memory does not grow with the message.
 * Source: own; RFC 2183 §2 for what a sender says of a part, RFC 2046 §4.1.4 for texts of unknown kinds.
 */
import type { PartHeader } from '../mime/part-header.ts';
import { PartWalker } from '../mime/part-walker.ts';
import { transferDecoder } from '../mime/transfer-decoder.ts';

export interface Attachment {
  /** From 1, in the order of the message. */
  readonly number: number;
  /** As the sender wrote it: nothing that may be printed or opened. */
  readonly name: string | undefined;
  /** `application/pdf` */
  readonly type: string;
  readonly charset: string | undefined;
  /** Number of the message this one is attached to, where it is not the outermost. */
  readonly within: number | undefined;
}

export interface AttachmentContent extends Attachment {
  /** Decoded, byte for byte. What is not read before the next attachment is asked for is passed over. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Texts that are data to people: calendars, cards, and what browsers run. */
const dataTexts = new Set([
  'text/calendar',
  'text/vcard',
  'text/x-vcard',
  'text/directory',
  'text/css',
  'text/javascript',
  'text/rtf',
  'text/richtext',
]);
/** Reports and parts of headers that people can read. RFC 3464 §2.1, RFC 6522 §3, RFC 8098 §3 */
const readableTypes = new Set([
  'message/delivery-status',
  'message/disposition-notification',
  'message/global-delivery-status',
  'message/global-disposition-notification',
  'message/global-headers',
  'message/feedback-report',
]);

/** Shown as text where it stands, unless the sender says it is an attachment. */
export const isReadable = (type: string): boolean =>
  (type.startsWith('text/') && !dataTexts.has(type)) || readableTypes.has(type);

/** A text with a file name is shown and can be taken as a file. */
export const isAttachment = (header: PartHeader): boolean =>
  header.isAttachment || header.fileName !== undefined || !isReadable(header.type);

/** Counts attachments the same way whoever walks through a message. */
export class AttachmentNumbers {
  #last = 0;
  readonly #messages: number[] = [];

  next(header: PartHeader): Attachment {
    const { fileName: name, type, charset } = header;
    return { number: ++this.#last, name, type, charset, within: this.#messages.at(-1) };
  }
  openMessage(header: PartHeader): Attachment {
    const attachment = this.next(header);
    this.#messages.push(attachment.number);
    return attachment;
  }
  closeMessage(): void {
    this.#messages.pop();
  }
}

/** The attachments of RFC 5322 text, one after the other, wherever they stand. */
export async function* attachmentsOf(
  message: AsyncIterable<Uint8Array>,
  isWanted: (attachment: Attachment) => boolean = () => true,
): AsyncGenerator<AttachmentContent> {
  const pieces = piecesOf(message, isWanted);
  try {
    let piece = await pieces.next();
    while (piece.done !== true) {
      if (!('begin' in piece.value)) {
        piece = await pieces.next();
        continue;
      }
      const { begin } = piece.value;
      yield {
        ...begin,
        bytes: (async function* () {
          for (
            piece = await pieces.next();
            piece.done !== true && 'bytes' in piece.value;
            piece = await pieces.next()
          )
            yield piece.value.bytes;
        })(),
      };
      // Nobody wanted the rest of it, or any of it.
      while (piece.done !== true && (!('begin' in piece.value) || piece.value.begin === begin))
        piece = await pieces.next();
    }
  } finally {
    await pieces.return(undefined);
  }
}

type Piece = { readonly begin: Attachment } | { readonly bytes: Uint8Array };

/** Attachments of an attached message that is wanted itself are part of it, and not pieces of their own. */
async function* piecesOf(
  message: AsyncIterable<Uint8Array>,
  isWanted: (attachment: Attachment) => boolean,
): AsyncGenerator<Piece, undefined> {
  const walker = new PartWalker({ raw: true });
  const numbers = new AttachmentNumbers();
  /** Messages open, and which of them is being handed out. */
  let depth = 0;
  let whole: { readonly depth: number; hasBegun: boolean } | undefined;
  let decoder: ReturnType<typeof transferDecoder> | undefined;
  function* events(source: ReturnType<PartWalker['push']>): Generator<Piece> {
    for (const event of source) {
      switch (event.kind) {
        case 'openMessage': {
          const attachment = numbers.openMessage(event.header);
          depth++;
          if (whole === undefined && isWanted(attachment)) {
            whole = { depth, hasBegun: false };
            yield { begin: attachment };
          }
          break;
        }
        case 'closeMessage':
          numbers.closeMessage();
          if (whole?.depth === depth) whole = undefined;
          depth--;
          break;
        case 'raw':
          if (whole === undefined) break;
          // The first is the end of the header of the part that the message is.
          if (whole.hasBegun) yield { bytes: event.bytes };
          whole.hasBegun = true;
          break;
        case 'part': {
          if (!isAttachment(event.header)) break;
          const attachment = numbers.next(event.header);
          if (whole !== undefined || !isWanted(attachment)) break;
          decoder = transferDecoder(event.header.encoding);
          yield { begin: attachment };
          break;
        }
        case 'data':
          if (decoder !== undefined) yield { bytes: decoder.write(event.bytes) };
          break;
        case 'end':
          if (decoder !== undefined) yield { bytes: decoder.end() };
          decoder = undefined;
          break;
      }
    }
  }
  for await (const chunk of message) yield* events(walker.push(chunk));
  yield* events(walker.end());
  return undefined;
}
