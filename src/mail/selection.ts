/**
 * Messages numbered from 1, a snapshot: numbers stay until the next selection, whoever deletes or delivers meanwhile.
 * Source: vms-mail.md §4.2, §4.6, §2.8, §2.22, §2.30.
 */
import { condition, signal } from '../condition/index.ts';
import { safeText } from '../mime/safe-text.ts';
import type { MailStore, MessageRecord } from '../ports/mail-store.ts';
import { MAIL_FOLDER, NEWMAIL } from './folder-names.ts';
import type { HeadersOption, MailFile, Message, MessageSummary, Selection } from './mail-service.ts';
import { MAIL } from './messages.ts';

/** Messages moved, copied or looked at under one lock. */
const AT_ONCE = 1_000;

export interface SelectionDependencies {
  readonly store: MailStore;
  readonly fileId: number;
  readonly headersOption: () => Promise<HeadersOption>;
  /** Now; it can be renamed. */
  readonly wastebasketName: () => string;
  readonly idOfFile: (file: MailFile) => number;
}

export class FolderSelection implements Selection {
  readonly folder: string;
  readonly isPartial: boolean;
  readonly #ids: Float64Array;
  readonly #deleted = new Set<number>();
  readonly #deps: SelectionDependencies;

  constructor(folder: string, ids: Float64Array, isPartial: boolean, deps: SelectionDependencies) {
    this.folder = folder;
    this.isPartial = isPartial;
    this.#ids = ids;
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
    const ids = this.#ids.subarray(first - 1, Math.max(0, first - 1 + count));
    const records = await this.#deps.store.messages(this.#deps.fileId, ids);
    return records.map((record, index) => this.#summary(first + index, record));
  }

  async message(number: number): Promise<Message> {
    const record = await this.#record(number);
    if (record === undefined) throw condition(MAIL.DELMSG);
    const { store, fileId, headersOption } = this.#deps;
    return {
      ...this.#summary(number, record),
      id: record.id,
      // What was read in NEWMAIL stays there for as long as it is selected, wherever another session has put it.
      folder: this.folder,
      format: record.format,
      bytes: () => store.readText(fileId, record.id),
      lines: () => linesOf(store.readText(fileId, record.id), record, headersOption),
    };
  }

  async isDeleted(number: number): Promise<boolean> {
    return (await this.#record(number)) === undefined;
  }

  async markRead(number: number): Promise<void> {
    const record = await this.#record(number);
    if (record?.flags.new === true) await this.#setFlags([record.id], { new: false });
  }

  async setReplied(number: number): Promise<void> {
    await this.#setFlags([this.#id(number)], { replied: true });
  }

  async mark(numbers: readonly number[], marked: boolean): Promise<void> {
    for (const ids of chunks(this.#standing(numbers).map((each) => this.#id(each)))) {
      await this.#setFlags(ids, { marked });
    }
  }

  async delete(numbers: readonly number[]): Promise<number> {
    const wastebasket = this.#deps.wastebasketName();
    if (this.folder === wastebasket) signal(MAIL.DELWASTE);
    return this.#moveTo(numbers, wastebasket, undefined);
  }

  async move(numbers: readonly number[], folder: string, file?: MailFile): Promise<number> {
    const target = file === undefined ? undefined : this.#deps.idOfFile(file);
    // Into the folder it stands in already: nothing to do.
    if (folder === this.folder && (target === undefined || target === this.#deps.fileId)) return 0;
    return this.#moveTo(numbers, folder, target);
  }

  async copy(numbers: readonly number[], folder: string, file?: MailFile): Promise<number> {
    const target = file === undefined ? this.#deps.fileId : this.#deps.idOfFile(file);
    let copied = 0;
    for (const ids of chunks(this.#standing(numbers).map((each) => this.#id(each)))) {
      copied += await this.#deps.store.copy(this.#deps.fileId, ids, folder, target);
    }
    return copied;
  }

  async search(text: string, start = 1, signal?: AbortSignal): Promise<number | undefined> {
    const wanted = text.toLowerCase();
    for (let number = Math.max(1, start); number <= this.length; number++) {
      if (signal?.aborted === true) return undefined;
      const record = await this.#record(number);
      if (record !== undefined && (await this.#contains(number, record, wanted, signal))) return number;
    }
    return undefined;
  }

  async #contains(
    number: number,
    record: MessageRecord,
    wanted: string,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const header = [record.from, record.to, record.cc, record.subject];
    if (header.some((each) => each.toLowerCase().includes(wanted))) return true;
    for await (const line of (await this.message(number)).lines()) {
      if (line.toLowerCase().includes(wanted)) return true;
      if (signal?.aborted === true) return false;
    }
    return false;
  }

  async #moveTo(numbers: readonly number[], folder: string, file: number | undefined): Promise<number> {
    const { store, fileId } = this.#deps;
    const standing = this.#standing(numbers);
    let moved = 0;
    for (const some of chunks(standing)) {
      const ids = some.map((each) => this.#id(each));
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
  #standing(numbers: readonly number[]): number[] {
    for (const each of numbers) this.#id(each);
    return [...new Set(numbers)].filter((each) => !this.#deleted.has(each));
  }

  #id(number: number): number {
    const id = Number.isInteger(number) && number >= 1 ? this.#ids[number - 1] : undefined;
    return id ?? signal(MAIL.NOMOREMSG);
  }

  /** Undefined when it has been deleted, moved away, or is gone. */
  async #record(number: number): Promise<MessageRecord | undefined> {
    const id = this.#id(number);
    if (this.#deleted.has(number)) return undefined;
    const [record] = await this.#deps.store.messages(this.#deps.fileId, [id]);
    return this.#isHere(record) ? record : undefined;
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

  async #setFlags(ids: readonly number[], flags: Parameters<MailStore['setFlags']>[2]): Promise<void> {
    await this.#deps.store.setFlags(this.#deps.fileId, ids, flags);
  }
}

const nothing = {
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
): AsyncGenerator<string> {
  // What MIME needs is large, and a session that reads nothing does without.
  const { readableLines } = await import('./readable-text.ts');
  yield* readableLines(bytes, record.format, await headersOption());
}

function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += AT_ONCE) yield items.slice(at, at + AT_ONCE);
}
