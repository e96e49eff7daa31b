/**
 * Folders as clients know them that keep copies: by numbers that never mean another message, with what has changed since they
 * looked last. The same folders and messages that MAIL keeps, by MailStore; whatever MAIL or a delivery changes is seen here.
 *
 * Every change of a folder gives it the next modification sequence, and what was changed carries it. Every method is one
 * transaction. Adapters: those of MailStore; contract: test/contract/mailboxes/index.ts.
 * Source: RFC 9051 §2.3.1 (unique identifiers), RFC 7162 (modification sequences).
 */
import type { MailFileId, MessageFlags, MessageId, MessageRecord, NewMessage } from './mail-store.ts';

/** With what clients alone know of. */
export interface ClientFlags extends MessageFlags {
  readonly deleted: boolean;
  readonly draft: boolean;
}

export type FolderId = number;
/**
 * By name: whatever has that name when the question comes. By id: that folder, whatever it is called now; who asks several times and means
 * the same messages asks so. What a question answers for a folder that is not there is said of it; without a word it is nothing.
 */
export type FolderRef = string | FolderId;

/** A folder with messages, or one that a client has made or opened. */
export interface MailboxRecord {
  /** Of this folder alone, whatever it is called, and whether it is removed and made again. */
  readonly id: FolderId;
  readonly name: string;
  /** Numbers under this name mean the same messages for as long as this is the same; else it is greater than it was. */
  readonly uidValidity: number;
  readonly count: number;
  readonly newCount: number;
  /** What the next message will be numbered; only grows, also while the folder does not exist. */
  readonly nextUid: number;
  /** Of the last change; 1 or greater. */
  readonly highestModseq: number;
}

export interface OpenedMailbox {
  readonly mailbox: MailboxRecord;
  /** All numbers there are, ascending, as of one moment. They are not to be changed. */
  readonly uids: Uint32Array;
  /** As of which all this is. */
  readonly stamp: number;
}

export interface MailboxTotals {
  /** Octets of all texts. */
  readonly octets: number;
  /** Of messages that are marked as deleted. */
  readonly deleted: number;
  readonly deletedOctets: number;
  /** Of messages that clients do not read as they are kept: in records, files, or of users here. */
  readonly converted: {
    readonly messages: number;
    /** Lines of their texts. */
    readonly records: number;
    /** In From, To, CC and Subj. */
    readonly characters: number;
    /** Octets of files. */
    readonly foreign: number;
  };
}

export interface NumberedMessage {
  readonly id: MessageId;
  readonly uid: number;
  /** That of its arrival, or of the last change of its flags. */
  readonly modseq: number;
  readonly receivedAt: number;
  /** Of the stored text. */
  readonly sizeBytes: number;
  readonly flags: ClientFlags;
  /** As they were set first; never two that differ in case alone. */
  readonly keywords: readonly string[];
  /** Both say how the stored text becomes what clients read. */
  readonly format: MessageRecord['format'];
  readonly from: string;
}

/** What happened in a folder; numbers ascend. */
export interface MailboxChanges {
  readonly mailbox: MailboxRecord;
  /** Of messages that are there, and were before: their flags have changed. */
  readonly changed: readonly number[];
  readonly arrived: readonly number[];
  /** Undefined where that is not known any more: compare with `uids`. */
  readonly vanished: readonly number[] | undefined;
}

export interface FlagChange {
  /** `set`: what is not named is cleared, but for `foreign`. */
  readonly mode: 'set' | 'add' | 'remove';
  readonly flags: readonly Exclude<keyof ClientFlags, 'foreign'>[];
  readonly keywords: readonly string[];
  /** Whatever the mode is: it is no longer new, or new again. Default: as the mode has it. */
  readonly isRead?: boolean | undefined;
  /** Messages changed after this are left alone. RFC 7162 §3.1.3 */
  readonly unchangedSince?: number | undefined;
}
export interface ChangedMessage extends NumberedMessage {
  /** What `modseq` was before: greater than what the caller knew where somebody else has changed it meanwhile. */
  readonly modseqBefore: number;
}
export interface FlagResult {
  /** Those that are there, as they are now, by number; unchanged ones, too. */
  readonly messages: readonly ChangedMessage[];
  /** Numbers of those that had been changed since. */
  readonly modified: readonly number[];
}

/** About the text of a message, in the words of who found it. */
export interface Finding {
  readonly id: MessageId;
  readonly value: string;
}

/** A message and the number it has where it was put. */
export interface Placement {
  readonly uid: number;
  readonly newUid: number;
}

export interface NewClientMessage extends Omit<NewMessage, 'deliveryKey'> {
  readonly isDeleted?: boolean | undefined;
  readonly isDraft?: boolean | undefined;
  readonly keywords?: readonly string[] | undefined;
}

export interface FolderRename {
  readonly from: string;
  /** The same: clients alone call it otherwise. */
  readonly to: string;
  /** As `create` has it; undefined: nothing, whatever it was before. */
  readonly clientName?: string | undefined;
}

/** Not to be changed. */
export interface FlaggedNumbers {
  readonly uids: Uint32Array;
  /** Of each number, in the same order, the sum of its FLAG_BITS. */
  readonly bits: Uint8Array;
}

/** `keywords`: it has some. */
export const FLAG_BITS = { new: 1, replied: 2, marked: 4, deleted: 16, draft: 32, keywords: 128 } as const;

