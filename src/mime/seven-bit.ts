/**
 * A message without its eighth bit, for hosts that take none: bodies that need it become quoted-printable (text) or base64, and
 * the fields say so. The headers themselves stay as they are, and so do bodies that are encoded already. A signature over a
 * body that is encoded anew does not hold any more. Source: RFC 6152 §3; RFC 2045 §6; RFC 1428 §3 (what has no MIME).
 */
import { Base64Lines } from './base64-lines.ts';
import { BodyCharset } from './body-charset.ts';
import { type BodyEncoder, mimeFields, rewritten } from './body-rewriter.ts';
import type { PartHeader } from './part-header.ts';
import { PartNotes } from './part-notes.ts';
import { type PartEvent, PartWalker } from './part-walker.ts';
import { quotedPrintableBytes } from './quoted-printable.ts';

type Text = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** The character set of each body that has 8-bit bytes. */
export type EightBitParts = Pick<PartNotes<'utf-8' | 'unknown-8bit'>, 'of'>;

/** Looks where the eighth bit is used. @returns undefined where no body needs it */
export async function findEightBitParts(text: Text): Promise<EightBitParts | undefined> {
  const walker = new PartWalker();
  const parts = new PartNotes(['utf-8', 'unknown-8bit']);
  let body = new BodyCharset();
  const look = (event: PartEvent): void => {
    if (event.kind === 'part') {
      parts.begin();
      body = new BodyCharset();
    } else if (event.kind === 'data') body.read(event.bytes);
    else if (event.kind === 'end') {
      body.end();
      parts.last = body.charset;
    }
  };
  for await (const chunk of text) for (const event of walker.push(chunk)) look(event);
  for (const event of walker.end()) look(event);
  return parts.hasAny ? parts : undefined;
}

/** The message without the eighth bit in its bodies. @param parts  what findEightBitParts said of the same text */
export const toSevenBit = (text: Text, parts: EightBitParts): AsyncIterable<Uint8Array> =>
  rewritten(text, new PartWalker({ raw: true }), {
    body(index, header, isOfMessage) {
      const charset = parts.of(index);
      // It says that it is encoded already.
      if (charset === undefined || /base64|quoted-printable/i.test(header.encoding ?? '')) return undefined;
      return { ...encodingOf(header), fields: mimeFields(header, isOfMessage, charset) };
    },
    // The least they need.
    container: ({ encoding = '' }) => (/8bit|binary/i.test(encoding) ? '7bit' : undefined),
  });

const encodingOf = ({ type }: PartHeader) =>
  type.startsWith('text/') || type.startsWith('message/')
    ? { encoding: 'quoted-printable', encoder: new QuotedPrintableBody() }
    : { encoding: 'base64', encoder: new Base64Lines() };

/** A line that is longer goes out in pieces. */
const LINE_BYTES = 65_536;

class QuotedPrintableBody implements BodyEncoder {
  #held = Buffer.alloc(0);

  write(bytes: Uint8Array): Uint8Array {
    const all = Buffer.concat([this.#held, bytes]);
    let encoded = '';
    let start = 0;
    for (let end = all.indexOf(0x0a); end !== -1; end = all.indexOf(0x0a, start)) {
      const hasReturn = end > start && all[end - 1] === 0x0d;
      encoded += `${quotedPrintableBytes(all.subarray(start, hasReturn ? end - 1 : end))}\r\n`;
      start = end + 1;
    }
    this.#held = Buffer.from(all.subarray(start));
    if (this.#held.byteLength <= LINE_BYTES) return Buffer.from(encoded, 'latin1');
    // A CR at the end may be the first half of a line end.
    const piece = this.#held.subarray(0, -1);
    this.#held = Buffer.from(this.#held.subarray(-1));
    return Buffer.from(`${encoded}${quotedPrintableBytes(piece)}=\r\n`, 'latin1');
  }

  end(): Uint8Array {
    return Buffer.from(quotedPrintableBytes(this.#held), 'latin1');
  }
}
