/**
 * The folders of a user as IMAP serves them: what clients change follows the rules of MAIL. What is deleted goes to the
 * wastebasket, and names are names of folders. Source: vms-mail.md §4; tcpip-smtp.md §7.3.
 */
import { parseHeaderBlock } from '../mime/header-block.ts';
import { DEFAULT_MAIL_FILE, type MailFileId, type MailStore, type StoredText } from '../ports/mail-store.ts';
import type { FolderId, MailboxRecord, NewClientMessage, Placement } from '../ports/mailboxes.ts';
import type { MessageText } from '../ports/message-text.ts';
import { checkFolderName, NEWMAIL } from './folder-names.ts';
import { decodedHeader, type MailHeader, mailHeader } from './internet-header.ts';

/** Of a header, as much as is looked at for MAIL's From, To, CC and Subj. */
export const LOOKED_AT_OCTETS = 65_536;

/** Messages moved, copied or looked at in one transaction: others have their turn in between. */
const AT_ONCE = 1_000;

/** Between two transactions of what takes long: others may have their turn. */
export type Rest = () => Promise<void>;

export interface ClientMessage {
  readonly text: MessageText | StoredText;
  readonly header: MailHeader;
  readonly receivedAt: number;
  readonly flags: Pick<
    NewClientMessage,
    'isNew' | 'isReplied' | 'isMarked' | 'isDeleted' | 'isDraft' | 'keywords'
  >;
}

/** MAIL's From, To, CC and Subj. @param beginning  of the text, LOOKED_AT_OCTETS of it where it has as many */
export function clientHeader(beginning: Uint8Array): MailHeader {
  return decodedHeader(mailHeader(parseHeaderBlock(beginning), ''));
}

/** The default mail file of a user, made when there is none. */
export async function openClientMailboxes(store: MailStore, owner: string): Promise<ClientMailboxes> {
  const file = await store.createMailFile(owner, DEFAULT_MAIL_FILE);
  return new ClientMailboxes(store, owner, file.id);
}

export class ClientMailboxes {
  readonly store: MailStore;
  readonly owner: string;
  readonly fileId: MailFileId;

  constructor(store: MailStore, owner: string, fileId: MailFileId) {
    this.store = store;
    this.owner = owner;
    this.fileId = fileId;
  }

  /** As it is called now: MAIL may rename it. */
  async wastebasketName(): Promise<string> {
    const file = await this.store.mailFile(this.owner, DEFAULT_MAIL_FILE);
    return file?.wastebasketName ?? '';
  }

  /** NEWMAIL and the wastebasket are there for clients, with messages or without. */
  async isStanding(folder: string): Promise<boolean> {
    return folder === NEWMAIL || folder === (await this.wastebasketName());
  }

  /** Whether clients see a mailbox of that name. */
  async has(folder: string): Promise<boolean> {
    if (await this.isStanding(folder)) return true;
    return (await this.store.mailboxes.find(this.fileId, folder)) !== undefined;
  }

  /** Of a folder that clients see; those that are there for them are made. */
  async find(folder: string): Promise<MailboxRecord | undefined> {
    const { mailboxes } = this.store;
    const found = await mailboxes.find(this.fileId, folder);
    if (found !== undefined || !(await this.isStanding(folder))) return found;
    await mailboxes.create(this.fileId, folder);
    return mailboxes.find(this.fileId, folder);
  }

  /**
   * Copies messages with all flags: all of them, or on a failure none. Those of many come one after the other.
   * Undefined, and nothing is copied: `to` is there no more.
   * @param options.allOrNone  nothing is copied where one of them is not there; else those that are
   */
  async copy(
    from: FolderId,
    uids: readonly number[],
    to: FolderId,
    { allOrNone, rest }: { readonly allOrNone: boolean; readonly rest: Rest },
  ): Promise<readonly Placement[] | undefined> {
    const copied: Placement[] = [];
    let isWhole = false;
    try {
      for (const some of batches(uids)) {
        const placements = await this.store.mailboxes.copy(this.fileId, from, some, to, { allOrNone });
        if (placements === undefined) return undefined;
        if (allOrNone && placements.length < some.length) return [];
        for (const each of placements) copied.push(each);
        await rest();
      }
      isWhole = true;
    } finally {
      if (!isWhole) await this.#takeBack(to, copied, rest);
    }
    return copied;
  }

  /** Of the stored texts. */
  async octetsOf(folder: FolderId, uids: readonly number[], rest: Rest): Promise<number> {
    let octets = 0;
    for (const some of batches(uids)) {
      const found = await this.store.mailboxes.messages(this.fileId, folder, some);
      octets += found.reduce((sum, each) => sum + (each?.sizeBytes ?? 0), 0);
      await rest();
    }
    return octets;
  }

  async #takeBack(folder: FolderId, copied: readonly Placement[], rest: Rest): Promise<void> {
    for (const some of batches(copied)) {
      const uids = some.map(({ newUid }) => newUid);
      const there = await this.store.mailboxes.messages(this.fileId, folder, uids);
      const ids = there.flatMap((each) => each?.id ?? []);
      await this.store.remove(this.fileId, ids);
      await rest();
    }
  }

  /**
   * Moves messages with all flags, each of them or, on a failure, not: `moved` is told what was. RFC 9051 §6.4.8
   * @returns false: `to` is there no more; those that have not been moved stay
   */
  async move(
    from: FolderId,
    uids: readonly number[],
    to: FolderId,
    { moved, rest }: { readonly moved: (placements: readonly Placement[]) => void; readonly rest: Rest },
  ): Promise<boolean> {
    for (const some of batches(uids)) {
      const placements = await this.store.mailboxes.move(this.fileId, from, some, to);
      if (placements === undefined) return false;
      moved(placements);
      await rest();
    }
    return true;
  }

  /**
   * Messages that are marked as deleted go to the wastebasket, and from it for good. Resolves to the numbers that went.
   * @param isMeant  others stay
   */
  async expunge(folder: FolderId, isMeant: (uid: number) => boolean, rest: Rest): Promise<readonly number[]> {
    const wastebasket = await this.wastebasketName();
    const isWastebasket = (await this.store.mailboxes.find(this.fileId, folder))?.name === wastebasket;
    const gone: number[] = [];
    const marked = await this.store.mailboxes.deleted(this.fileId, folder);
    for (const named of batches(marked.filter(isMeant))) {
      const some = await this.store.mailboxes.messages(this.fileId, folder, named);
      const deleted = some.filter((each) => each?.flags.deleted === true).map((each) => each!);
      const ids = deleted.map(({ id }) => id);
      if (ids.length === 0) continue;
      if (isWastebasket) await this.store.remove(this.fileId, ids);
      else await this.store.move(this.fileId, ids, folder, wastebasket);
      for (const { uid } of deleted) gone.push(uid);
      await rest();
    }
    return gone;
  }

  /** All of them or none; their numbers. Throws NAMTOOBIG, ILLFOLNAM. */
  append(folder: string, messages: readonly ClientMessage[]): Promise<readonly number[]> {
    const name = checkFolderName(folder);
    return this.store.mailboxes.append(
      messages.map(({ text, header, receivedAt, flags }) => ({
        ...flags,
        ...header,
        owner: this.owner,
        folder: name,
        receivedAt,
        text,
        format: 'rfc5322',
      })),
    );
  }
}

function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += AT_ONCE) yield items.slice(at, at + AT_ONCE);
}
