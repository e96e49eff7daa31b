/**
 * MAIL as its shell, DCL, POP and IMAP call it: the callable interface, after MAIL$MAILFILE_, MAIL$MESSAGE_, MAIL$SEND_
 * and MAIL$USER_ routines. All rules of folders, addresses and profiles stand behind it. Source: vms-mail.md §4, §5, §8.
 * Expected failures are Conditions of facility MAIL (messages.ts).
 */
import type { Condition } from '../condition/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { MailDelivery } from '../ports/local-delivery.ts';
import type { Log } from '../ports/log.ts';
import type {
  MailStore,
  MessageFlags,
  Profile,
  ProfileChanges,
  SelectionCriteria,
} from '../ports/mail-store.ts';
import type { Spool } from '../ports/message-text.ts';
import type { AlarmMark } from '../ports/operator-communication.ts';
import type { QueueManager } from '../ports/queue-manager.ts';
import type { SystemStore } from '../ports/system-store.ts';
import type { LogicalNames } from '../system/logical-names.ts';
import type { ResolveFile } from '../system/process.ts';
import type { Attachment, AttachmentContent } from './attachments.ts';
import type { ForeignFile } from './foreign-text.ts';
import type { OutgoingAttachment } from './multipart-text.ts';
import type { MailQuota } from './quota.ts';

/** SET CONFIGURATION SMTP /OPTIONS: where MAIL shows the headers of mail that came by SMTP. tcpip-smtp.md §3.1 */
export type HeadersOption = 'headers' | 'topHeaders' | 'noHeaders';

/** What `createMail(dependencies): MailService` is made of. */
export interface MailDependencies {
  readonly store: MailStore;
  readonly systemStore: SystemStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Short node name, upper case: `NODE::USER`, `New mail on node NODE`. */
  readonly nodeName: string;
  /** Fully qualified: `user@host` of mail sent from here. */
  readonly hostName: string;
  /** Takes mail for other hosts. Without it such mail ends in `-JBC-E-JOBQUEDIS`. */
  readonly queueManager?: Pick<QueueManager, 'submit'>;
  /** For texts over 64 KiB to other hosts; needed with queueManager. */
  readonly spool?: Spool;
  /** Shows a new-mail notice on the terminals of a user. Called after the commit. */
  readonly announce?: (userName: string, text: string) => void;
  /** Hears when mail files cannot be written, and when they can again: once each. */
  readonly tellOperators?: (text: string, alarm: AlarmMark) => void;
  /** Default: nobody has a limit. */
  readonly quota?: MailQuota;
  /** Default 'headers'. Asked once per message shown. */
  readonly headersOption?: () => Promise<HeadersOption>;
  /** SUBSTITUTE_DOMAIN: stands for the host name in addresses of outgoing mail. */
  readonly substituteDomain?: () => Promise<string | undefined>;
  /** Outbound-Alias: the sender of who has no TCPIP$SMTP_FROM of his own. */
  readonly outboundAlias?: () => Promise<string | undefined>;
}

/** On whose behalf: decides about other people's files and profiles. */
export interface MailUser {
  readonly userName: string;
  /** SYSPRV, SYSNAM, BYPASS, READALL … */
  readonly privileges: ReadonlySet<string>;
}

/** What addresses are resolved with: the logical names and files of the process that sends. */
export interface AddressContext {
  readonly user: MailUser;
  readonly logicalNames: Pick<LogicalNames, 'lookup'>;
  readonly files: Pick<FileSystem, 'openRead'>;
  readonly resolveFile: ResolveFile;
}

export interface MailService {
  /**
   * Opens the default mail file of a user, or another one.
   * @param options.fileSpec  full or partial specification; default type .MAI, default directory the mail directory
   * @param options.create  false (default): `%MAIL-E-OPENIN` + `-RMS-E-FNF` where another file does not exist. The
   *   default mail file is always there.
   * Throws `%MAIL-E-OPENIN` + `-RMS-E-PRV` for other people's files without SYSPRV or BYPASS.
   */
  openMailFile(
    user: MailUser,
    options?: { readonly fileSpec?: string; readonly create?: boolean },
  ): Promise<MailFile>;
  /** Whether `openMailFile` would find it: for "File X does not exist." of §4.1. Returns the full specification. */
  findMailFile(
    user: MailUser,
    fileSpec: string,
  ): Promise<{ readonly specification: string; readonly exists: boolean }>;

  /**
   * COMPRESS. The file as it was is kept as type .OLD; with `output` a compressed copy is made, and the file is left alone.
   * Throws OPENIN where there is no such file, OPENOUT + RMS FEX where `output` is there already.
   */
  compress(
    user: MailUser,
    options: { readonly fileSpec: string; readonly output?: string | undefined },
  ): Promise<{ readonly input: string; readonly target: string; readonly records: number }>;

