/**
 * Messages of other programs taken into folders: streamed, in batches of one transaction each, and never twice. What
 * makes a message the same is its text and where it goes; that stays known after it is deleted, so that an import that
 * was interrupted, or is repeated every night, brings what is new and nothing else.
 */
import { createHash, type Hash } from 'node:crypto';
import { type HeaderBlock, parseHeaderBlock } from '../../mime/header-block.ts';
import type { MailStore, NewMessage, TextWriter } from '../../ports/mail-store.ts';
import { checkFolderName, NEWMAIL } from '../folder-names.ts';
import { decodedHeader, mailHeader } from '../internet-header.ts';

/** One transaction takes no more than that, so that deliveries need not wait. */
const BATCH_MESSAGES = 200;
const BATCH_BYTES = 4 * 1024 * 1024;
/** More of a header is not looked at. */
const HEADER_LIMIT = 1_048_576;

export interface ImportedMessage {
  readonly folder: string;
  readonly isRead: boolean;
  readonly isReplied: boolean;
  readonly isMarked: boolean;
  /** Milliseconds since 1970; undefined: what the header says, else now. */
  readonly receivedAt: number | undefined;
  /** Envelope sender, for a message without From:. */
  readonly sender: string;
}

export interface ImportCounts {
  /** Into the mail file by this import. */
  readonly taken: number;
  /** Those, by folder. */
  readonly folders: ReadonlyMap<string, number>;
  /** Had been taken before. */
  readonly known: number;
  readonly bytes: number;
}

/** One message on its way: `write` its mail data, then `finish`. */
export interface ImportedText {
  write(chunk: Uint8Array): Promise<void>;
  /** Hands it to the next batch. Throws the condition of a store that is full or broken. */
  finish(message: ImportedMessage): Promise<void>;
  abandon(): Promise<void>;
}

export interface MessageImport {
  begin(): ImportedText;
  /** Commits what waits. */
  flush(): Promise<void>;
  readonly counts: ImportCounts;
}

export function importMessages(deps: {
  readonly store: MailStore;
  readonly owner: string;
  readonly now: () => number;
}): MessageImport {
  const owner = deps.owner.toUpperCase();
  let waiting: NewMessage[] = [];
  let waitingBytes = 0;
  let taken = 0;
  const folders = new Map<string, number>();
  let known = 0;
  let bytes = 0;

  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    waitingBytes = 0;
    for (const [place, result] of (await deps.store.deliver(batch)).entries()) {
      if (result !== 'delivered') {
        known++;
        continue;
      }
      const { folder } = batch[place]!;
      folders.set(folder, (folders.get(folder) ?? 0) + 1);
      taken++;
    }
  };
  const add = async (message: NewMessage, sizeBytes: number): Promise<void> => {
    waiting.push(message);
    waitingBytes += sizeBytes;
    bytes += sizeBytes;
    if (waiting.length >= BATCH_MESSAGES || waitingBytes >= BATCH_BYTES) await flush();
  };
  return {
    begin: () => new Arriving(deps.store, owner, deps.now, add),
    flush,
    get counts() {
      return { taken, folders, known, bytes };
    },
  };
}

class Arriving implements ImportedText {
  readonly #owner: string;
  readonly #now: () => number;
  readonly #add: (message: NewMessage, sizeBytes: number) => Promise<void>;
  readonly #writer: TextWriter;
  readonly #hash: Hash = createHash('sha256');
  #head: Uint8Array[] = [];
  #sizeBytes = 0;

  constructor(
    store: MailStore,
    owner: string,
    now: () => number,
    add: (message: NewMessage, sizeBytes: number) => Promise<void>,
  ) {
    this.#owner = owner;
    this.#now = now;
    this.#add = add;
    this.#writer = store.createText();
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#sizeBytes < HEADER_LIMIT) this.#head.push(Uint8Array.from(chunk));
    this.#sizeBytes += chunk.byteLength;
    this.#hash.update(chunk);
    await this.#writer.write(chunk);
  }

  async finish(message: ImportedMessage): Promise<void> {
    const folder = checkFolderName(message.folder);
    const header = parseHeaderBlock(Buffer.concat(this.#head));
    this.#head = [];
    const text = await this.#writer.commit();
    await this.#add(
      {
        deliveryKey: `import ${this.#owner} ${folder} ${this.#hash.digest('base64url')}`,
        owner: this.#owner,
        folder,
        isNew: !message.isRead && folder === NEWMAIL,
        isReplied: message.isReplied,
        isMarked: message.isMarked,
        receivedAt: message.receivedAt ?? dateOf(header) ?? this.#now(),
        ...decodedHeader(mailHeader(header, message.sender)),
        text,
        format: 'rfc5322',
      },
      this.#sizeBytes,
    );
  }

  abandon(): Promise<void> {
    return this.#writer.abandon();
  }
}

/** When the last host took it, else when it was written. RFC 5322 §3.6.1, §3.6.7 */
function dateOf(header: HeaderBlock): number | undefined {
  const received = header.first('received');
  for (const text of [received?.slice(received.lastIndexOf(';') + 1), header.first('date')]) {
    const instant = Date.parse((text ?? '').replace(/\([^()]*\)/g, ' ').trim());
    // Before Unix, or in another century: a clock that was never set.
    if (!Number.isNaN(instant) && instant > 0 && instant < Date.UTC(2200, 0, 1)) return instant;
  }
  return undefined;
}
