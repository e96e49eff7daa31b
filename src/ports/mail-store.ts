/**
 * What MAIL keeps: profiles, mail files, folders, messages, their texts, and the keys of deliveries made. DESIGN §4.
 *
 * Rules of MAIL live in mail/; the store keeps what belongs together in one transaction: a message with its text, the
 * folder's count and next number, the receiver's new-mail count, and the delivery key. Every method is one transaction.
 * Several processes use a store at once; none of them ever sees a lock. Failures: Condition RMS FUL when the device is
 * full; anything else is an ordinary Error. After either nothing of the call stands, and the next call may succeed.
 * Adapters: adapters/sqlite/mail-store/, adapters/memory/mail-store.ts; contract: test/contract/mail-store/new-message.ts.
 * Source: vms-mail.md §4, §6.1.
 */
import type { FolderId, FolderRef, Mailboxes } from './mailboxes.ts';
import type { MessageText } from './message-text.ts';

/** The record of VMSMAIL_PROFILE.DATA; vms-mail.md §6.1. `undefined` is "not set". */
export interface Profile {
  /** Upper case. Need not be an account: SET FORWARD/USER makes aliases. */
  readonly userName: string;
  /** +1 per delivery into NEWMAIL of the default mail file, -1 when such a message stops being new. */
  readonly newMailCount: number;
  readonly copySelf: { readonly send: boolean; readonly reply: boolean; readonly forward: boolean };
  readonly autoPurge: boolean;
  readonly ccPrompt: boolean;
  /** Below the login directory: `[.MAIL]`. */
  readonly mailDirectory?: string | undefined;
  /** Where mail goes instead, as SET FORWARD was given it. */
  readonly forwarding?: string | undefined;
  readonly personalName?: string | undefined;
  readonly transport?: string | undefined;
  /** As SET EDITOR has it: `EDT`, `TPU`, `LSE`. */
  readonly editor?: string | undefined;
  readonly printQueue?: string | undefined;
  readonly form?: string | undefined;
  readonly signatureFile?: string | undefined;
}
/** What changes; a key with value `undefined` clears it. `newMailCount` is the store's own. */
export type ProfileChanges = Partial<Omit<Profile, 'userName' | 'newMailCount'>>;

/** Never used again, not even after the mail file is gone. */
export type MailFileId = number;
/** Never used again; greater than that of every message stored before it. */
export type MessageId = number;

/** Name of a user's default mail file. */
export const DEFAULT_MAIL_FILE = 'MAIL.MAI';

export interface MailFileRecord {
  readonly id: MailFileId;
  readonly owner: string;
  /** `MAIL.MAI`: in the owner's mail directory, wherever that is now; else a full specification. */
  readonly name: string;
  readonly wastebasketName: string;
  /** Bytes of messages purged since space was last reclaimed. */
  readonly deletedBytes: number;
}

/** A folder that at least one message carries the name of. vms-mail.md §4.1 */
export interface FolderRecord {
  readonly name: string;
  readonly count: number;
  readonly newCount: number;
  /** What the next message will be numbered; only grows, also while the folder does not exist. */
  readonly nextUid: number;
}

export interface MessageFlags {
  /** Not read yet. */
  readonly new: boolean;
  readonly replied: boolean;
  readonly marked: boolean;
  readonly foreign: boolean;
}

/** `records`: UTF-8, each record ended by LF. */
export type TextFormat = 'rfc5322' | 'records';

export interface MessageRecord {
  readonly id: MessageId;
  readonly folder: string;
  /** Number within the folder, ascending in the order messages came into it; a new one when it is moved. */
  readonly uid: number;
  readonly receivedAt: number;
  readonly from: string;
  readonly to: string;
  readonly cc: string;
  readonly subject: string;
  readonly flags: MessageFlags;
  readonly format: TextFormat;
  /** Of the text, as it is kept. */
  readonly sizeBytes: number;
  /** Lines of the text. */
  readonly records: number;
  /** 8 hexadecimal digits where the text is in a file of its own, MAIL$xxxxxxxx.MAI. */
  readonly externalId?: string | undefined;
}

/** All that is given must hold (AND). Substrings are compared without regard to case. vms-mail.md §2.0.2 */
export interface SelectionCriteria {
  /** Received before this instant. */
  readonly before?: number | undefined;
  /** Received at or after this instant. */
  readonly since?: number | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly cc?: string | undefined;
  readonly subject?: string | undefined;
  readonly marked?: boolean | undefined;
  readonly replied?: boolean | undefined;
  readonly new?: boolean | undefined;
}

/**
 * Ids of messages in their order, as they stood when they were selected, whoever delivers, moves or deletes afterwards.
 * Making one costs about the same for a folder of a million messages as for one of ten.
 */