  /** The profile, or the initial one. */
  profile(userName: string): Promise<Profile>;
  /** Profiles that exist, by pattern (`*`, `%`). */
  profiles(pattern: string): Promise<readonly Profile[]>;
  /** Without rules about privileges: the caller has checked them. ILLPERNAM for a bad personal name. */
  changeProfile(userName: string, changes: ProfileChanges): Promise<Profile>;
  removeProfile(userName: string): Promise<boolean>;
  /** `DKA0:[JONES.MAIL]`. */
  mailDirectory(userName: string): Promise<string>;
  /** The count the profile holds: what LOGINOUT and MAIL print. */
  newMailCount(userName: string): Promise<number>;

  /** The text of a To: or CC: line, or of a SET FORWARD. Checks every recipient (§5.2–5.6). Never throws for a bad address. */
  resolveRecipients(text: string, context: AddressContext): Promise<ResolvedRecipients>;
  /** Sends one message. Nothing is half sent: see SendReport. */
  send(request: SendRequest): Promise<SendReport>;
  /** `NODE::USER`: how mail of this user is signed at From:, without personal name. */
  senderAddress(userName: string): string;

  /** What the symbiont delivers through. */
  readonly delivery: MailDelivery;
}

// ---- mail files, selections, messages -----------------------------------------------------------------------------------

export interface FolderInfo {
  readonly name: string;
  readonly count: number;
}

export interface MailFile {
  /** `DKA0:[JONES]MAIL.MAI;1` */
  readonly specification: string;
  readonly owner: string;
  readonly wastebasketName: string;
  /** The folder last selected. */
  readonly currentFolder: string | undefined;
  /** What the last `select` made. */
  readonly selection: Selection | undefined;

  /** Folders that exist, alphabetically; `after`: names greater than it (DIRECTORY/FOLDER/START). */
  folders(after?: string): Promise<readonly FolderInfo[]>;
  folderExists(name: string): Promise<boolean>;
  /**
   * Selects by rule 4.3 and makes it the current selection. Read messages of a NEWMAIL that is left go to MAIL.
   * @param folder  undefined: the current folder, or NEWMAIL with criteria.new or when new mail exists, else MAIL
   * Throws NOTEXIST (named folder without messages), NOMSGS (nothing matches), NONEWMAIL (criteria.new, none; the
   * profile's count has then been put right), ILLFOLNAM. What was selected before stays when it throws.
   * @param stop  rejects with its reason when it is aborted before the messages are found
   */
  select(folder?: string, criteria?: SelectionCriteria, stop?: AbortSignal): Promise<Selection>;

  setWastebasketName(name: string): Promise<void>;
  /** SHOW DELETED. */
  deletedBytes(): Promise<number>;
  /** PURGE: empties the wastebasket; reclaims when more than 32,767 bytes are deleted, or with `reclaim`. */
  purge(options?: { readonly reclaim?: boolean }): Promise<PurgeReport>;
  /** Would `purge` reclaim now? For `%MAIL-I-RECLPLSWAIT` before it happens. */
  wouldReclaim(): Promise<boolean>;
  /**
   * EXIT and SET FILE (`purge`: as the profile says), QUIT (`purge: false`). Reading state becomes permanent: what
   * was read in NEWMAIL goes to MAIL.
   * @param options  `keepsNewMail`: what is in NEWMAIL stays there, whoever has read it
   */
  close(options?: { readonly purge?: boolean; readonly keepsNewMail?: boolean }): Promise<PurgeReport>;
}

export interface PurgeReport {
  readonly messages: number;
  readonly bytes: number;
  readonly reclaimed?: ReclaimStatistics;
}
/** PURGE/STATISTICS; a bucket is 5 blocks here. */
export interface ReclaimStatistics {
  readonly messagesDeleted: number;
  readonly dataBucketsScanned: number;
  readonly dataBucketsReclaimed: number;
  readonly indexBucketsReclaimed: number;
  readonly totalBucketsReclaimed: number;
}

/** Messages numbered from 1, oldest first; numbers never change, whoever deletes or delivers meanwhile. §4.6 */
export interface Selection {
  readonly folder: string;
  readonly length: number;
  /** True when it was made with criteria. */
  readonly isPartial: boolean;
  /** DIRECTORY: `count` entries from number `start`; fewer at the end. Cheap at any position. */
  summaries(start: number, count: number): Promise<readonly MessageSummary[]>;
  /** Throws NOMOREMSG below 1 and above length, DELMSG for deleted or moved ones. Does not mark it read. */
  message(number: number): Promise<Message>;
  /** Deleted or moved in this selection, or gone. */
  isDeleted(number: number): Promise<boolean>;

