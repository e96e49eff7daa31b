/**
 * The hot path: a batch of messages in one transaction. What is the same for all messages of a folder happens once:
 * its counts, its numbers, the receiver's new-mail count. Per message: delivery key, header row, and its text once.
 */
import type { Database } from 'better-sqlite3';
import { DEFAULT_MAIL_FILE, type DeliverResult, type NewMessage } from '../../../ports/mail-store.ts';
import type { NewClientMessage } from '../../../ports/mailboxes.ts';
import { inTransaction } from './database.ts';
import { type Folders, StaleFolder } from './folders.ts';
import { ForgottenKeys } from './forgotten-keys.ts';
import {
  FLAG_DELETED,
  FLAG_DRAFT,
  FLAG_FOREIGN,
  FLAG_MARKED,
  FLAG_NEW,
  FLAG_REPLIED,
  keptKeywords,
} from './rows.ts';
import { countRecords, type PlacedText } from './text-files.ts';
import type { UsedBytes } from './used-bytes.ts';

type ClientMarks = Pick<NewClientMessage, 'isDeleted' | 'isDraft' | 'keywords'>;

/** A message whose text is in memory or in a file of ours. */
export interface PlacedMessage extends Omit<NewMessage, 'text'>, ClientMarks {
  readonly text: { readonly kind: 'inline'; readonly bytes: Uint8Array } | PlacedText;
}

export interface Delivery {
  /** @param numbered  is told the number of each that was not there, in their order, before the commit */
  deliver(batch: readonly PlacedMessage[], numbered?: (uid: number) => void): readonly DeliverResult[];
  /** Those of the keys that are there. */
  known(keys: readonly string[]): ReadonlySet<string>;
  /** Soon, with the next delivery. */
  forget(keys: readonly string[], beginnings?: readonly string[]): void;
  /** Next ids of a counter; inside a transaction. */
  reserve(counter: 'message' | 'text' | 'external', count: number): number;
  /** What is to be forgotten is. */
  close(): void;
}

