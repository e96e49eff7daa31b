/** A message of a mail file as FETCH and SEARCH read it: in its Internet form, whatever MAIL keeps. */
import { condition, RMS } from '../../condition/index.ts';
import { type InternetForm, internetForm, mayBeBare } from '../../mail/internet-form/index.ts';
import type { NumberedMessage } from '../../ports/mailboxes.ts';
import type { ReadableMessage } from '../readable-message.ts';
import { moved } from '../structure/kept-structure.ts';
import type { MessageStructure } from '../structure/message-structure.ts';
import { StructureParser } from '../structure/structure-parser.ts';
import { isVerbatim, type MessageBatch, type MessageHeader } from './message-batch.ts';

/** Octets of a line of base64 with its CRLF. */
const BASE64_LINE = 78;

export class BatchedMessage implements ReadableMessage {
  readonly sequence: number;
  readonly numbered: NumberedMessage;
  readonly #batch: MessageBatch;
  readonly #index: number;
  #form: Promise<InternetForm> | undefined;
  #structure: Promise<MessageStructure> | undefined;

  constructor(batch: MessageBatch, index: number, sequence: number) {
    this.#batch = batch;
    this.#index = index;
    this.sequence = sequence;
    this.numbered = batch.messages[index]!;
  }

  octets(): number | Promise<number> {
    if (isVerbatim(this.numbered)) return this.numbered.sizeBytes;
    return this.#internetForm().then(({ sizeBytes }) => sizeBytes);
  }

  structure(): MessageStructure | Promise<MessageStructure> {
    const atHand = isVerbatim(this.numbered) ? this.#batch.findingAtHand(this.#index) : undefined;
    if (atHand !== undefined) return atHand.structure;
    this.#structure ??= this.#findStructure();
    return this.#structure;
  }

  async *bytes(start = 0, end = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
    const { header, body, bytes } = await this.#internetForm();
    if (body !== 'stored') {
      yield* between(bytes(), start, end);
      return;
    }
    // What is not wanted is not read.
    const length = header.byteLength;
    if (start < Math.min(length, end)) yield header.subarray(start, Math.min(length, end));
    if (end <= length) return;
    const from = Math.max(start - length, 0);
    yield* between(this.#batch.text(this.#index, from), 0, end - length - from);
  }

  #internetForm(): Promise<InternetForm> {
    this.#form ??= this.#findForm();
    return this.#form;
  }

  async #header(): Promise<MessageHeader> {
    const header = await this.#batch.header(this.#index);
    if (header === undefined) throw condition(RMS.FNF);
    return header;
  }

  async #findForm(): Promise<InternetForm> {
    const bytes = (): AsyncIterable<Uint8Array> => this.#batch.text(this.#index);
    const { sizeBytes } = this.numbered;
    if (isVerbatim(this.numbered)) return { sizeBytes, header: new Uint8Array(0), body: 'stored', bytes };
    const record = await this.#header();
    const isBare = mayBeBare(record) && (await this.#batch.finding(this.#index)).isBare;
    return internetForm(record, bytes, this.#batch.source.domain, isBare);
  }

  async #findStructure(): Promise<MessageStructure> {
    const { header, body, sizeBytes } = await this.#internetForm();
    if (body === 'stored') {
      const { structure } = await this.#batch.finding(this.#index);
      if (header.byteLength === 0) return structure;
      // Our header says who and what, that of the text how it is encoded.
      const { envelope } = parsed(header);
      const { root } = moved(structure, header.byteLength);
      return { envelope, root: { ...root, headerStart: 0 } };
    }
    const { envelope, root } = parsed(header);
    const lines =
      body === 'lines'
        ? (await this.#header()).records
        : Math.ceil((sizeBytes - header.byteLength) / BASE64_LINE);
    return { envelope, root: { ...root, bodyEnd: sizeBytes, lines } };
  }
}

function parsed(header: Uint8Array): MessageStructure {
  const parser = new StructureParser();
  parser.push(header);
  return parser.end();
}

async function* between(
  bytes: AsyncIterable<Uint8Array>,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  if (start >= end) return;
  for await (const chunk of bytes) {
    const [from, to] = [Math.max(start - at, 0), Math.min(end - at, chunk.byteLength)];
    if (from < to) yield chunk.subarray(from, to);
    at += chunk.byteLength;
    if (at >= end) return;
  }
}
