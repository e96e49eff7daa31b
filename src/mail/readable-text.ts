/**
 * A stored text as the lines MAIL shows. Mail that came by SMTP is decoded and its MIME structure made readable: the
 * best text part, attachments by name; its headers stand behind the text, in front, or nowhere. Streamed: memory does not
 * grow with the message. Source: tcpip-smtp.md §3.1, §5.7.
 */
import { charsetDecoder } from '../mime/charset.ts';
import { headerText } from '../mime/header-text.ts';
import { htmlText } from '../mime/html-text.ts';
import type { PartHeader } from '../mime/part-header.ts';
import { type PartEvent, PartWalker } from '../mime/part-walker.ts';
import { safeLine } from '../mime/safe-text.ts';
import { transferDecoder } from '../mime/transfer-decoder.ts';
import type { HeadersOption } from './mail-service.ts';
import { TextLines } from './text-lines.ts';

/** tcpip-smtp.md §5.7: 18 `=` on each side. */
export const HEADERS_LINE = `${'='.repeat(18)} RFC 822 Headers ${'='.repeat(18)}`;

/** More of an HTML part is not shown. */
const HTML_CHARACTERS = 1_048_576;

export async function* readableLines(
  bytes: AsyncIterable<Uint8Array>,
  format: 'rfc5322' | 'records',
  headers: HeadersOption = 'headers',
): AsyncGenerator<string> {
  if (format === 'records') {
    const records = new TextLines();
    const decoder = charsetDecoder('utf-8');
    for await (const chunk of bytes) yield* safe(records.push(decoder.write(chunk)));
    yield* safe(records.push(decoder.end()));
    yield* safe(records.end());
    return;
  }
  const walker = new PartWalker();
  const message = new ReadableMessage(headers);
  for await (const chunk of bytes) {
    for (const event of walker.push(chunk)) yield* safe(message.event(event));
  }
  for (const event of walker.end()) yield* safe(message.event(event));
  yield* safe(message.end());
}

function* safe(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield safeLine(line);
}

/** A multipart on the way to where we are. */
interface Frame {
  readonly isAlternative: boolean;
  /** A text of this alternative has been shown. */
  isShown: boolean;
  /** HTML to be shown when no plain text comes. */
  html: string | undefined;
}

type Leaf =
  | { readonly kind: 'text'; readonly header: PartHeader }
  | { readonly kind: 'html'; readonly header: PartHeader }
  | { readonly kind: 'attachment'; readonly header: PartHeader }
  | { readonly kind: 'nothing' };

class ReadableMessage {
  readonly #option: HeadersOption;
  readonly #frames: Frame[] = [];
  #headerLines: readonly string[] = [];
  #isFirstHeader = true;
  #leaf: Leaf = { kind: 'nothing' };
  #transfer = transferDecoder(undefined);
  #charset = charsetDecoder(undefined);
  #lines = new TextLines();
  #html = '';
  #sizeBytes = 0;
  #hasShown = false;

  constructor(option: HeadersOption) {
    this.#option = option;
  }

