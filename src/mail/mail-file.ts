/**
 * An open mail file: folders, the current selection, the wastebasket, and what happens when it is left.
 * Source: vms-mail.md §2.12, §2.25, §4.
 */
import { signal } from '../condition/index.ts';
import type { MailFileRecord, MailStore, SelectionCriteria } from '../ports/mail-store.ts';
import { checkFolderName, MAIL_FOLDER, NEWMAIL } from './folder-names.ts';
import type {
  FolderInfo,
  HeadersOption,
  MailFile,
  PurgeReport,
  ReclaimStatistics,
  Selection,
} from './mail-service.ts';
import { MAIL } from './messages.ts';
import { FolderSelection } from './selection.ts';

/** Deleted bytes above which space is reclaimed without being asked. vms-mail.md §2.25 */
const RECLAIM_BYTES = 32_767;
/** What a bucket of PURGE/STATISTICS holds: 5 blocks. */
const BUCKET_BYTES = 2_560;

export class OpenMailFile implements MailFile {
  readonly specification: string;
  readonly #store: MailStore;
  readonly #headersOption: () => Promise<HeadersOption>;
  readonly #file: MailFileRecord;
  #wastebasketName: string;
  #selection: FolderSelection | undefined;

  constructor(
    store: MailStore,
    file: MailFileRecord,
    specification: string,
    headersOption: () => Promise<HeadersOption>,
  ) {
    this.#store = store;
    this.#file = file;
    this.#headersOption = headersOption;
    this.#wastebasketName = file.wastebasketName;
    this.specification = specification;
  }

  get id(): number {
    return this.#file.id;
  }
  get owner(): string {
    return this.#file.owner;
  }
  get wastebasketName(): string {
    return this.#wastebasketName;
  }
  get currentFolder(): string | undefined {
    return this.#selection?.folder;
  }
  get selection(): Selection | undefined {
    return this.#selection;
  }

  async folders(after?: string): Promise<readonly FolderInfo[]> {
    return (await this.#store.folders(this.id, after)).map(({ name, count }) => ({ name, count }));
  }

  async folderExists(name: string): Promise<boolean> {
    return (await this.#store.folder(this.id, checkFolderName(name))) !== undefined;
  }

  async select(folder?: string, criteria: SelectionCriteria = {}, stop?: AbortSignal): Promise<Selection> {
    const wanted = folder === undefined ? undefined : checkFolderName(folder);
    const isPartial = Object.values(criteria).some((each) => each !== undefined);
    const name = wanted ?? (await this.#defaultFolder(criteria, isPartial));
    // What was read in NEWMAIL stays there until another folder is selected. vms-mail.md §4.2
    const leavesNewMail = this.currentFolder === NEWMAIL && name !== NEWMAIL;
    // MAIL is where it goes. Anywhere else a selection that fails leaves everything as it was.
    if (leavesNewMail && name === MAIL_FOLDER) await this.#leaveNewMail();
    const isThere = (await this.#store.folder(this.id, name)) !== undefined;
    if (!isThere) await this.#notThere(name, wanted !== undefined, criteria);
    const ids = await this.#store.select(this.id, name, criteria, stop);
    if (ids.length === 0) await this.#notThere(name, false, criteria);
    if (leavesNewMail && name !== MAIL_FOLDER) await this.#leaveNewMail();
    this.#selection?.release();
    this.#selection = new FolderSelection(name, ids, isPartial, {
      store: this.#store,
      fileId: this.id,
      headersOption: this.#headersOption,
      wastebasketName: () => this.#currentWastebasket(),
      idOfFile: (file) => (file as OpenMailFile).id,
      externalFile: (externalId) => `${this.specification.replace(/[^\]>:]*$/, '')}MAIL$${externalId}.MAI;`,
    });
    return this.#selection;
  }

  async setWastebasketName(name: string): Promise<void> {
    const checked = checkFolderName(name);
    if (checked === NEWMAIL || checked === MAIL_FOLDER) signal(MAIL.ILLFOLNAM, checked);
    await this.#store.setWastebasketName(this.id, checked);
    this.#wastebasketName = checked;
  }

  /** As it is called now: another session may have renamed it. */
  async #currentWastebasket(): Promise<string> {
    const file = await this.#store.mailFile(this.owner, this.#file.name);
    if (file?.id === this.id) this.#wastebasketName = file.wastebasketName;
    return this.#wastebasketName;
  }

  async deletedBytes(): Promise<number> {
    return (await this.#store.mailFile(this.owner, this.#file.name))?.deletedBytes ?? 0;
  }

  async wouldReclaim(): Promise<boolean> {
    let sum = await this.deletedBytes();
    const ids = await this.#store.select(this.id, await this.#currentWastebasket());
    try {
      for (let at = 0; at < ids.length && sum <= RECLAIM_BYTES; at += 100) {
        const records = await this.#store.messages(this.id, await ids.slice(at, 100));
        sum += records.reduce((total, each) => total + (each?.sizeBytes ?? 0), 0);
      }
    } finally {
      ids.close();
    }
    return sum > RECLAIM_BYTES;
  }

  async purge(options: { readonly reclaim?: boolean } = {}): Promise<PurgeReport> {
    const purged = await this.#store.purge(this.id, await this.#currentWastebasket());
    const deleted = await this.deletedBytes();
    if (options.reclaim !== true && deleted <= RECLAIM_BYTES) return purged;
    await this.#store.reclaim(this.id);
    return { ...purged, reclaimed: await this.#statistics(purged.messages, deleted) };
  }

  async close(
    options: { readonly purge?: boolean; readonly keepsNewMail?: boolean } = {},
  ): Promise<PurgeReport> {
    if (this.currentFolder === NEWMAIL && options.keepsNewMail !== true) await this.#leaveNewMail();
    this.#selection?.release();
    this.#selection = undefined;
    return options.purge === true ? this.purge() : { messages: 0, bytes: 0 };
  }

  /** vms-mail.md §4.3 */
  async #defaultFolder(criteria: SelectionCriteria, isPartial: boolean): Promise<string> {
    if (criteria.new === true) return NEWMAIL;
    if (this.currentFolder !== undefined) return this.currentFolder;
    if (isPartial) return MAIL_FOLDER;
    const newMail = await this.#store.folder(this.id, NEWMAIL);
    return newMail !== undefined && newMail.newCount > 0 ? NEWMAIL : MAIL_FOLDER;
  }

  async #leaveNewMail(): Promise<void> {
    await this.#store.moveRead(this.id, NEWMAIL, MAIL_FOLDER);
  }

  async #notThere(name: string, wasNamed: boolean, criteria: SelectionCriteria): Promise<never> {
    if (criteria.new === true) {
      await this.#store.recountNewMail(this.owner);
      signal(MAIL.NONEWMAIL);
    }
    return wasNamed ? signal(MAIL.NOTEXIST, name) : signal(MAIL.NOMSGS);
  }

  async #statistics(messagesDeleted: number, bytes: number): Promise<ReclaimStatistics> {
    const folders = await this.#store.folders(this.id);
    const dataBucketsReclaimed = Math.floor(bytes / BUCKET_BYTES);
    return {
      messagesDeleted,
      dataBucketsScanned: dataBucketsReclaimed + folders.reduce((sum, each) => sum + each.count, 0),
      dataBucketsReclaimed,
      indexBucketsReclaimed: 0,
      totalBucketsReclaimed: dataBucketsReclaimed,
    };
  }
}