  /** A new message is no longer new. Nothing happens to others. */
  markRead(number: number): Promise<void>;
  setReplied(number: number): Promise<void>;
  /** Of a message that is not there any more nothing is changed. */
  setFlags(number: number, flags: Partial<Omit<MessageFlags, 'foreign'>>): Promise<void>;
  // Of these four, what is done stays done when `stop` is aborted, and the rest is left as it was.
  /** MARK, UNMARK. NOMOREMSG when a number does not exist. Deleted ones are passed over. */
  mark(numbers: readonly number[], marked: boolean, stop?: AbortSignal): Promise<void>;
  /** To the wastebasket; how many were deleted. DELWASTE inside it; NOMOREMSG. Deleted ones are passed over. */
  delete(numbers: readonly number[], stop?: AbortSignal): Promise<number>;
  /** Moves to a folder, of `file` if given. Does not ask: `folderExists` first. ILLFOLNAM. How many were moved. */
  move(numbers: readonly number[], folder: string, file?: MailFile, stop?: AbortSignal): Promise<number>;
  copy(numbers: readonly number[], folder: string, file?: MailFile, stop?: AbortSignal): Promise<number>;
  /** Every number, for /ALL. */
  numbers(): readonly number[];
  /** The first message from `start` on, or back from it, that is neither deleted nor gone. */
  nextStanding(start: number, step: 1 | -1): Promise<number | undefined>;
  /** SEARCH: the first number >= `start` whose header or text contains `text`, without regard to case. */
  search(text: string, start?: number, signal?: AbortSignal): Promise<number | undefined>;
}

export interface MessageSummary {
  readonly number: number;
  readonly deleted: boolean;
  /** Never used again; 0 of one that is deleted. */
  readonly id: number;
  readonly format: 'rfc5322' | 'records';
  /** All texts of a header are safe to print. */
  readonly from: string;
  readonly to: string;
  readonly cc: string;
  readonly subject: string;
  readonly receivedAt: number;
  readonly flags: MessageFlags;
  readonly sizeBytes: number;
  readonly records: number;
  /** 8 hexadecimal digits. */
  readonly externalId?: string | undefined;
}

export interface Message extends MessageSummary {
  readonly folder: string;
  /**
   * The lines MAIL shows: decoded, MIME made readable, RFC 822 headers where the configuration wants them. Safe for a
   * terminal: of control characters only TAB and FF are left. Streamed: leave the loop to stop. Lines may be longer
   * than a screen; none is longer than 32,767 characters.
   */
  lines(options?: {
    /** False: attachments are not listed, since they go with the text. */
    readonly attachments?: boolean;
    /** False: messages within the message are not shown, since they go with the text. */
    readonly messages?: boolean;
  }): AsyncIterable<string>;
  /** Attachments by the numbers that `lines` lists; all, or those wanted. Streamed, and read anew each time. */
  attachments(isWanted?: (attachment: Attachment) => boolean): AsyncIterable<AttachmentContent>;
  /** As stored, byte for byte: RFC 5322 with headers, or records ended by LF. */
  bytes(): AsyncIterable<Uint8Array>;
}

// ---- addressing and sending ------------------------------------------------------------------------------------------------

export type Recipient =
  | { readonly kind: 'local'; readonly userName: string }
  /** Without quotes around it: `user@host`. */
  | { readonly kind: 'internet'; readonly address: string };

export interface ResolvedRecipients {
  /** Each once, in the order met, after lists, logical names and forwarding. */
  readonly good: readonly Recipient[];
  /** One per bad element, ready to display: `%MAIL-E-NOSUCHUSR, no such user FRED`. */
  readonly bad: readonly Condition[];
}

export interface SendRequest {
  readonly userName: string;
  /** undefined: the profile's; '': none. */
  readonly personalName?: string | undefined;
  /** From `resolveRecipients`, To and CC together. Empty: NOUSERSPEC is thrown. */
  readonly recipients: readonly Recipient[];
  /** What the receivers see at To:, CC: and Subj:, as typed. */
  readonly toText: string;
  readonly ccText: string;
  readonly subject: string;
  /** Records. */
  readonly text: Iterable<string> | AsyncIterable<string>;
  /** /FOREIGN: this file instead of the text. */
  readonly foreign?: ForeignFile | undefined;
  /** Makes it a message with attachments, here as for other hosts. Each is read before the next is asked for. */
  readonly attachments?: AsyncIterable<OutgoingAttachment> | undefined;
  /** Also to the sender: /SELF, SET COPY_SELF. */
  readonly self?: boolean;
  /** Process id for the Message-Id, 8 hexadecimal digits. */
  readonly pid?: string;
  /** Logical TCPIP$SMTP_FROM, where the sender has defined it. */
  readonly outboundAlias?: string | undefined;
  /** Aborted while text and attachments are read: SENDABORT is thrown, and nobody gets it. */
  readonly stop?: AbortSignal | undefined;
}

export interface SendReport {
  readonly sent: readonly Recipient[];
  /**
   * `%MAIL-E-SENDERR, error sending to user X` with the reason behind it, one per recipient that did not get it. When
   * the queue manager takes no mail (`-JBC-E-JOBQUEDIS`) nobody gets it, local ones neither: `sent` is empty.
   */
  readonly failed: readonly { readonly recipient: Recipient; readonly condition: Condition }[];
}