export interface SelectedIds {
  readonly length: number;
  /** Ids at places `start` to `start + count - 1`, the first being 0; fewer at the end. As cheap at any place. */
  slice(start: number, count: number): Promise<Float64Array>;
  /** Lets go of what is still held; nothing may be asked for afterwards. */
  close(): void;
}

/** All of them. For folders that are not large, or where every message is needed anyway. */
export async function everyId(selected: SelectedIds | Promise<SelectedIds>): Promise<Float64Array> {
  const ids = await selected;
  try {
    return await ids.slice(0, ids.length);
  } finally {
    ids.close();
  }
}

/** A text in a file, mostly one longer than 64 KiB, that was written through `createText` and belongs to nothing yet. */
export interface StoredText {
  readonly kind: 'stored';
  readonly externalId: string;
  readonly sizeBytes: number;
  readonly records: number;
}
export interface TextWriter {
  write(chunk: Uint8Array): Promise<void>;
  /** Short texts come back inline; longer ones stand durably in a file. */
  commit(): Promise<MessageText | StoredText>;
  abandon(): Promise<void>;
}

export interface NewMessage {
  /** A second one under a key already used does nothing. */
  readonly deliveryKey?: string | undefined;
  readonly owner: string;
  /** Mail file of the owner; created when it is not there. Default `MAIL.MAI`. */
  readonly mailFile?: string | undefined;
  readonly folder: string;
  readonly isNew: boolean;
  /** Default false; mail that comes from other programs may be. */
  readonly isReplied?: boolean | undefined;
  readonly isMarked?: boolean | undefined;
  /** A file byte for byte, not to be read as text. */
  readonly isForeign?: boolean | undefined;
  readonly receivedAt: number;
  readonly from: string;
  readonly to: string;
  readonly cc: string;
  readonly subject: string;
  readonly text: MessageText | StoredText;
  readonly format: TextFormat;
  /** Nothing is delivered where the owner's messages, with this one, would take more. Default: no limit. */
  readonly limitBytes?: number | undefined;
}

/** After how many days messages leave folders for good; 0: they stay. */
export interface AgeLimits {
  /** The wastebasket of each mail file, whatever it is called. */
  readonly wastebasketDays: number;
  /** One folder of default mail files. */
  readonly junk: { readonly folder: string; readonly days: number };
}
/** Those of a folder with a number below. */
export interface AgedMessages {
  readonly file: MailFileId;
  readonly folder: FolderId;
  readonly name: string;
  readonly below: number;
}

/** `again`: its delivery key was known. `full`: it would have been too much for its owner. */
export type DeliverResult = 'delivered' | 'again' | 'full';

export interface MailStore {
  /** The same folders, for clients that keep copies. */
  readonly mailboxes: Mailboxes;

  // ---- profiles -----------------------------------------------------------------------------------------------------
  /** Undefined when the user has none yet; `defaultProfile` then applies. */
  profile(userName: string): Promise<Profile | undefined>;
  /** By name, ascending; `pattern` with `*` and `%`. */
  profiles(pattern?: string): Promise<readonly Profile[]>;
  /** Creates the record on first use. */
  changeProfile(userName: string, changes: ProfileChanges): Promise<Profile>;
  /** False where there is none; so do `removeMailFile` and its like. */
  removeProfile(userName: string): Promise<boolean>;
  /** Sets the new-mail count to what NEWMAIL of the default mail file really holds, and returns it. */
  recountNewMail(userName: string): Promise<number>;

  // ---- mail files ---------------------------------------------------------------------------------------------------
  mailFile(owner: string, name: string): Promise<MailFileRecord | undefined>;
  /** All mail files of a user, by name. */
  mailFiles(owner: string): Promise<readonly MailFileRecord[]>;
  /** The one there is, or a new one. */
  createMailFile(owner: string, name: string): Promise<MailFileRecord>;
  /** Octets of all his messages, in all his mail files. */
  usedBytes(owner: string): Promise<number>;
  /** Messages stay where they are: the folder of the old name is one like others then. */
  setWastebasketName(id: MailFileId, name: string): Promise<void>;
  /** With all its messages. */
  removeMailFile(id: MailFileId): Promise<boolean>;
  /**
   * All mail files and the profile of a user belong to another name from now on; the files get new ids, so that nobody who
   * knew them by the old name writes there. False, and nothing done, when there is mail or a profile of the new name.
   */
  renameOwner(owner: string, newOwner: string): Promise<boolean>;