export interface Mailboxes {
  /** By name. */
  list(file: MailFileId): Promise<readonly MailboxRecord[]>;
  find(file: MailFileId, folder: FolderRef): Promise<MailboxRecord | undefined>;
  totals(file: MailFileId, folder: FolderRef): Promise<MailboxTotals>;
  /**
   * Stands from now on, also while it is empty. False, and nothing done, when clients saw it before; what had messages stands then, too.
   * @param clientName  what clients call it, until it is renamed or stands no longer
   */
  create(file: MailFileId, name: string, clientName?: string): Promise<boolean>;
  /** What clients call folders that are there, by their names; the first made first. Costs next to nothing where nothing was written. */
  clientNames(file: MailFileId): Promise<ReadonlyMap<string, string>>;
  /** What is empty stands no longer. False when there are messages, or no such folder. */
  remove(file: MailFileId, folder: FolderRef): Promise<boolean>;
  /**
   * Folders get other names, one after the other, all of them or none: with their messages, numbers and what is known of changes. Mail for
   * an old name makes a folder of it again, which numbers on. Not for the folder whose new mail is counted.
   * False, and nothing done, when one is not there, or there is one of the new name.
   */
  rename(file: MailFileId, names: readonly FolderRename[]): Promise<boolean>;
  /** From now on it stands while it is empty, and numbers that vanish are remembered, some thousands. Undefined: there is none. */
  open(file: MailFileId, name: string): Promise<OpenedMailbox | undefined>;

  /** By name, of folders that are not there, too: whether the user wants to see it. Others he has said nothing of. */
  subscriptions(file: MailFileId): Promise<ReadonlyMap<string, boolean>>;
  /** @param isSubscribed  undefined: it is forgotten that anything was said */
  subscribe(file: MailFileId, name: string, isSubscribed: boolean | undefined): Promise<void>;

  /** Numbers above `after`, ascending, `limit` at most. */
  uids(file: MailFileId, folder: FolderRef, after: number, limit: number): Promise<readonly number[]>;
  /** Numbers from `first` on, ascending, `limit` at most, with flags. Of a large folder at a small part of what `messages` costs. */
  flags(file: MailFileId, folder: FolderRef, first: number, limit: number): Promise<FlaggedNumbers>;
  /** Numbers of messages that are marked as deleted, ascending. Costs what they are, not what the folder is. */
  deleted(file: MailFileId, folder: FolderRef): Promise<readonly number[]>;
  /** In the order of `uids`; undefined for what is not there. */
  messages(
    file: MailFileId,
    folder: FolderRef,
    uids: readonly number[],
  ): Promise<readonly (NumberedMessage | undefined)[]>;
  /**
   * What happened after `modseq`. Undefined: there is no such folder.
   * @param since.nextUid  what the next number was then, where that is known: all from there on have arrived
   */
  changes(
    file: MailFileId,
    folder: FolderRef,
    since: { readonly modseq: number; readonly nextUid?: number | undefined },
  ): Promise<MailboxChanges | undefined>;
  /** As `messages` of the store, in the order of `ids`, without looking at texts. */
  headers(
    file: MailFileId,
    ids: readonly MessageId[],
  ): Promise<readonly (Omit<MessageRecord, 'externalId'> | undefined)[]>;
  /**
   * What `keepFindings` was given of the texts of these messages, in the order of `ids`; undefined where nothing is kept. Messages
   * that share a text share it, whoever has them.
   */
  findings(file: MailFileId, ids: readonly MessageId[]): Promise<readonly (string | undefined)[]>;
  /** What a reader found out about texts, for as long as these stand; what is no longer there is passed over. */
  keepFindings(file: MailFileId, findings: readonly Finding[]): Promise<void>;
  /** Another value than before whenever anything in the store may have changed, by whatever process. Costs nearly nothing. */
  stamp(): number;

  /** All or, on a failure, none. Their numbers, in the same order. */
  append(messages: readonly NewClientMessage[]): Promise<readonly number[]>;
  changeFlags(
    file: MailFileId,
    folder: FolderRef,
    uids: readonly number[],
    change: FlagChange,
  ): Promise<FlagResult>;
  /**
   * Copies with all flags, the text shared. By `uid`, ascending, without those that are not there.
   * @param to  by name: made when it is not there; by id: undefined, and nothing done, when it stands no longer
   * @param options.allOrNone  nothing is copied where one of them is not there
   */
  copy(
    file: MailFileId,
    folder: FolderRef,
    uids: readonly number[],
    to: FolderRef,
    options?: { readonly toFile?: MailFileId; readonly allOrNone?: boolean },
  ): Promise<readonly Placement[] | undefined>;
  /** Moves with all flags. @param to  as `copy` has it */
  move(
    file: MailFileId,
    folder: FolderRef,
    uids: readonly number[],
    to: FolderRef,
    toFile?: MailFileId,
  ): Promise<readonly Placement[] | undefined>;
}

/** Of a message; what is set beyond it is not. RFC 9051 §2.3.2 leaves it to the server */
const MOST_KEYWORDS = 128;

/** Keywords are compared without regard to case, and stay as they were written first. RFC 9051 §2.3.2 */
export function keywordsAfter(
  before: readonly string[],
  mode: FlagChange['mode'],
  named: readonly string[],
): readonly string[] {
  const folded = new Set(named.map((each) => each.toLowerCase()));
  const kept = before.filter((each) => mode === 'add' || folded.has(each.toLowerCase()) === (mode === 'set'));
  if (mode === 'remove') return kept;
  const after = new Map(kept.map((each) => [each.toLowerCase(), each]));
  for (const each of named) if (!after.has(each.toLowerCase())) after.set(each.toLowerCase(), each);
  return [...after.values()].slice(0, MOST_KEYWORDS);
}
