/**
 * MAIL$MESSAGE_ routines: selecting, reading, filing and deleting the messages of an open mail file. A message is known by its
 * number in the selection, MAIL$_MESSAGE_ID, which stays until the next one. Source: vms-mail.md §8, §4.6.
 */
import { signal } from '../../condition/index.ts';
import type { MessageFlags, SelectionCriteria } from '../../ports/mail-store.ts';
import { splitSender } from '../addressing/index.ts';
import type { MailFile, MailService, MailUser, Message, MessageSummary, Selection } from '../mail-service.ts';
import { MAIL } from '../messages.ts';
import { Context, type ContextBlocks, exclusive, type NoSignal, type Result, required } from './context.ts';

/** Flags of a message, as names instead of the bits MAIL$V_… */
export type MessageFlagName = Exclude<keyof MessageFlags, 'foreign'>;

export interface MessageSelectItems extends NoSignal {
  /** Required. */
  readonly MAIL$_MESSAGE_FOLDER?: string;
  /** Substrings without regard to case; all that are given must be there. */
  readonly MAIL$_MESSAGE_FROM_SUBSTRING?: string;
  readonly MAIL$_MESSAGE_TO_SUBSTRING?: string;
  readonly MAIL$_MESSAGE_CC_SUBSTRING?: string;
  readonly MAIL$_MESSAGE_SUBJ_SUBSTRING?: string;
  /** Received before, or at and after. */
  readonly MAIL$_MESSAGE_BEFORE?: Date;
  readonly MAIL$_MESSAGE_SINCE?: Date;
  /** Flags that must be set, and those that must not be. */
  readonly MAIL$_MESSAGE_FLAGS?: readonly MessageFlagName[];
  readonly MAIL$_MESSAGE_FLAGS_MBZ?: readonly MessageFlagName[];
}
export interface MessagesSelected {
  readonly MAIL$_MESSAGE_SELECTED: number;
}

/** Which message: one of ID, NEXT, BACK; CONTINUE is the next record of the message being read. */
export interface MessageChoice extends NoSignal {
  readonly MAIL$_MESSAGE_ID?: number;
  readonly MAIL$_MESSAGE_NEXT?: boolean;
  readonly MAIL$_MESSAGE_BACK?: boolean;
}
export interface MessageGetItems extends MessageChoice {
  readonly MAIL$_MESSAGE_CONTINUE?: boolean;
  /** A new message that is read is no longer new. Default true. */
  readonly MAIL$_MESSAGE_AUTO_NEWMAIL?: boolean;
}
/** Texts are safe for a terminal. */
export interface MessageHeader {
  readonly MAIL$_MESSAGE_CURRENT_ID: number;
  readonly MAIL$_MESSAGE_FROM: string;
  readonly MAIL$_MESSAGE_TO: string;
  readonly MAIL$_MESSAGE_CC: string;
  readonly MAIL$_MESSAGE_SUBJECT: string;
  /** When it was received. */
  readonly MAIL$_MESSAGE_BINARY_DATE: Date;
  readonly MAIL$_MESSAGE_RETURN_FLAGS: readonly (keyof MessageFlags)[];
  /** Records. */
  readonly MAIL$_MESSAGE_SIZE: number;
  /** 8 hexadecimal digits, or ''. */
  readonly MAIL$_MESSAGE_EXTID: string;
  /** Where an answer goes: the sender without personal name. */
  readonly MAIL$_MESSAGE_REPLY_PATH: string;
}
/** MSGINFO comes with the header, MSGTEXT with a record. */
export interface MessageGot extends MessageHeader {
  readonly MAIL$_MESSAGE_RECORD: string;
}
export interface MessageModifyItems extends MessageChoice {
  readonly MAIL$_MESSAGE_FLAGS?: readonly MessageFlagName[];
  readonly MAIL$_MESSAGE_FLAGS_MBZ?: readonly MessageFlagName[];
}
export interface MessageCopyItems extends MessageChoice {
  /** Required: where the copy goes. */
  readonly MAIL$_MESSAGE_FOLDER?: string;
  /** Another mail file, and what its name lacks. */
  readonly MAIL$_MESSAGE_FILENAME?: string;
  /** Moves instead. */
  readonly MAIL$_MESSAGE_DELETE?: boolean;
  /** Asked before a folder, or a file, is created; without it they are. */
  readonly MAIL$_MESSAGE_FOLDER_ACTION?: (folder: string) => boolean | Promise<boolean>;
  readonly MAIL$_MESSAGE_FILE_ACTION?: (file: string) => boolean | Promise<boolean>;
}
export interface MessageCopied {
  readonly MAIL$_MESSAGE_FOLDER_CREATED: boolean;
  readonly MAIL$_MESSAGE_FILE_CREATED: boolean;
  readonly MAIL$_MESSAGE_RESULTSPEC: string;
}

const CHOICE = ['MAIL$_MESSAGE_ID', 'MAIL$_MESSAGE_NEXT', 'MAIL$_MESSAGE_BACK'] as const;