  // ---- folders and messages -----------------------------------------------------------------------------------------
  /** Folders with messages, in the order of their names; `after`: those greater than it. */
  folders(id: MailFileId, after?: string): Promise<readonly FolderRecord[]>;
  folder(id: MailFileId, name: string): Promise<FolderRecord | undefined>;
  /**
   * The messages of a folder that meet the criteria, by time received, oldest first: a snapshot.
   * @param stop  where many texts have to be compared, rejects with its reason soon after it is aborted
   */
  select(
    id: MailFileId,
    folder: FolderRef,
    criteria?: SelectionCriteria,
    stop?: AbortSignal,
  ): Promise<SelectedIds>;
  /** In the order of `ids`; undefined for what is gone. */
  messages(
    id: MailFileId,
    ids: Float64Array | readonly MessageId[],
  ): Promise<readonly (MessageRecord | undefined)[]>;
  /** Texts that are not in files of their own, in the order of `ids`; undefined for those that are, and for what is gone. */
  shortTexts(id: MailFileId, ids: readonly MessageId[]): Promise<readonly (Uint8Array | undefined)[]>;
  /**
   * Bytes of the text. Throws Condition RMS FNF when the message or its file is gone.
   * @param start  octets that are passed over, unread; default 0
   */
  readText(id: MailFileId, message: MessageId, start?: number): AsyncIterable<Uint8Array>;

  // ---- writing ------------------------------------------------------------------------------------------------------
  /** For texts whose length is not known beforehand. @param options.inFile  short ones, too: nothing stays in memory */
  createText(options?: { readonly inFile?: boolean }): TextWriter;
  /** Of a text that belongs to nothing yet. */
  readStored(text: StoredText): AsyncIterable<Uint8Array>;
  /** Removes the file of a text that belongs to nothing, which `removeOrphans` would do some time. */
  discardText(text: StoredText): Promise<void>;
  /** All of them or, on a failure, none; results in the same order. Equal `text` objects are stored once. */
  deliver(messages: readonly NewMessage[]): Promise<readonly DeliverResult[]>;
  /** Those of the keys that it has. */
  knownDeliveryKeys(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * They mean nothing to the next `deliver`. On stable storage later, at `close` at the latest.
   * @param beginnings  of keys that are all to be forgotten
   */
  forgetDeliveryKeys(keys: readonly string[], beginnings?: readonly string[]): Promise<void>;
  /**
   * Sets flags of those that are still there, and returns how many those are. Clearing `new` keeps the new-mail count.
   */
  setFlags(
    id: MailFileId,
    ids: readonly MessageId[],
    flags: Partial<Omit<MessageFlags, 'foreign'>>,
  ): Promise<number>;
  /**
   * Moves messages that still stand in folder `from` into `to`, where they are neither new nor deleted for clients; returns the ids that moved.
   * `toFile`: another mail file.
   */
  move(
    id: MailFileId,
    ids: readonly MessageId[],
    from: FolderRef,
    to: string,
    toFile?: MailFileId,
  ): Promise<readonly MessageId[]>;
  /** Moves all read messages of a folder (NEWMAIL when it is left) and returns how many. */
  moveRead(id: MailFileId, from: string, to: string): Promise<number>;
  /** Copies, neither new nor deleted, with the text shared; returns how many of `ids` were still there. */
  copy(id: MailFileId, ids: readonly MessageId[], to: string, toFile?: MailFileId): Promise<number>;
  /** Removes all messages of a folder for good. Counts their bytes as deleted. */
  purge(id: MailFileId, folder: string): Promise<{ readonly messages: number; readonly bytes: number }>;
  /** Removes single messages for good; returns how many were still there. */
  remove(id: MailFileId, ids: readonly MessageId[]): Promise<number>;
  /**
   * Looks at the folders that messages leave by age: what has been in one of them at so many looks, a day or more apart, is returned. Of looks
   * within a day the first one counts, and of a folder that was called otherwise meanwhile those since then.
   */
  lookForAged(limits: AgeLimits, now: number): Promise<readonly AgedMessages[]>;
  /**
   * Removes some of them for good, where the folder still has that name; none: there are none left. Counts their bytes as deleted.
   */
  removeAged(aged: AgedMessages): Promise<{ readonly messages: number; readonly bytes: number }>;
  /** Forgets the deleted bytes; returns how many there were. */
  reclaim(id: MailFileId): Promise<number>;

  /**
   * Removes text files that no message points to, and that were there and the same when this was called an hour ago, or earlier: what
   * is being written is left alone, whatever the clock is set to. @param steadyMs  of the clock. @returns how many
   */
  removeOrphans(steadyMs: number): Promise<number>;
  /** Nothing is asked for at present: memory that only makes answers faster is given back. */
  releaseMemory(): void;
  close(): Promise<void>;
}

/** vms-mail.md §6.1: all flag bits zero is the initial state. */
export const defaultProfile = (userName: string): Profile => ({
  userName: userName.toUpperCase(),
  newMailCount: 0,
  copySelf: { send: false, reply: false, forward: false },
  autoPurge: true,
  ccPrompt: false,
});
