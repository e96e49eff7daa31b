/**
 * Messages numbered from 1, a snapshot: numbers stay until the next selection, whoever deletes or delivers meanwhile.
 * Source: vms-mail.md §4.2, §4.6, §2.8, §2.22, §2.30.
 */
import { Condition, condition, RMS, signal } from '../condition/index.ts';
import { safeText } from '../mime/safe-text.ts';
import type { MailStore, MessageFlags, MessageRecord, SelectedIds } from '../ports/mail-store.ts';
import type { Attachment, AttachmentContent } from './attachments.ts';
import { MAIL_FOLDER, NEWMAIL } from './folder-names.ts';
import type { HeadersOption, MailFile, Message, MessageSummary, Selection } from './mail-service.ts';
import { MAIL } from './messages.ts';
import { NumberSet } from './number-set.ts';
import { type Numbered, search } from './search.ts';

/** Messages moved, copied or marked under one lock. */
const AT_ONCE = 1_000;
/** Messages looked at together on the way to one that is wanted. */
const LOOKED_AT = 100;

export interface SelectionDependencies {
  readonly store: MailStore;
  readonly fileId: number;
  readonly headersOption: () => Promise<HeadersOption>;
  /** Now; it can be renamed, here or in another session. */
  readonly wastebasketName: () => Promise<string>;
  readonly idOfFile: (file: MailFile) => number;
  /** The specification of `MAIL$xxxxxxxx.MAI;`. */
  readonly externalFile: (externalId: string) => string;
}

export class FolderSelection implements Selection {
  readonly folder: string;
  readonly isPartial: boolean;
  readonly #ids: SelectedIds;
  readonly #deleted: NumberSet;
  readonly #deps: SelectionDependencies;

  constructor(folder: string, ids: SelectedIds, isPartial: boolean, deps: SelectionDependencies) {
    this.folder = folder;
    this.isPartial = isPartial;
    this.#ids = ids;
    this.#deleted = new NumberSet(ids.length);
    this.#deps = deps;
  }

  get length(): number {
    return this.#ids.length;
  }

  numbers(): readonly number[] {
    return Array.from({ length: this.length }, (_, index) => index + 1);
  }