export class MessageContext extends Context {
  readonly #mail: MailService;
  readonly #user: MailUser;
  readonly #file: MailFile;
  #selection: Selection | undefined;
  #current = 0;
  #records: AsyncIterator<string> | undefined;

  /** MAIL$MESSAGE_BEGIN */
  constructor(mail: MailService, user: MailUser, file: MailFile, blocks: ContextBlocks) {
    super(blocks);
    this.#mail = mail;
    this.#user = user;
    this.#file = file;
  }

  /** MAIL$MESSAGE_SELECT. NOTEXIST, NOMSGS, NONEWMAIL: what was selected stays. */
  select(items: MessageSelectItems): Promise<Result<MessagesSelected>> {
    return this.routine(items, SELECT, async () => {
      const folder = required(items.MAIL$_MESSAGE_FOLDER);
      this.#selection = await this.#file.select(folder, criteriaOf(items));
      this.#current = 0;
      await this.#leaveRecords();
      return { MAIL$_MESSAGE_SELECTED: this.#selection.length };
    });
  }

  /**
   * MAIL$MESSAGE_GET. Status MSGINFO with the header, then, with MAIL$_MESSAGE_CONTINUE, MSGTEXT with a record for each call;
   * NOMOREREC at the end (thrown as any other failure). NOMOREMSG, DELMSG.
   */
  get(items: MessageGetItems): Promise<Result<MessageGot>> {
    const known = [...CHOICE, 'MAIL$_MESSAGE_CONTINUE', 'MAIL$_MESSAGE_AUTO_NEWMAIL'];
    return this.routine<Partial<MessageGot>>(items, known, async () => {
      exclusive(items, ...CHOICE, 'MAIL$_MESSAGE_CONTINUE');
      if (items.MAIL$_MESSAGE_CONTINUE === true) return this.#nextRecord();
      const message = await this.#choose(items);
      await this.#leaveRecords();
      this.#records = message.lines()[Symbol.asyncIterator]();
      if (items.MAIL$_MESSAGE_AUTO_NEWMAIL !== false) await this.#selected.markRead(message.number);
      return { status: MAIL.MSGINFO.value, ...headerOf(message) };
    });
  }

  /** MAIL$MESSAGE_INFO: the header alone; nothing is read. NOMOREMSG, DELMSG. */
  info(items: MessageChoice): Promise<Result<MessageHeader>> {
    return this.routine(items, CHOICE, async () => headerOf(await this.#choose(items)));
  }

  /** MAIL$MESSAGE_MODIFY: flags replied, marked and new. NOMOREMSG, DELMSG, INVITMVAL for what cannot be set or cleared. */
  modify(items: MessageModifyItems): Promise<Result> {
    const known = [...CHOICE, 'MAIL$_MESSAGE_FLAGS', 'MAIL$_MESSAGE_FLAGS_MBZ'];
    return this.routine(items, known, async () => {
      const set = items.MAIL$_MESSAGE_FLAGS ?? [];
      const clear = items.MAIL$_MESSAGE_FLAGS_MBZ ?? [];
      if (set.some((each) => clear.includes(each))) signal(MAIL.CONITMCOD);
      const { number } = await this.#choose(items);
      await this.#selected.setFlags(number, {
        ...Object.fromEntries(set.map((each) => [each, true])),
        ...Object.fromEntries(clear.map((each) => [each, false])),
      });
      return {};
    });
  }

  /** MAIL$MESSAGE_COPY; with MAIL$_MESSAGE_DELETE it moves. ILLFOLNAM; SENDABORT never: who says no gets NOTEXIST. */
  copy(items: MessageCopyItems): Promise<Result<MessageCopied>> {
    return this.routine(items, COPY, async () => {
      const folder = required(items.MAIL$_MESSAGE_FOLDER);
      const { number } = await this.#choose(items);
      const target = await this.#target(items);
      try {
        const isNew = !(await target.file.folderExists(folder));
        if (isNew && (await items.MAIL$_MESSAGE_FOLDER_ACTION?.(folder)) === false)
          signal(MAIL.NOTEXIST, folder);
        const other = target.file === this.#file ? undefined : target.file;
        if (items.MAIL$_MESSAGE_DELETE === true) await this.#selected.move([number], folder, other);
        else await this.#selected.copy([number], folder, other);
        return {
          MAIL$_MESSAGE_FOLDER_CREATED: isNew,
          MAIL$_MESSAGE_FILE_CREATED: target.isNew,
          MAIL$_MESSAGE_RESULTSPEC: target.file.specification,
        };
      } finally {
        if (target.file !== this.#file) await target.file.close();
      }
    });
  }

  /** MAIL$MESSAGE_DELETE: to the wastebasket. DELWASTE within it; NOMOREMSG, DELMSG. */
  delete(items: MessageChoice = {}): Promise<Result> {
    return this.routine(items, CHOICE, async () => {
      await this.#selected.delete([(await this.#choose(items)).number]);
      return {};
    });
  }

  /** MAIL$MESSAGE_END */
  end(items: NoSignal = {}): Promise<Result> {
    return this.routine(items, [], async () => {
      await this.#leaveRecords();
      this.finish();
      return {};
    });
  }

  get #selected(): Selection {
    if (this.#selection === undefined) signal(MAIL.NOMSGS);
    return this.#selection as Selection;
  }

  /** The message that is meant, which is the current one from now on. */
  async #choose(items: MessageChoice): Promise<Message> {
    exclusive(items, ...CHOICE);
    const number = await this.#numberOf(items);
    const message = await this.#selected.message(number);
    this.#current = number;
    return message;
  }

  async #numberOf(items: MessageChoice): Promise<number> {
    if (items.MAIL$_MESSAGE_ID !== undefined) return items.MAIL$_MESSAGE_ID;
    if (items.MAIL$_MESSAGE_NEXT === true) return this.#step(1);
    if (items.MAIL$_MESSAGE_BACK === true) return this.#step(-1);
    if (this.#current === 0) signal(MAIL.MISREQITM);
    return this.#current;
  }

  async #step(step: 1 | -1): Promise<number> {
    const next = await this.#selected.nextStanding(this.#current + step, step);
    if (next === undefined) signal(MAIL.NOMOREMSG);
    return next as number;
  }

