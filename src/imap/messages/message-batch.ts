/**
 * Messages of a folder that are read together: what the store is asked about one of them it is asked about all that follow, and what
 * is long is asked for in small groups. Only what somebody wants to know is asked for.
 */
import { isBareText, mayBeBare } from '../../mail/internet-form/index.ts';
import type { MailFileId, MailStore, MessageRecord } from '../../ports/mail-store.ts';
import type { FolderId, NumberedMessage } from '../../ports/mailboxes.ts';
import { INLINE_TEXT_LIMIT } from '../../ports/message-text.ts';
import { decodeStructure, encodeStructure, type KeptStructure } from '../structure/kept-structure.ts';
import { StructureParser } from '../structure/structure-parser.ts';

export type ReaderStore = Pick<MailStore, 'mailboxes' | 'shortTexts' | 'readText'>;
export type MessageHeader = Omit<MessageRecord, 'externalId'>;

export interface MessageSource {
  readonly store: ReaderStore;
  readonly file: MailFileId;
  readonly folder: FolderId;
  /** What stands behind the `@` of users here. */
  readonly domain: string;
}

/** What was found out before, asked for together. */
const FINDINGS_AT_ONCE = 64;
/** What was found out now, written together: a commit costs more than a message. */
const MOST_FOUND_CHARACTERS = 1_048_576;
/** Short texts held at a time. */
const TEXTS_AT_ONCE = 64;
const TEXT_BYTES_AT_ONCE = 1_048_576;

/** Clients read the text as it is stored. */
export const isVerbatim = (message: Pick<NumberedMessage, 'format' | 'from'>): boolean =>
  message.format === 'rfc5322' && !mayBeBare(message);

export class MessageBatch {
  readonly source: MessageSource;
  readonly messages: readonly NumberedMessage[];
  /** By id, of those whose headers are not in their texts. */
  #headers: Promise<ReadonlyMap<number, MessageHeader>> | undefined;
  #findings: { readonly from: number; readonly kept: (KeptStructure | undefined)[] } | undefined;
  #asked: { readonly from: number; readonly kept: Promise<(KeptStructure | undefined)[]> } | undefined;
  #texts:
    | {
        readonly from: number;
        readonly to: number;
        readonly bytes: Promise<readonly (Uint8Array | undefined)[]>;
      }
    | undefined;
  /** To be written. */
  #found: { readonly id: number; readonly value: string }[] = [];
  #foundCharacters = 0;

  constructor(source: MessageSource, messages: readonly NumberedMessage[]) {
    this.source = source;
    this.messages = messages;
  }

  /** Of a message that clients do not read as it is stored. Undefined when it is gone. */
  async header(index: number): Promise<MessageHeader | undefined> {
    this.#headers ??= this.#askHeaders();
    return (await this.#headers).get(this.messages[index]!.id);
  }

  /** What `finding` resolves to, where that has been asked for before. */
  findingAtHand(index: number): KeptStructure | undefined {
    const { from, kept } = this.#findings ?? { from: 0, kept: [] };
    return index < from ? undefined : kept[index - from];
  }

  /** Of the text as it is stored: kept, or found out now. */
  async finding(index: number): Promise<KeptStructure> {
    const from = index - (index % FINDINGS_AT_ONCE);
    if (this.#asked?.from !== from) this.#asked = { from, kept: this.#askFindings(from) };
    const kept = await this.#asked.kept;
    kept[index - from] ??= await this.#findOut(index);
    this.#findings = { from, kept };
    return kept[index - from]!;
  }

  /** The text as it is stored, from octet `start` on. */
  async *text(index: number, start = 0): AsyncGenerator<Uint8Array> {
    const { store, file } = this.source;
    const message = this.messages[index]!;
    const short = message.sizeBytes > INLINE_TEXT_LIMIT ? undefined : await this.#shortText(index);
    if (short === undefined) yield* store.readText(file, message.id, start);
    else if (start < short.byteLength) yield short.subarray(start);
  }

  /** Writes down what was found out. Where that fails it is found out again. */
  async keepFound(): Promise<void> {
    const found = this.#found;
    this.#found = [];
    this.#foundCharacters = 0;
    const { store, file } = this.source;
    if (found.length > 0) await store.mailboxes.keepFindings(file, found).catch(() => undefined);
  }

  async #askHeaders(): Promise<ReadonlyMap<number, MessageHeader>> {
    const { store, file } = this.source;
    const ids = this.messages.filter((each) => !isVerbatim(each)).map(({ id }) => id);
    const headers = await store.mailboxes.headers(file, ids);
    return new Map(headers.flatMap((header) => (header === undefined ? [] : [[header.id, header] as const])));
  }

  async #askFindings(from: number): Promise<(KeptStructure | undefined)[]> {
    const { store, file } = this.source;
    const ids = this.messages.slice(from, from + FINDINGS_AT_ONCE).map(({ id }) => id);
    const found = await store.mailboxes.findings(file, ids);
    return found.map((each) => (each === undefined ? undefined : decodeStructure(each)));
  }

  async #findOut(index: number): Promise<KeptStructure> {
    const message = this.messages[index]!;
    const parser = new StructureParser();
    let isBare: boolean | undefined;
    for await (const chunk of this.text(index)) {
      isBare ??= mayBeBare(message) && isBareText(chunk);
      parser.push(chunk);
    }
    const kept = { structure: parser.end(), isBare: isBare ?? false };
    const value = encodeStructure(kept);
    this.#found.push({ id: this.messages[index]!.id, value });
    this.#foundCharacters += value.length;
    if (this.#foundCharacters > MOST_FOUND_CHARACTERS) await this.keepFound();
    return kept;
  }

  /** One, and when the next is wanted, more and more of those behind it. */
  async #shortText(index: number): Promise<Uint8Array | undefined> {
    const before = this.#texts;
    if (before === undefined || index < before.from || index >= before.to) {
      const isNext = before !== undefined && index === before.to;
      const most = isNext ? Math.min((before.to - before.from) * 2, TEXTS_AT_ONCE) : 1;
      let to = index + 1;
      let bytes = this.messages[index]!.sizeBytes;
      while (to < this.messages.length && to - index < most) {
        bytes += Math.min(this.messages[to]!.sizeBytes, INLINE_TEXT_LIMIT);
        if (bytes > TEXT_BYTES_AT_ONCE) break;
        to++;
      }
      const { store, file } = this.source;
      const ids = this.messages.slice(index, to).map(({ id }) => id);
      this.#texts = { from: index, to, bytes: store.shortTexts(file, ids) };
    }
    const { from, bytes } = this.#texts!;
    return (await bytes)[index - from];
  }
}
