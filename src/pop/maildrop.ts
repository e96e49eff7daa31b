/**
 * The messages one session serves, by the numbers they have in it, and what becomes of them at QUIT. The folder NEWMAIL, or
 * MAIL where TCPIP$POP_USE_MAIL_FOLDER says so. Source: RFC 1939 §4–6; tcpip-smtp.md §7.1.
 */
import { Condition } from '../condition/index.ts';
import {
  MAIL,
  MAIL_FOLDER,
  type MailFile,
  type MailService,
  type MailUser,
  type MessageSummary,
  NEWMAIL,
  type Selection,
} from '../mail/index.ts';
import { internetForm } from '../mail/internet-form/index.ts';
import { binaryNote } from './binary-note.ts';
import { mail11Form } from './mail11-form.ts';
import type { PopSettings } from './pop-settings.ts';

/** Messages looked at together. */
const AT_ONCE = 100;

export interface DropMessage {
  /** Octets as it will be sent, before dots are stuffed. */
  readonly sizeBytes: number;
  readonly uniqueId: string;
}
export interface DropText {
  readonly sizeBytes: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface MaildropOptions {
  readonly mail: MailService;
  readonly user: MailUser;
  readonly settings: PopSettings;
  /** What stands behind the `@` of users here. */
  readonly domain: string;
  /** `X-POP3-Server: …` where such headers are wanted. */
  readonly serverText: string;
  /** Lets other sessions go on, while many messages are looked at. */
  readonly rest: () => Promise<void>;
}

/** Messages by number; undefined for one that is deleted, and for a number there is none of. */
export class Maildrop {
  readonly #options: MaildropOptions;
  readonly #file: MailFile;
  readonly #selection: Selection | undefined;
  readonly #marked = new Set<number>();
  readonly #retrieved = new Set<number>();
  readonly #binary = new Set<number>();
  // Numbers, not objects: a maildrop may have a million messages.
  /** What the selection calls them. */
  readonly #places: number[] = [];
  readonly #sizes: number[] = [];
  readonly #ids: number[] = [];
  readonly #times: number[] = [];
  /** RFC 1725 LAST. */
  highest = 0;

  private constructor(options: MaildropOptions, file: MailFile, selection: Selection | undefined) {
    this.#options = options;
    this.#file = file;
    this.#selection = selection;
  }

  static async open(options: MaildropOptions): Promise<Maildrop> {
    const { mail, user, settings } = options;
    const file = await mail.openMailFile(user);
    if (settings.usesMailFolder) await moveAll(file, NEWMAIL, MAIL_FOLDER);
    const selection = await selected(file, settings.usesMailFolder ? MAIL_FOLDER : NEWMAIL);
    const maildrop = new Maildrop(options, file, selection);
    try {
      await maildrop.#measure();
    } catch (failure) {
      await maildrop.abandon();
      throw failure;
    }
    return maildrop;
  }