  async #nextRecord() {
    const next = await required(this.#records).next();
    if (next.done === true) {
      this.#records = undefined;
      signal(MAIL.NOMOREREC);
    }
    return { status: MAIL.MSGTEXT.value, MAIL$_MESSAGE_RECORD: next.value as string };
  }

  async #leaveRecords(): Promise<void> {
    await this.#records?.return?.();
    this.#records = undefined;
  }

  async #target(items: MessageCopyItems): Promise<{ readonly file: MailFile; readonly isNew: boolean }> {
    const fileSpec = items.MAIL$_MESSAGE_FILENAME;
    if (fileSpec === undefined) return { file: this.#file, isNew: false };
    const { specification, exists } = await this.#mail.findMailFile(this.#user, fileSpec);
    if (specification === this.#file.specification) return { file: this.#file, isNew: false };
    const mayCreate = exists || (await items.MAIL$_MESSAGE_FILE_ACTION?.(specification)) !== false;
    return {
      file: await this.#mail.openMailFile(this.#user, { fileSpec, create: mayCreate }),
      isNew: !exists,
    };
  }
}

const SELECT = [
  'MAIL$_MESSAGE_FOLDER',
  'MAIL$_MESSAGE_FROM_SUBSTRING',
  'MAIL$_MESSAGE_TO_SUBSTRING',
  'MAIL$_MESSAGE_CC_SUBSTRING',
  'MAIL$_MESSAGE_SUBJ_SUBSTRING',
  'MAIL$_MESSAGE_BEFORE',
  'MAIL$_MESSAGE_SINCE',
  'MAIL$_MESSAGE_FLAGS',
  'MAIL$_MESSAGE_FLAGS_MBZ',
];
const COPY = [
  ...CHOICE,
  'MAIL$_MESSAGE_FOLDER',
  'MAIL$_MESSAGE_FILENAME',
  'MAIL$_MESSAGE_DELETE',
  'MAIL$_MESSAGE_FOLDER_ACTION',
  'MAIL$_MESSAGE_FILE_ACTION',
];

function criteriaOf(items: MessageSelectItems): SelectionCriteria {
  const set = items.MAIL$_MESSAGE_FLAGS ?? [];
  const clear = items.MAIL$_MESSAGE_FLAGS_MBZ ?? [];
  if (set.some((each) => clear.includes(each))) signal(MAIL.CONITMCOD);
  const flag = (name: MessageFlagName): boolean | undefined =>
    set.includes(name) ? true : clear.includes(name) ? false : undefined;
  return {
    from: items.MAIL$_MESSAGE_FROM_SUBSTRING,
    to: items.MAIL$_MESSAGE_TO_SUBSTRING,
    cc: items.MAIL$_MESSAGE_CC_SUBSTRING,
    subject: items.MAIL$_MESSAGE_SUBJ_SUBSTRING,
    before: items.MAIL$_MESSAGE_BEFORE?.getTime(),
    since: items.MAIL$_MESSAGE_SINCE?.getTime(),
    marked: flag('marked'),
    replied: flag('replied'),
    new: flag('new'),
  };
}

function headerOf(message: MessageSummary): MessageHeader {
  const flags = (Object.keys(message.flags) as (keyof MessageFlags)[]).filter((each) => message.flags[each]);
  return {
    MAIL$_MESSAGE_CURRENT_ID: message.number,
    MAIL$_MESSAGE_FROM: message.from,
    MAIL$_MESSAGE_TO: message.to,
    MAIL$_MESSAGE_CC: message.cc,
    MAIL$_MESSAGE_SUBJECT: message.subject,
    MAIL$_MESSAGE_BINARY_DATE: new Date(message.receivedAt),
    MAIL$_MESSAGE_RETURN_FLAGS: flags,
    MAIL$_MESSAGE_SIZE: message.records,
    MAIL$_MESSAGE_EXTID: message.externalId ?? '',
    MAIL$_MESSAGE_REPLY_PATH: splitSender(message.from).address,
  };
}
