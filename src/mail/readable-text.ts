/**
 * A stored text as the lines MAIL shows. Mail that came by SMTP is decoded and its MIME structure made readable: the
 * best text part, and below the text a list of the attachments; its headers stand behind that, in front, or nowhere.
 * Streamed: memory does not grow with the message, and the first lines come with its first bytes.
 * Source: tcpip-smtp.md §3.1, §5.7.
 */
import { charsetDecoder } from '../mime/charset.ts';
import { headerText } from '../mime/header-text.ts';
import type { PartHeader } from '../mime/part-header.ts';
import { type PartEvent, PartWalker } from '../mime/part-walker.ts';
import { safeLine } from '../mime/safe-text.ts';
import { transferDecoder } from '../mime/transfer-decoder.ts';
import { AttachmentList } from './attachment-list.ts';
import { type Attachment, AttachmentNumbers, isAttachment, isReadable } from './attachments.ts';
import type { HeadersOption } from './mail-service.ts';
import { HtmlPart, PlainPart, type TextPart } from './readable-parts.ts';
import { pieces, TextLines } from './text-lines.ts';

/** tcpip-smtp.md §5.7: 18 `=` on each side. */
export const HEADERS_LINE = `${'='.repeat(18)} RFC 822 Headers ${'='.repeat(18)}`;

/**
 * @param options.attachments  false: they are not listed, since they go with the text
 * @param options.messages  false: messages within the message are not shown, since they go with the text
 */
export async function* readableLines(
  bytes: AsyncIterable<Uint8Array>,
  format: 'rfc5322' | 'records',
  headers: HeadersOption = 'headers',
  options: { readonly attachments?: boolean; readonly messages?: boolean } = {},
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
  const message = new ReadableMessage(headers, options.attachments ?? true, options.messages ?? true);
  for await (const chunk of bytes) {
    for (const event of walker.push(chunk)) yield* safe(message.event(event));
  }
  for (const event of walker.end()) yield* safe(message.event(event));
  yield* safe(message.end());
}

function* safe(lines: Iterable<string>): Generator<string> {
  for (const line of lines) {
    // What has no picture takes eight characters.
    yield* pieces(safeLine(line));
  }
}

/** A header that says nothing but how the text is encoded came from a user of this node. */
const describesOnly = /^(?:mime-version|content-)/;
/** HTML waits for a plainer text of its alternative: so many characters of it, and while so many bytes pass. */
const PATIENCE = 1_048_576;

/** What stands directly in it is a choice: the texts of one are shown. */
interface Alternative {
  /** The choice that passes, counted. */
  choice: number;
  shown: number | undefined;
  /** Lines of HTML of one choice that wait for a plainer text. */
  held: { readonly choice: number; readonly lines: string[] } | undefined;
  patience: number;
}

const newAlternative = (): Alternative => ({
  choice: 0,
  shown: undefined,
  held: undefined,
  patience: PATIENCE,
});

class ReadableMessage {
  readonly #option: HeadersOption;
  readonly #listsAttachments: boolean;
  readonly #showsMessages: boolean;
  readonly #numbers = new AttachmentNumbers();
  readonly #list = new AttachmentList();
  /** Multiparts open, alternatives and others. */
  readonly #multiparts: (Alternative | undefined)[] = [];
  readonly #messages: Attachment[] = [];
  #headerLines: readonly string[] = [];
  #isFirstHeader = true;
  /** What becomes of the part that passes: it may be both. */
  #text: TextPart | undefined;
  #attachment: Attachment | undefined;
  /** Where its lines wait. */
  #holding: Alternative | undefined;
  #transfer = transferDecoder(undefined);
  #sizeBytes = 0;
  #hasShown = false;
  #gapIsDue = false;

  constructor(option: HeadersOption, listsAttachments: boolean, showsMessages: boolean) {
    this.#option = option;
    this.#listsAttachments = listsAttachments;
    this.#showsMessages = showsMessages;
  }

  *event(event: PartEvent): Generator<string> {
    switch (event.kind) {
      case 'message':
        yield* this.#message(event.header);
        return;
      case 'open': {
        this.#countChoice();
        const isAlternative = event.header.type === 'multipart/alternative';
        this.#multiparts.push(isAlternative ? newAlternative() : undefined);
        return;
      }
      case 'close':
        yield* this.#close();
        return;
      case 'openMessage':
        this.#messages.push(this.#numbers.openMessage(event.header));
        return;
      case 'closeMessage': {
        this.#numbers.closeMessage();
        const attachment = this.#messages.pop();
        if (attachment !== undefined) this.#list.add(attachment, event.sizeBytes);
        return;
      }
      case 'part':
        this.#countChoice();
        yield* this.#part(event.header);
        return;
      case 'data':
        yield* this.#data(this.#transfer.write(event.bytes));
        return;
      case 'end':
        yield* this.#end();
        return;
      case 'raw':
        return;
    }
  }