  /** Those that are not marked as deleted. */
  totals(): { readonly count: number; readonly octets: number } {
    let octets = 0;
    for (const [index, size] of this.#sizes.entries()) if (!this.#marked.has(index + 1)) octets += size;
    return { count: this.#sizes.length - this.#marked.size, octets };
  }

  *numbers(): Generator<readonly [number: number, message: DropMessage]> {
    for (let number = 1; number <= this.#sizes.length; number++) {
      const message = this.message(number);
      if (message !== undefined) yield [number, message];
    }
  }

  message(number: number): DropMessage | undefined {
    const sizeBytes = this.#sizes[number - 1];
    if (this.#marked.has(number) || sizeBytes === undefined) return undefined;
    return { sizeBytes, uniqueId: this.#uniqueId(this.#times[number - 1]!, this.#ids[number - 1]!) };
  }

  isMarked(number: number): boolean {
    return this.#marked.has(number);
  }

  /** Undefined when another session has deleted it. */
  async text(number: number): Promise<DropText | undefined> {
    const message = await this.#selection!.message(this.#places[number - 1]!).catch(gone);
    if (message === undefined) return undefined;
    return this.#form(message, () => message.bytes());
  }

  /** Sent whole: at QUIT it is as if it had been read in MAIL. */
  noteRetrieved(number: number): void {
    this.#retrieved.add(number);
    this.highest = Math.max(this.highest, number);
  }

  mark(number: number): void {
    this.#marked.add(number);
    this.highest = Math.max(this.highest, number);
  }

  reset(): void {
    this.#marked.clear();
    this.highest = 0;
  }

  /** The UPDATE state. Resolves to how many that should be deleted could not be. */
  async update(): Promise<number> {
    const { settings } = this.#options;
    const wanted = [...this.#marked].filter((each) => !this.#binary.has(each));
    // A binary message can be read in MAIL alone: it is never deleted here.
    const read = [...this.#retrieved, ...this.#marked].filter(
      (each) => !this.#marked.has(each) || this.#binary.has(each),
    );
    let deleted = 0;
    if (this.#selection !== undefined) {
      deleted = await this.#selection.delete(this.#placesOf(wanted));
      if (!settings.leavesInNewmail) await this.#selection.move(this.#placesOf(read), MAIL_FOLDER);
    }
    const { autoPurge } = await this.#options.mail.profile(this.#options.user.userName);
    if (settings.reclaims) await this.#file.purge({ reclaim: true });
    // What a client of IMAP has read, and this one has not got, is no business of this one.
    await this.#file.close({ purge: autoPurge, keepsNewMail: true });
    return wanted.length - deleted;
  }

  /** The connection was lost, or nobody logged in after all: nothing is changed. */
  async abandon(): Promise<void> {
    await this.#file.close({ purge: false, keepsNewMail: true });
  }

  async #measure(): Promise<void> {
    if (this.#selection === undefined) return;
    const { messageMaximum } = this.#options.settings;
    const { length } = this.#selection;
    const most = messageMaximum === 0 ? length : Math.min(length, messageMaximum);
    for (let start = 1; start <= most; start += AT_ONCE) {
      const count = Math.min(AT_ONCE, most - start + 1);
      for (const summary of await this.#selection.summaries(start, count))
        if (!summary.deleted) await this.#note(summary);
      await this.#options.rest();
    }
  }

  #placesOf(numbers: readonly number[]): readonly number[] {
    return ascending(numbers.map((each) => this.#places[each - 1]!));
  }

  /** Not of one that another session deletes meanwhile: it gets no number. */
  async #note(summary: MessageSummary): Promise<void> {
    const { number, id, receivedAt, flags } = summary;
    const selection = this.#selection!;
    const text = await this.#form(summary, async function* () {
      yield* (await selection.message(number)).bytes();
    }).catch(gone);
    if (text === undefined) return;
    this.#places.push(number);
    if (flags.foreign) this.#binary.add(this.#places.length);
    this.#sizes.push(text.sizeBytes);
    this.#ids.push(id);
    this.#times.push(receivedAt);
  }

  /** tcpip-smtp.md §7.1: user name and date of arrival; the number of the message makes it unique, and stays when it is moved. */
  #uniqueId(receivedAt: number, id: number): string {
    const date = new Date(receivedAt).toISOString().replace(/\D/g, '').slice(0, 14);
    return `${this.#options.user.userName}_${date}.${id}`;
  }

  async #form(message: MessageSummary, open: () => AsyncIterable<Uint8Array>): Promise<DropText> {
    const { domain, settings, serverText } = this.#options;
    const added = settings.sendsIdHeaders
      ? `X-POP3-Server: ${serverText}\r\nX-POP3-ID: ${this.#uniqueId(message.receivedAt, message.id)}\r\n`
      : '';
    const form = message.flags.foreign
      ? binaryNote(message, domain)
      : settings.showsMail11Headers && message.format === 'rfc5322'
        ? mail11Form(message, open, domain)
        : await internetForm(message, open, domain);
    const head = Buffer.from(added);
    return { sizeBytes: head.byteLength + form.sizeBytes, bytes: joined(head, form.bytes()) };
  }
}

async function* joined(head: Uint8Array, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.byteLength > 0) yield head;
  yield* bytes;
}

const ascending = (numbers: readonly number[]): readonly number[] => [...numbers].sort((a, b) => a - b);

const isCondition = (error: unknown, definition: { readonly value: number }): boolean =>
  error instanceof Condition && error.value === definition.value;

/** Undefined for an empty folder, which to MAIL does not exist. */
async function selected(file: MailFile, folder: string): Promise<Selection | undefined> {
  try {
    return await file.select(folder);
  } catch (error) {
    if (isCondition(error, MAIL.NOTEXIST) || isCondition(error, MAIL.NOMSGS)) return undefined;
    throw error;
  }
}

async function moveAll(file: MailFile, from: string, to: string): Promise<void> {
  const selection = await selected(file, from);
  await selection?.move(selection.numbers(), to);
}

function gone(error: unknown): undefined {
  if (isCondition(error, MAIL.DELMSG)) return undefined;
  throw error;
}