export function createDelivery(database: Database, folders: Folders, usedBytes: UsedBytes): Delivery {
  const selectKey = database.prepare('SELECT 1 FROM delivery_key WHERE key = ?');
  const insertKey = database.prepare('INSERT OR IGNORE INTO delivery_key (key) VALUES (?)');
  const forgotten = new ForgottenKeys(database);
  const reserveIds = database
    .prepare<[number, string], number>('UPDATE counter SET next = next + ? WHERE name = ? RETURNING next')
    .pluck();
  const insertText = database.prepare(
    'INSERT INTO text (id, messages, external, external_from, bytes) VALUES (?, ?, ?, ?, ?)',
  );
  const insertMessage = database.prepare(
    `INSERT INTO message (id, folder, uid, received, flags, format, size, records, text, from_text, to_text, cc_text,
       subject, modseq, keywords) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  /** `owner, file, folder` → folder id; dropped whenever a transaction fails. */
  const folderIds = new Map<string, number>();

  const reserve: Delivery['reserve'] = (counter, count) => reserveIds.get(count, counter)! - count;

  const folderId = (message: PlacedMessage): number => {
    const file = message.mailFile ?? DEFAULT_MAIL_FILE;
    const key = `${message.owner}\0${file}\0${message.folder}`;
    const known = folderIds.get(key);
    if (known !== undefined) return known;
    const { id } = folders.ensureFolder(folders.ensureMailFile(message.owner, file).id, message.folder);
    if (folderIds.size > 100_000) folderIds.clear();
    folderIds.set(key, id);
    return id;
  };

  const write = (
    batch: readonly PlacedMessage[],
    numbered?: (uid: number) => void,
  ): readonly DeliverResult[] => {
    const results: DeliverResult[] = [];
    const fresh: { readonly message: PlacedMessage; readonly folder: number }[] = [];
    const perFolder = new Map<
      number,
      { readonly name: string; count: number; newCount: number; bytes: number; uid: number; modseq: number }
    >();
    const texts = new Map<unknown, { count: number; id: number; records: number }>();
    const room = createRoom(usedBytes);
    for (const message of batch) {
      // What was delivered before is not refused now.
      const isKnown = (): boolean =>
        message.deliveryKey !== undefined && selectKey.get(message.deliveryKey) !== undefined;
      if (!room.hasFor(message) && !isKnown()) {
        results.push('full');
        continue;
      }
      if (message.deliveryKey !== undefined && insertKey.run(message.deliveryKey).changes === 0) {
        results.push('again');
        continue;
      }
      results.push('delivered');
      room.take(message);
      const folder = folderId(message);
      fresh.push({ message, folder });
      const sums = perFolder.get(folder);
      if (sums === undefined)
        perFolder.set(folder, {
          name: message.folder,
          count: 1,
          newCount: message.isNew ? 1 : 0,
          bytes: sizeOf(message),
          uid: 0,
          modseq: 0,
        });
      else {
        sums.count++;
        sums.bytes += sizeOf(message);
        if (message.isNew) sums.newCount++;
      }
      const text = texts.get(identity(message.text));
      if (text === undefined) texts.set(identity(message.text), { count: 1, id: 0, records: 0 });
      else text.count++;
    }
    if (fresh.length === 0) return results;
    for (const [folder, sums] of perFolder) {
      const change = folders.change(folder, { ...sums, added: sums.count }, sums.name);
      sums.uid = change.firstUid;
      sums.modseq = change.modseq;
    }
    let messageId = reserve('message', fresh.length);
    let textId = reserve('text', texts.size);
    for (const { message, folder } of fresh) {
      const shared = texts.get(identity(message.text))!;
      if (shared.id === 0) {
        shared.id = textId++;
        if (message.text.kind === 'inline') {
          shared.records = countRecords(message.text.bytes);
          insertText.run(shared.id, shared.count, null, 0, message.text.bytes);
        } else {
          const { externalId, records, beginning } = message.text;
          shared.records = records;
          insertText.run(shared.id, shared.count, externalId, beginning?.from ?? 0, beginning?.head ?? null);
        }
      }
      const numbers = perFolder.get(folder)!;
      numbered?.(numbers.uid);
      insertMessage.run(
        messageId++,
        folder,
        numbers.uid++,
        message.receivedAt,
        flagsOf(message),
        message.format === 'rfc5322' ? 1 : 0,
        sizeOf(message),
        shared.records,
        shared.id,
        message.from,
        message.to,
        message.cc,
        message.subject,
        numbers.modseq,
        keptKeywords(message.keywords),
      );
    }
    return results;
  };

  const transaction: Delivery['deliver'] = (batch, numbered) => {
    const { results, areGone } = inTransaction(database, () => ({
      areGone: forgotten.removeNow(),
      results: write(batch, numbered),
    }));
    areGone();
    return results;
  };

  return {
    deliver(batch, numbered) {
      try {
        return transaction(batch, numbered);
      } catch (error) {
        folderIds.clear();
        if (error instanceof StaleFolder) return transaction(batch, numbered);
        throw error;
      }
    },
    known: (keys) => new Set(keys.filter((key) => selectKey.get(key) !== undefined)),
    forget: (keys, beginnings) => forgotten.add(keys, beginnings),
    reserve,
    close: () => forgotten.flush(),
  };
}

/** What may still come for receivers with a limit, in one transaction. */
function createRoom(usedBytes: UsedBytes) {
  const used = new Map<string, number>();
  const usedBy = (owner: string): number => {
    const bytes = used.get(owner) ?? usedBytes.ofOwner(owner);
    used.set(owner, bytes);
    return bytes;
  };
  return {
    hasFor: (message: PlacedMessage): boolean =>
      message.limitBytes === undefined || usedBy(message.owner) + sizeOf(message) <= message.limitBytes,
    take(message: PlacedMessage): void {
      if (message.limitBytes !== undefined) used.set(message.owner, usedBy(message.owner) + sizeOf(message));
    },
  };
}

const sizeOf = ({ text }: PlacedMessage): number =>
  text.kind === 'inline' ? text.bytes.byteLength : text.sizeBytes;

/** Copies for several receivers carry the same bytes, or the same file: those are stored once. */
const identity = (text: PlacedMessage['text']): unknown =>
  text.kind === 'inline' ? text.bytes : text.externalId;

const flagsOf = (message: PlacedMessage): number =>
  (message.isForeign === true ? FLAG_FOREIGN : 0) |
  (message.isNew ? FLAG_NEW : 0) |
  (message.isReplied === true ? FLAG_REPLIED : 0) |
  (message.isMarked === true ? FLAG_MARKED : 0) |
  (message.isDeleted === true ? FLAG_DELETED : 0) |
  (message.isDraft === true ? FLAG_DRAFT : 0);