  async summaries(start: number, count: number): Promise<readonly MessageSummary[]> {
    const first = Math.max(1, start);
    const ids = await this.#ids.slice(first - 1, count - (first - start));
    const records = await this.#deps.store.messages(this.#deps.fileId, ids);
    return records.map((record, index) => this.#summary(first + index, record));
  }

  async message(number: number): Promise<Message> {
    const record = await this.#record(number);
    if (record === undefined) throw condition(MAIL.DELMSG);
    return {
      ...this.#summary(number, record),
      // What was read in NEWMAIL stays there for as long as it is selected, wherever another session has put it.
      folder: this.folder,
      bytes: () => this.#text(record),
      lines: (options) => linesOf(this.#text(record), record, this.#deps.headersOption, options),
      attachments: (isWanted) => attachmentsIn(this.#text(record), record, isWanted),
    };
  }

  async isDeleted(number: number): Promise<boolean> {
    return (await this.#record(number)) === undefined;
  }

  async markRead(number: number): Promise<void> {
    const record = await this.#record(number);
    if (record?.flags.new === true) await this.#change([record.id], { new: false });
  }

  async setReplied(number: number): Promise<void> {
    await this.#change([await this.#id(number)], { replied: true });
  }

  async setFlags(number: number, flags: Partial<Omit<MessageFlags, 'foreign'>>): Promise<void> {
    await this.#change([await this.#id(number)], flags);
  }

  async mark(numbers: readonly number[], marked: boolean, stop?: AbortSignal): Promise<void> {
    for await (const some of chunks(this.#standing(numbers), stop)) {
      await this.#change(await this.#idsOf(some), { marked });
    }
  }

  async delete(numbers: readonly number[], stop?: AbortSignal): Promise<number> {
    const wastebasket = await this.#deps.wastebasketName();
    if (this.folder === wastebasket) signal(MAIL.DELWASTE);
    return this.#moveTo(numbers, wastebasket, undefined, stop);
  }

  async move(
    numbers: readonly number[],
    folder: string,
    file?: MailFile,
    stop?: AbortSignal,
  ): Promise<number> {
    const target = file === undefined ? undefined : this.#deps.idOfFile(file);
    // Into the folder it stands in already: nothing to do.
    if (folder === this.folder && (target === undefined || target === this.#deps.fileId)) return 0;
    return this.#moveTo(numbers, folder, target, stop);
  }

  async copy(
    numbers: readonly number[],
    folder: string,
    file?: MailFile,
    stop?: AbortSignal,
  ): Promise<number> {
    const target = file === undefined ? this.#deps.fileId : this.#deps.idOfFile(file);
    let copied = 0;
    for await (const some of chunks(this.#standing(numbers), stop)) {
      copied += await this.#deps.store.copy(this.#deps.fileId, await this.#idsOf(some), folder, target);
    }
    return copied;
  }

  async search(text: string, start = 1, signal?: AbortSignal): Promise<number | undefined> {
    const { store, fileId, headersOption } = this.#deps;
    const longText = (record: MessageRecord): AsyncIterable<Uint8Array> => this.#text(record);
    const isUnread = (error: unknown): boolean =>
      isCondition(error, MAIL.DELMSG) || isCondition(error, MAIL.OPENIN);
    const deps = { store, fileId, headersOption, longText, isUnread };
    return search(text, this.#standingFrom(start, 1), deps, signal);
  }

  async nextStanding(start: number, step: 1 | -1): Promise<number | undefined> {
    for await (const [first] of this.#standingFrom(start, step)) if (first !== undefined) return first[0];
    return undefined;
  }

  /** Gives back what a large selection holds. */
  release(): void {
    this.#ids.close();
  }

  /** Those that are neither deleted nor gone, some at a time. */
  async *#standingFrom(start: number, step: 1 | -1): AsyncGenerator<readonly Numbered[]> {
    let number = step === 1 ? Math.max(1, start) : Math.min(this.length, start);
    // One first: it is mostly that one.
    for (let count = 1; number >= 1 && number <= this.length; count = LOOKED_AT) {
      if (this.#deleted.has(number)) {
        number += step;
        continue;
      }
      const first = step === 1 ? number : Math.max(1, number - count + 1);
      const ids = await this.#ids.slice(first - 1, step === 1 ? count : number - first + 1);
      const records = await this.#deps.store.messages(this.#deps.fileId, ids);
      const standing: Numbered[] = [];
      for (let place = 0; place < records.length; place++, number += step) {
        const record = records[number - first];
        if (this.#isHere(record) && !this.#deleted.has(number)) standing.push([number, record]);
      }
      yield standing;
      // The store may answer without waiting for anything; Ctrl/C has to be heard.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #moveTo(
    numbers: readonly number[],
    folder: string,
    file: number | undefined,
    stop: AbortSignal | undefined,
  ): Promise<number> {
    const { store, fileId } = this.#deps;
    const standing = this.#standing(numbers);
    let moved = 0;
    for await (const some of chunks(standing, stop)) {
      const ids = await this.#idsOf(some);
      const gone = new Set(await store.move(fileId, ids, this.folder, folder, file ?? fileId));
      // Another session may have left NEWMAIL, and what was read in it went to MAIL.
      if (
        this.folder === NEWMAIL &&
        gone.size < ids.length &&
        !(folder === MAIL_FOLDER && file === undefined)
      ) {
        const rest = ids.filter((id) => !gone.has(id));
        for (const id of await store.move(fileId, rest, MAIL_FOLDER, folder, file ?? fileId)) gone.add(id);
      }
      moved += gone.size;
      for (const each of some) this.#deleted.add(each);
    }
    return moved;
  }

  /** Numbers not deleted in this selection, each once. Throws NOMOREMSG. */
  #standing(numbers: readonly number[]): readonly number[] {
    let isAscending = true;
    for (const [place, each] of numbers.entries()) {
      this.#check(each);
      if (place > 0 && each <= numbers[place - 1]!) isAscending = false;
    }
    const once = isAscending ? numbers : [...new Set(numbers)];
    return once.filter((each) => !this.#deleted.has(each));
  }

  #check(number: number): void {
    if (!Number.isInteger(number) || number < 1 || number > this.length) signal(MAIL.NOMOREMSG);
  }

  async #id(number: number): Promise<number> {
    this.#check(number);
    return (await this.#ids.slice(number - 1, 1))[0]!;
  }

  /** Numbers that follow each other are looked up together. */
  async #idsOf(numbers: readonly number[]): Promise<number[]> {
    const ids: number[] = [];
    for (let at = 0; at < numbers.length; ) {
      const first = numbers[at]!;
      let count = 1;
      while (numbers[at + count] === first + count) count++;
      ids.push(...(await this.#ids.slice(first - 1, count)));
      at += count;
    }
    return ids;
  }

  /** Undefined when it has been deleted, moved away, or is gone. */
  async #record(number: number): Promise<MessageRecord | undefined> {
    const id = await this.#id(number);
    if (this.#deleted.has(number)) return undefined;
    const [record] = await this.#deps.store.messages(this.#deps.fileId, [id]);
    return this.#isHere(record) ? record : undefined;
  }

  /** Throws DELMSG when the message has been removed since, and what OpenVMS says when its file is missing. */
  async *#text(record: MessageRecord): AsyncGenerator<Uint8Array> {
    const { store, fileId, externalFile } = this.#deps;
    try {
      yield* store.readText(fileId, record.id);
    } catch (error) {
      if (!isCondition(error, RMS.FNF)) throw error;
      const [stillThere] = await store.messages(fileId, [record.id]);
      if (stillThere === undefined || record.externalId === undefined) throw condition(MAIL.DELMSG);
      throw condition(MAIL.OPENIN, externalFile(record.externalId)).with(error);
    }
  }

  #isHere(record: MessageRecord | undefined): record is MessageRecord {
    if (record === undefined) return false;
    return record.folder === this.folder || (this.folder === NEWMAIL && record.folder === MAIL_FOLDER);
  }

  #summary(number: number, record: MessageRecord | undefined): MessageSummary {
    const isHere = this.#isHere(record) && !this.#deleted.has(number);
    if (!isHere) return { number, deleted: true, ...nothing };
    return {
      number,
      deleted: false,
      id: record.id,
      format: record.format,
      from: safeText(record.from),
      to: safeText(record.to),
      cc: safeText(record.cc),
      subject: safeText(record.subject),
      receivedAt: record.receivedAt,
      flags: record.flags,
      sizeBytes: record.sizeBytes,
      records: record.records,
      externalId: record.externalId,
    };
  }

  async #change(ids: readonly number[], flags: Parameters<MailStore['setFlags']>[2]): Promise<void> {
    await this.#deps.store.setFlags(this.#deps.fileId, ids, flags);
  }
}

const nothing = {
  id: 0,
  format: 'records',
  from: '',
  to: '',
  cc: '',
  subject: '',
  receivedAt: 0,
  flags: { new: false, replied: false, marked: false, foreign: false },
  sizeBytes: 0,
  records: 0,
} as const;

async function* linesOf(
  bytes: AsyncIterable<Uint8Array>,
  record: MessageRecord,
  headersOption: () => Promise<HeadersOption>,
  options?: Parameters<Message['lines']>[0],
): AsyncGenerator<string> {
  // What MIME needs is large, and a session that reads nothing does without.
  const { readableLines } = await import('./readable-text.ts');
  yield* readableLines(bytes, record.format, await headersOption(), options);
}

async function* attachmentsIn(
  bytes: AsyncIterable<Uint8Array>,
  record: MessageRecord,
  isWanted: ((attachment: Attachment) => boolean) | undefined,
): AsyncGenerator<AttachmentContent> {
  // Records are text and nothing else.
  if (record.format === 'records') return;
  const { attachmentsOf } = await import('./attachments.ts');
  yield* attachmentsOf(bytes, isWanted);
}

const isCondition = (error: unknown, definition: { readonly value: number }): error is Condition =>
  error instanceof Condition && error.value === definition.value;

/** Others get their turn in between: of the database, and of the process. None any more when `stop` is aborted. */
async function* chunks<T>(items: readonly T[], stop: AbortSignal | undefined): AsyncGenerator<readonly T[]> {
  for (let at = 0; at < items.length; at += AT_ONCE) {
    if (at > 0) await new Promise((resolve) => setImmediate(resolve));
    if (stop?.aborted === true) return;
    yield items.slice(at, at + AT_ONCE);
  }
}
