/**
 * The mail store in one SQLite file, VMSMAIL.DAT, with long texts in files beside it. Several processes use it at once:
 * the symbiont delivers while sessions read, move and delete.
 */
import type { Database } from 'better-sqlite3';
import type {
  AgedMessages,
  AgeLimits,
  MailFileId,
  MailStore,
  MessageFlags,
  MessageId,
  NewMessage,
  ProfileChanges,
  SelectionCriteria,
  StoredText,
} from '../../../ports/mail-store.ts';
import { DEFAULT_MAIL_FILE } from '../../../ports/mail-store.ts';
import type { FolderRef, Mailboxes } from '../../../ports/mailboxes.ts';
import { INLINE_TEXT_LIMIT, type Spool } from '../../../ports/message-text.ts';
import { type AgedMessageRows, createAgedMessages } from './aged-messages.ts';
import { inTransaction, openDatabase, openReader } from './database.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import { createExternalIds } from './external-ids.ts';
import {
  createFolders,
  FOLDER_COLUMNS,
  type FolderRow,
  type Folders,
  folderRecord,
  NEWMAIL,
} from './folders.ts';
import { createMailboxes } from './mailboxes.ts';
import { createMessages, type Messages } from './messages.ts';
import { NewMessages } from './new-messages.ts';
import { createProfiles, type Profiles } from './profiles.ts';
import { renameOwner } from './rename-owner.ts';
import { type MailFileRow, mailFileRecord } from './rows.ts';
import { createSelections, type Selections } from './selections.ts';
import { createTextFiles, missingText, type TextFiles } from './text-files.ts';
import { createTransfers } from './transfers.ts';
import { createUsedBytes, type UsedBytes } from './used-bytes.ts';
import { createVanished } from './vanished.ts';

/** Messages removed or moved under one lock when a whole folder is meant: others get a turn in between. */
const CHUNK_MESSAGES = 2_000;
/** Nobody waits for those that leave by age: mail that is delivered goes first. */
const CHUNK_AGED = 200;

/**
 * @param options.file  VMSMAIL.DAT, created when it is not there
 * @param options.textDirectory  where MAIL$xxxxxxxx.MAI stand; on the file system of the spool, so that links work
 * @param options.spool  where texts of kind `file` come from
 * @param options.cacheMiB  pages of the database kept in memory
 * Throws Condition RMS FUL without room; an Error when the file is no database, or a newer one.
 */
export function openMailStore(options: {
  readonly file: string;
  readonly textDirectory: string;
  readonly spool?: Spool;
  readonly cacheMiB?: number | undefined;
}): MailStore {
  return new SqliteMailStore(
    openDatabase(options.file, options.cacheMiB),
    options.textDirectory,
    options.spool,
  );
}

class SqliteMailStore implements MailStore {
  readonly mailboxes: Mailboxes;
  readonly #database: Database;
  readonly #profiles: Profiles;
  readonly #folders: Folders;
  readonly #usedBytes: UsedBytes;
  readonly #delivery: Delivery;
  readonly #agedMessages: AgedMessageRows;
  readonly #messages: Messages;
  readonly #selections: Selections;
  readonly #textFiles: TextFiles;
  readonly #newMessages: NewMessages;