  *event(event: PartEvent): Generator<string> {
    switch (event.kind) {
      case 'message':
        yield* this.#message(event.header);
        return;
      case 'open':
        this.#frames.push({
          isAlternative: event.header.type === 'multipart/alternative',
          isShown: false,
          html: undefined,
        });
        return;
      case 'close':
        yield* this.#close();
        return;
      case 'part':
        yield* this.#part(event.header);
        return;
      case 'data':
        yield* this.#data(event.bytes);
        return;
      case 'end':
        yield* this.#end();
        return;
    }
  }

  *end(): Generator<string> {
    if (this.#option !== 'headers' || this.#headerLines.length === 0) return;
    yield '';
    yield HEADERS_LINE;
    yield* this.#headerLines;
  }

  *#message(header: PartHeader): Generator<string> {
    if (!this.#isFirstHeader) {
      yield* this.#gap();
      for (const name of ['from', 'date', 'to', 'cc', 'subject']) {
        const value = header.fields.find((each) => each.name === name)?.value;
        if (value !== undefined) yield `${name[0]?.toUpperCase()}${name.slice(1)}: ${headerText(value)}`;
      }
      yield '';
      this.#hasShown = false;
      return;
    }
    this.#isFirstHeader = false;
    this.#headerLines = header.lines.map(headerText);
    if (this.#option !== 'topHeaders') return;
    yield* this.#headerLines;
    yield '';
  }

  *#part(header: PartHeader): Generator<string> {
    const alternative = this.#alternative();
    this.#leaf = leafOf(header);
    if (alternative?.isShown === true && this.#leaf.kind !== 'attachment') this.#leaf = { kind: 'nothing' };
    this.#transfer = transferDecoder(header.encoding);
    this.#charset = charsetDecoder(header.charset);
    this.#lines = new TextLines({ isFlowed: header.isFlowed, deletesSpace: header.deletesSpace });
    this.#html = '';
    this.#sizeBytes = 0;
    if (this.#leaf.kind === 'text') {
      yield* this.#gap();
      if (alternative !== undefined) alternative.isShown = true;
    }
  }

  *#data(bytes: Uint8Array): Generator<string> {
    switch (this.#leaf.kind) {
      case 'text':
        yield* this.#lines.push(this.#charset.write(this.#transfer.write(bytes)));
        return;
      case 'html':
        if (this.#html.length < HTML_CHARACTERS)
          this.#html += this.#charset.write(this.#transfer.write(bytes));
        return;
      case 'attachment':
        this.#sizeBytes += this.#transfer.write(bytes).byteLength;
        return;
      case 'nothing':
        return;
    }
  }

  *#end(): Generator<string> {
    const leaf = this.#leaf;
    this.#leaf = { kind: 'nothing' };
    if (leaf.kind === 'text') {
      yield* this.#lines.push(this.#charset.write(this.#transfer.end()) + this.#charset.end());
      yield* this.#lines.end();
    } else if (leaf.kind === 'html') {
      const html = this.#html + this.#charset.write(this.#transfer.end()) + this.#charset.end();
      const alternative = this.#alternative();
      if (alternative === undefined) yield* this.#showHtml(html);
      else alternative.html ??= html;
    } else if (leaf.kind === 'attachment') {
      yield* this.#gap();
      yield attachmentLine(leaf.header, this.#sizeBytes + this.#transfer.end().byteLength);
    }
  }

  *#close(): Generator<string> {
    const frame = this.#frames.pop();
    if (frame === undefined || frame.isShown || frame.html === undefined) return;
    const outer = this.#alternative();
    if (outer === undefined) yield* this.#showHtml(frame.html);
    else outer.html ??= frame.html;
  }

  *#showHtml(html: string): Generator<string> {
    yield* this.#gap();
    yield* htmlText(html).split('\n');
  }

  /** The nearest alternative around us: only one of its texts is shown. */
  #alternative(): Frame | undefined {
    return this.#frames.findLast((each) => each.isAlternative);
  }

  /** An empty line between two parts. */
  *#gap(): Generator<string> {
    if (this.#hasShown) yield '';
    this.#hasShown = true;
  }
}

/** Machine-readable reports are text that people can read. RFC 3464 §2.1, RFC 3462 §2. */
const textTypes = new Set(['text/plain', 'text/enriched', 'message/delivery-status', 'text/rfc822-headers']);

function leafOf(header: PartHeader): Leaf {
  if (header.isAttachment) return { kind: 'attachment', header };
  if (textTypes.has(header.type)) return { kind: 'text', header };
  if (header.type === 'text/html') return { kind: 'html', header };
  return { kind: 'attachment', header };
}

function attachmentLine(header: PartHeader, sizeBytes: number): string {
  const size = sizeBytes < 10_000 ? `${sizeBytes} bytes` : `${Math.round(sizeBytes / 1024)} KB`;
  const name = header.fileName === undefined ? '' : `${header.fileName}, `;
  return `[Attachment: ${name}${header.type}, ${size}]`;
}
