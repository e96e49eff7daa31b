/** Rows of VMSMAIL.DAT and the records they stand for. */
import type {
  MailFileRecord,
  MessageFlags,
  MessageRecord,
  Profile,
  ProfileChanges,
} from '../../../ports/mail-store.ts';
import type { NumberedMessage } from '../../../ports/mailboxes.ts';

export const FLAG_NEW = 1;
export const FLAG_REPLIED = 2;
export const FLAG_MARKED = 4;
export const FLAG_FOREIGN = 8;
export const FLAG_DELETED = 16;
export const FLAG_DRAFT = 32;
/** Since it came into its folder. */
export const FLAG_CHANGED = 64;

export interface MessageRow {
  readonly id: number;
  readonly folder: string;
  readonly uid: number;
  readonly received: number;
  readonly flags: number;
  readonly format: number;
  readonly size: number;
  readonly records: number;
  readonly from_text: string;
  readonly to_text: string;
  readonly cc_text: string;
  readonly subject: string;
  readonly external: string | null;
}

/** Of a message, in a statement that names it: it stands in this mail file. A join, looked up by id, costs ten times as much. */
export const IN_FILE = '? = (SELECT mail_file FROM folder WHERE id = message.folder)';
/** Those of MessageRow but for `external`. */
export const HEADER_COLUMNS = `message.id, (SELECT name FROM folder WHERE id = message.folder) AS folder, uid, received, flags,
  format, size, records, from_text, to_text, cc_text, subject`;

const messageFlags = (flags: number): MessageFlags => ({
  new: (flags & FLAG_NEW) !== 0,
  replied: (flags & FLAG_REPLIED) !== 0,
  marked: (flags & FLAG_MARKED) !== 0,
  foreign: (flags & FLAG_FOREIGN) !== 0,
});

const formatOf = (format: number): MessageRecord['format'] => (format === 1 ? 'rfc5322' : 'records');

export const messageRecord = (row: MessageRow): MessageRecord => ({
  id: row.id,
  folder: row.folder,
  uid: row.uid,
  receivedAt: row.received,
  from: row.from_text,
  to: row.to_text,
  cc: row.cc_text,
  subject: row.subject,
  flags: messageFlags(row.flags),
  format: formatOf(row.format),
  sizeBytes: row.size,
  records: row.records,
  ...(row.external === null ? {} : { externalId: row.external }),
});

/** Keywords have no blanks. */
export const keptKeywords = (keywords: readonly string[] | undefined): string | null =>
  keywords === undefined || keywords.length === 0 ? null : keywords.join(' ');

export const keywordsOf = (kept: string | null): readonly string[] => (kept === null ? [] : kept.split(' '));

export interface NumberedRow {
  readonly id: number;
  readonly uid: number;
  readonly modseq: number;
  readonly received: number;
  readonly size: number;
  readonly flags: number;
  readonly keywords: string | null;
  readonly format: number;
  readonly from_text: string;
}

/** Those of NumberedRow. */
export const NUMBERED_COLUMNS = 'id, uid, modseq, received, size, flags, keywords, format, from_text';

export const numberedMessage = (row: NumberedRow): NumberedMessage => ({
  id: row.id,
  uid: row.uid,
  modseq: row.modseq,
  receivedAt: row.received,
  sizeBytes: row.size,
  flags: {
    ...messageFlags(row.flags),
    deleted: (row.flags & FLAG_DELETED) !== 0,
    draft: (row.flags & FLAG_DRAFT) !== 0,
  },
  keywords: keywordsOf(row.keywords),
  format: formatOf(row.format),
  from: row.from_text,
});

/** Bits to set and to clear. */
export function flagMasks(flags: Partial<MessageFlags>): { readonly set: number; readonly clear: number } {
  const bits = { new: FLAG_NEW, replied: FLAG_REPLIED, marked: FLAG_MARKED, foreign: FLAG_FOREIGN } as const;
  let set = 0;
  let clear = 0;
  for (const [name, bit] of Object.entries(bits)) {
    const wanted = flags[name as keyof MessageFlags];
    if (wanted === true) set |= bit;
    if (wanted === false) clear |= bit;
  }
  return { set, clear };
}

export interface MailFileRow {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly wastebasket: string;
  readonly deleted_bytes: number;
}

export const mailFileRecord = (row: MailFileRow): MailFileRecord => ({
  id: row.id,
  owner: row.owner,
  name: row.name,
  wastebasketName: row.wastebasket,
  deletedBytes: row.deleted_bytes,
});

// ---- profiles: the flag bits are those of VMSMAIL_PROFILE.DATA, vms-mail.md §6.1 -----------------------------------------

const COPY_SEND = 1;
const COPY_REPLY = 2;
const NO_AUTO_PURGE = 4;
const COPY_FORWARD = 8;
const CC_PROMPT = 16;

export interface ProfileRow {
  readonly user_name: string;
  readonly new_mail: number;
  readonly flags: number;
  readonly mail_directory: string | null;
  readonly forwarding: string | null;
  readonly personal_name: string | null;
  readonly transport: string | null;
  readonly editor: string | null;
  readonly print_queue: string | null;
  readonly form: string | null;
  readonly signature_file: string | null;
}

export const profileRecord = (row: ProfileRow): Profile => ({
  userName: row.user_name,
  newMailCount: row.new_mail,
  copySelf: {
    send: (row.flags & COPY_SEND) !== 0,
    reply: (row.flags & COPY_REPLY) !== 0,
    forward: (row.flags & COPY_FORWARD) !== 0,
  },
  autoPurge: (row.flags & NO_AUTO_PURGE) === 0,
  ccPrompt: (row.flags & CC_PROMPT) !== 0,
  mailDirectory: row.mail_directory ?? undefined,
  forwarding: row.forwarding ?? undefined,
  personalName: row.personal_name ?? undefined,
  transport: row.transport ?? undefined,
  editor: row.editor ?? undefined,
  printQueue: row.print_queue ?? undefined,
  form: row.form ?? undefined,
  signatureFile: row.signature_file ?? undefined,
});

/** Values of the columns from `flags` on. */
export const profileValues = (profile: Profile): (string | number | null)[] => [
  (profile.copySelf.send ? COPY_SEND : 0) |
    (profile.copySelf.reply ? COPY_REPLY : 0) |
    (profile.autoPurge ? 0 : NO_AUTO_PURGE) |
    (profile.copySelf.forward ? COPY_FORWARD : 0) |
    (profile.ccPrompt ? CC_PROMPT : 0),
  profile.mailDirectory ?? null,
  profile.forwarding ?? null,
  profile.personalName ?? null,
  profile.transport ?? null,
  profile.editor ?? null,
  profile.printQueue ?? null,
  profile.form ?? null,
  profile.signatureFile ?? null,
];

export const changedProfile = (before: Profile, changes: ProfileChanges): Profile => ({
  ...before,
  ...changes,
});