  constructor(database: Database, textDirectory: string, spool: Spool | undefined) {
    this.#database = database;
    this.#profiles = createProfiles(database);
    this.#folders = createFolders(database, this.#profiles);
    this.#usedBytes = createUsedBytes(database);
    this.#delivery = createDelivery(database, this.#folders, this.#usedBytes);
    const vanished = createVanished(database);
    const transfers = createTransfers(database, this.#folders, this.#delivery, vanished);
    this.#agedMessages = createAgedMessages(database, this.#folders);
    this.#messages = createMessages(database, this.#folders, transfers, this.#agedMessages);
    this.#selections = createSelections(database, this.#folders, () => openReader(database));
    this.#textFiles = createTextFiles(textDirectory, spool, createExternalIds(database, this.#delivery));
    this.#newMessages = new NewMessages(this.#delivery, this.#textFiles);
    this.mailboxes = {
      ...createMailboxes(database, { folders: this.#folders, transfers, vanished }),
      append: (messages) => this.#newMessages.append(messages),
    };
  }

  async profile(userName: string) {
    return this.#profiles.get(userName.toUpperCase());
  }
  async profiles(pattern?: string) {
    return this.#profiles.list(pattern);
  }
  async changeProfile(userName: string, changes: ProfileChanges) {
    return this.#profiles.change(userName.toUpperCase(), changes);
  }
  async removeProfile(userName: string) {
    return this.#profiles.remove(userName.toUpperCase());
  }
  async recountNewMail(userName: string) {
    const owner = userName.toUpperCase();
    return inTransaction(this.#database, () => {
      const file = this.#folders.mailFile(owner, DEFAULT_MAIL_FILE);
      const folder = file === undefined ? undefined : this.#folders.folder(file.id, NEWMAIL);
      if (folder !== undefined) this.#folders.repair(folder.id);
      const count = file === undefined ? 0 : (this.#folders.folder(file.id, NEWMAIL)?.new_count ?? 0);
      if ((this.#profiles.get(owner)?.newMailCount ?? 0) !== count) this.#profiles.setNewMail(owner, count);
      return count;
    });
  }

  async mailFile(owner: string, name: string) {
    const row = this.#folders.mailFile(owner, name);
    return row === undefined ? undefined : mailFileRecord(row);
  }
  async mailFiles(owner: string) {
    return this.#database
      .prepare<[string], MailFileRow>('SELECT * FROM mail_file WHERE owner = ? ORDER BY name')
      .all(owner)
      .map(mailFileRecord);
  }
  async createMailFile(owner: string, name: string) {
    return mailFileRecord(inTransaction(this.#database, () => this.#folders.ensureMailFile(owner, name)));
  }
  async usedBytes(owner: string) {
    return this.#usedBytes.lookUp(owner);
  }
  async setWastebasketName(id: MailFileId, name: string) {
    inTransaction(this.#database, () =>
      this.#database.prepare('UPDATE mail_file SET wastebasket = ? WHERE id = ?').run(name, id),
    );
  }
  async renameOwner(owner: string, newOwner: string) {
    return inTransaction(this.#database, () => renameOwner(this.#database, owner, newOwner));
  }
  async removeMailFile(id: MailFileId) {
    const folders = await this.folders(id);
    for (const { name } of folders) await this.purge(id, name);
    return inTransaction(this.#database, () => {
      const left = this.#database.prepare('SELECT 1 FROM folder WHERE mail_file = ? AND count > 0').get(id);
      // Mail that came in the meantime stays, and its file with it.
      if (left !== undefined) return false;
      this.#database
        .prepare('DELETE FROM vanished WHERE folder IN (SELECT id FROM folder WHERE mail_file = ?)')
        .run(id);
      this.#database.prepare('DELETE FROM subscription WHERE mail_file = ?').run(id);
      this.#database.prepare('DELETE FROM folder WHERE mail_file = ?').run(id);
      return this.#database.prepare('DELETE FROM mail_file WHERE id = ?').run(id).changes > 0;
    });
  }

  async folders(id: MailFileId, after = '') {
    return this.#database
      .prepare<[number, string], FolderRow>(
        `SELECT ${FOLDER_COLUMNS} FROM folder WHERE mail_file = ? AND name > ? AND count > 0 ORDER BY name`,
      )
      .all(id, after)
      .map(folderRecord);
  }
  async folder(id: MailFileId, name: string) {
    const row = this.#folders.folder(id, name);
    return row === undefined || row.count === 0 ? undefined : folderRecord(row);
  }
  async select(id: MailFileId, folder: FolderRef, criteria: SelectionCriteria = {}, stop?: AbortSignal) {
    return this.#selections.select(id, folder, criteria, stop);
  }
  async messages(id: MailFileId, ids: Float64Array | readonly MessageId[]) {
    return this.#messages.get(id, ids);
  }
  async shortTexts(id: MailFileId, ids: readonly MessageId[]) {
    return this.#messages.shortTexts(id, ids);
  }
  async *readText(id: MailFileId, message: MessageId, start = 0): AsyncGenerator<Uint8Array> {
    const text = this.#messages.text(id, message);
    if (text === undefined) throw missingText();
    const bytes = text.bytes ?? new Uint8Array(0);
    if (text.external === null) {
      yield bytes.subarray(start);
      return;
    }
    const from = text.external_from + Math.max(0, start - bytes.byteLength);
    yield* this.#textFiles.read(text.external, { from, head: bytes.subarray(start) });
  }

  createText({ inFile = false } = {}) {
    return this.#textFiles.writer(inFile ? 0 : INLINE_TEXT_LIMIT);
  }
  readStored({ externalId }: StoredText) {
    return this.#textFiles.read(externalId);
  }
  async discardText({ externalId }: StoredText) {
    if (!this.#isKnown(externalId)) await this.#textFiles.remove([externalId]);
  }
  deliver(messages: readonly NewMessage[]) {
    return this.#newMessages.deliver(messages);
  }
  async knownDeliveryKeys(keys: readonly string[]) {
    return this.#delivery.known(keys);
  }
  async forgetDeliveryKeys(keys: readonly string[], beginnings?: readonly string[]) {
    this.#delivery.forget(keys, beginnings);
  }
  async setFlags(id: MailFileId, ids: readonly MessageId[], flags: Partial<MessageFlags>) {
    return this.#messages.setFlags(id, ids, flags);
  }
  async move(id: MailFileId, ids: readonly MessageId[], from: FolderRef, to: string, toFile = id) {
    return this.#messages.move(id, ids, from, to, toFile);
  }
  async moveRead(id: MailFileId, from: string, to: string) {
    return inChunks((limit) => this.#messages.moveRead(id, from, to, limit));
  }
  async copy(id: MailFileId, ids: readonly MessageId[], to: string, toFile = id) {
    return this.#messages.copy(id, ids, to, toFile);
  }
  async purge(id: MailFileId, folder: string) {
    let bytes = 0;
    const messages = await inChunks(async (limit) => {
      const removed = this.#messages.purge(id, folder, limit);
      await this.#textFiles.remove(removed.externalIds);
      bytes += removed.bytes;
      return removed.messages;
    });
    return { messages, bytes };
  }
  async lookForAged(limits: AgeLimits, now: number) {
    return this.#agedMessages.look(limits, now);
  }
  async removeAged(aged: AgedMessages) {
    const { messages, bytes, externalIds } = this.#messages.removeAged(aged, CHUNK_AGED);
    await this.#textFiles.remove(externalIds);
    return { messages, bytes };
  }
  async remove(id: MailFileId, ids: readonly MessageId[]) {
    const removed = this.#messages.remove(id, ids);
    await this.#textFiles.remove(removed.externalIds);
    return removed.messages;
  }
  async reclaim(id: MailFileId) {
    return inTransaction(this.#database, () => {
      const bytes = this.#folders.mailFileById(id)?.deleted_bytes ?? 0;
      if (bytes > 0) this.#database.prepare('UPDATE mail_file SET deleted_bytes = 0 WHERE id = ?').run(id);
      return bytes;
    });
  }

  async removeOrphans(steadyMs: number) {
    return this.#textFiles.removeOrphans(steadyMs, (externalId) => this.#isKnown(externalId));
  }
  releaseMemory() {
    if (this.#database.open) this.#database.pragma('shrink_memory');
  }
  async close() {
    while (this.#newMessages.areWaiting) await new Promise((resolve) => setImmediate(resolve));
    this.#selections.close();
    if (!this.#database.open) return;
    try {
      this.#delivery.close();
    } finally {
      this.#database.close();
    }
  }

  /** Whether a text names the file. */
  #isKnown(externalId: string): boolean {
    const select = this.#database.prepare('SELECT 1 FROM text WHERE external = ?');
    return select.get(externalId) !== undefined;
  }
}

/** Until less than a whole chunk was there. */
async function inChunks(work: (limit: number) => number | Promise<number>): Promise<number> {
  let sum = 0;
  for (;;) {
    const count = await work(CHUNK_MESSAGES);
    sum += count;
    if (count < CHUNK_MESSAGES) return sum;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
