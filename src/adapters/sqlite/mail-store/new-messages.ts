/**
 * How messages come in: long texts get files of ours first, then deliveries of one turn of the event loop are committed together.
 * What fails leaves no file. The transaction itself is delivery.ts.
 */
import type { DeliverResult, NewMessage } from '../../../ports/mail-store.ts';
import type { NewClientMessage } from '../../../ports/mailboxes.ts';
import type { SpooledText } from '../../../ports/message-text.ts';
import { storeFailure } from '../failures.ts';
import type { Delivery, PlacedMessage } from './delivery.ts';
import type { TextFiles } from './text-files.ts';

interface WaitingDelivery {
  readonly messages: readonly PlacedMessage[];
  readonly resolve: (results: readonly DeliverResult[]) => void;
  readonly reject: (error: unknown) => void;
}

export class NewMessages {
  readonly #delivery: Delivery;
  readonly #textFiles: TextFiles;
  /** Deliveries of one event-loop turn, committed together. */
  #waiting: WaitingDelivery[] = [];

  constructor(delivery: Delivery, textFiles: TextFiles) {
    this.#delivery = delivery;
    this.#textFiles = textFiles;
  }

  /** Deliveries have been taken that are not committed yet. */
  get areWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** @returns for each, in their order, once they are on stable storage */
  async deliver(messages: readonly NewMessage[]): Promise<readonly DeliverResult[]> {
    if (messages.length === 0) return [];
    const { placed, linked } = await this.#place(messages);
    try {
      const results = await new Promise<readonly DeliverResult[]>((resolve, reject) => {
        this.#waiting.push({ messages: placed, resolve, reject });
        if (this.#waiting.length === 1) setImmediate(() => this.#commitWaiting());
      });
      await this.#textFiles.remove(unusedFiles(placed, results));
      return results;
    } catch (error) {
      await this.#textFiles.remove(linked);
      throw error;
    }
  }

  /** What a client puts into folders, committed at once. @returns the numbers they got, in their order */
  async append(messages: readonly NewClientMessage[]): Promise<readonly number[]> {
    const { placed, linked } = await this.#place(messages);
    const uids: number[] = [];
    try {
      // A transaction that is tried again numbers them again.
      this.#delivery.deliver(placed, (uid) => uids.push(uid));
    } catch (error) {
      await this.#textFiles.remove(linked);
      throw error;
    }
    return uids.slice(-messages.length);
  }

  /** Spooled texts get files of ours, once per text; `linked` are removed again when the delivery fails. */
  async #place(messages: readonly (NewMessage & NewClientMessage)[]) {
    const spooled = new Map<unknown, SpooledText>();
    for (const { text } of messages) if (isSpooled(text)) spooled.set(identity(text), text);
    const { stored, failure } = await this.#textFiles.linkAll([...spooled.values()]);
    const linked = [...stored.values()].map(({ externalId }) => externalId);
    if (failure !== undefined) {
      await this.#textFiles.remove(linked);
      throw storeFailure(failure.reason);
    }
    const placed = messages.map(
      (message): PlacedMessage => ({
        ...message,
        text: isSpooled(message.text) ? stored.get(spooled.get(identity(message.text))!)! : message.text,
      }),
    );
    return { placed, linked };
  }

  #commitWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      const results = this.#delivery.deliver(waiting.flatMap((each) => each.messages));
      let at = 0;
      for (const each of waiting) {
        each.resolve(results.slice(at, at + each.messages.length));
        at += each.messages.length;
      }
    } catch (error) {
      if (waiting.length === 1) waiting[0]!.reject(error);
      // One of them may be at fault: each on its own.
      else for (const each of waiting) this.#commitAlone(each);
    }
  }

  #commitAlone(waiting: WaitingDelivery): void {
    try {
      waiting.resolve(this.#delivery.deliver(waiting.messages));
    } catch (error) {
      waiting.reject(error);
    }
  }
}

const isSpooled = (text: NewMessage['text']): text is SpooledText => text.kind === 'file';
/** Equal texts get one file. */
const identity = (text: SpooledText): unknown => (text.beginning === undefined ? text.spoolId : text);

/** Files of messages that had been delivered before, or were not: nothing names them. */
function unusedFiles(placed: readonly PlacedMessage[], results: readonly DeliverResult[]): string[] {
  const files = (isDelivered: boolean): string[] =>
    placed.flatMap(({ text }, index) =>
      text.kind === 'stored' && (results[index] === 'delivered') === isDelivered ? [text.externalId] : [],
    );
  const used = new Set(files(true));
  return files(false).filter((each) => !used.has(each));
}