  *end(): Generator<string> {
    if (this.#listsAttachments) {
      this.#gapIsDue = this.#hasShown;
      yield* this.#show(this.#list.lines());
    }
    if (this.#option !== 'headers' || this.#headerLines.length === 0) return;
    yield '';
    yield HEADERS_LINE;
    yield* this.#headerLines;
  }

  *#message(header: PartHeader): Generator<string> {
    if (!this.#isFirstHeader) {
      if (!this.#showsMessages) return;
      this.#gapIsDue = this.#hasShown;
      for (const name of ['from', 'date', 'to', 'cc', 'subject']) {
        const value = header.fields.find((each) => each.name === name)?.value;
        const label = `${name[0]?.toUpperCase()}${name.slice(1)}`;
        if (value !== undefined) yield* this.#show([`${label}: ${headerText(value)}`]);
      }
      this.#gapIsDue = true;
      this.#hasShown = true;
      return;
    }
    this.#isFirstHeader = false;
    if (header.fields.every(({ name }) => describesOnly.test(name))) return;
    // Together: words that were encoded may be cut wherever a line ended.
    this.#headerLines = headerText(header.lines.join('\n')).split('\n');
    if (this.#option !== 'topHeaders') return;
    yield* this.#headerLines;
    yield '';
  }

  *#part(header: PartHeader): Generator<string> {
    this.#transfer = transferDecoder(header.encoding);
    this.#sizeBytes = 0;
    this.#attachment = isAttachment(header) ? this.#numbers.next(header) : undefined;
    this.#text = undefined;
    this.#holding = undefined;
    if (header.isAttachment || !isReadable(header.type)) return;
    if (this.#messages.length > 0 && !this.#showsMessages) return;
    const alternative = this.#alternative();
    if (alternative !== undefined && alternative.shown !== alternative.choice) {
      if (alternative.shown !== undefined) return;
      const isHeld = alternative.held?.choice === alternative.choice;
      if (header.type === 'text/html') {
        // What is richer than another HTML is no better as text.
        if (alternative.held !== undefined && !isHeld) return;
        this.#holding = alternative;
      } else if (isHeld) yield* this.#showHeld(alternative);
      else Object.assign(alternative, { shown: alternative.choice, held: undefined });
    }
    this.#text = header.type === 'text/html' ? new HtmlPart(header) : new PlainPart(header);
    this.#gapIsDue = this.#hasShown || this.#holding?.held !== undefined;
  }

  *#data(decoded: Uint8Array): Generator<string> {
    this.#sizeBytes += decoded.byteLength;
    if (this.#text !== undefined) {
      yield* this.#shown(this.#text.push(decoded));
      return;
    }
    const alternative = this.#alternative();
    if (alternative?.held === undefined) return;
    alternative.patience -= decoded.byteLength;
    if (alternative.patience < 0) yield* this.#showHeld(alternative);
  }

  *#end(): Generator<string> {
    yield* this.#data(this.#transfer.end());
    if (this.#text !== undefined) yield* this.#shown(this.#text.end());
    if (this.#attachment !== undefined) this.#list.add(this.#attachment, this.#sizeBytes);
    this.#text = undefined;
    this.#attachment = undefined;
  }

  *#close(): Generator<string> {
    const alternative = this.#multiparts.pop();
    if (alternative?.held === undefined) return;
    const outer = this.#alternative();
    if (outer === undefined || outer.shown === outer.choice) yield* this.#showHeld(alternative);
    else if (outer.shown === undefined)
      outer.held ??= { choice: outer.choice, lines: alternative.held.lines };
  }

  /** Lines of the part that passes, on the screen or where they wait. */
  *#shown(lines: Iterable<string>): Generator<string> {
    const holding = this.#holding;
    if (holding === undefined) {
      yield* this.#show(lines);
      return;
    }
    holding.held ??= { choice: holding.choice, lines: [] };
    const { lines: held } = holding.held;
    for (const line of lines) {
      // A part of the same choice stands in front.
      if (held.length > 0 && this.#gapIsDue) held.push('');
      this.#gapIsDue = false;
      held.push(line);
      holding.patience -= line.length + 1;
    }
    if (holding.patience >= 0) return;
    this.#holding = undefined;
    yield* this.#showHeld(holding);
  }

  *#showHeld(alternative: Alternative): Generator<string> {
    const { held } = alternative;
    if (held === undefined) return;
    Object.assign(alternative, { shown: held.choice, held: undefined });
    this.#gapIsDue = this.#hasShown;
    yield* this.#show(held.lines);
  }

  *#show(lines: Iterable<string>): Generator<string> {
    for (const line of lines) {
      if (this.#gapIsDue) yield '';
      this.#gapIsDue = false;
      this.#hasShown = true;
      yield line;
    }
  }

  #countChoice(): void {
    const innermost = this.#multiparts.at(-1);
    if (innermost !== undefined) innermost.choice++;
  }

  /** The nearest alternative around us. */
  #alternative(): Alternative | undefined {
    return this.#multiparts.findLast((each) => each !== undefined);
  }
}
