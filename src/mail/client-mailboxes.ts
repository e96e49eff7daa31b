/**
 * The folders of a user as IMAP serves them: what clients change follows the rules of MAIL. What is deleted goes to the
 * wastebasket, and names are names of folders. Source: vms-mail.md §4; tcpip-smtp.md §7.3.
 */
import { parseHeaderBlock } from '../mime/header-block.ts';
import { headerText } from '../mime/header-text.ts';
import { DEFAULT_MAIL_FILE, type MailFileId, type MailStore, type StoredText } from '../ports/mail-store.ts';
import type { NewClientMessage } from '../ports/mailboxes.ts';
import type { MessageText } from '../ports/message-text.ts';
import { checkFolderName, NEWMAIL } from './folder-names.ts';
import { type MailHeader, mailHeader } from './internet-header.ts';

/** Of a header, as much as is looked at for MAIL's From, To, CC and Subj. */
export const LOOKED_AT_OCTETS = 65_536;

/** Messages that go to the wastebasket together. */
const AT_ONCE = 1_000;

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
  const { from, to, cc, subject } = mailHeader(parseHeaderBlock(beginning), '');
  return {
    from: headerText(from),
    to: headerText(to),
    cc: headerText(cc),
    subject: headerText(subject),
  };
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

  /** Those of `uids` that are marked as deleted go to the wastebasket, and from it for good. Resolves to the numbers that went. */
  async expunge(folder: string, uids: readonly number[]): Promise<readonly number[]> {
    const wastebasket = await this.wastebasketName();
    const gone: number[] = [];
    for (let at = 0; at < uids.length; at += AT_ONCE) {
      const some = await this.store.mailboxes.messages(this.fileId, folder, uids.slice(at, at + AT_ONCE));
      const deleted = some.filter((each) => each?.flags.deleted === true).map((each) => each!);
      const ids = deleted.map(({ id }) => id);
      if (ids.length === 0) continue;
      if (folder === wastebasket) await this.store.remove(this.fileId, ids);
      else await this.store.move(this.fileId, ids, folder, wastebasket);
      for (const { uid } of deleted) gone.push(uid);
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
