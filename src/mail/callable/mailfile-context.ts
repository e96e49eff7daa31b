/** MAIL$MAILFILE_ routines: one mail file, its folders and its wastebasket. Source: vms-mail.md §8, §4. */
import { signal } from '../../condition/index.ts';
import {
  formatFileSpecification,
  mergeSpecifications,
  parseFileSpecification,
} from '../../file-specification/index.ts';
import type { MailFile, MailService, MailUser, PurgeReport } from '../mail-service.ts';
import { MAIL } from '../messages.ts';
import { Context, type ContextBlocks, type NoSignal, type Result, required } from './context.ts';
import { MessageContext } from './message-context.ts';

export interface MailfileOpenItems extends NoSignal {
  /** File specification; without it the default mail file of the user. */
  readonly MAIL$_MAILFILE_NAME?: string;
  /** What the name lacks: directory, type. */
  readonly MAIL$_MAILFILE_DEFAULT_NAME?: string;
}
export interface MailfileOpened {
  readonly MAIL$_MAILFILE_RESULTSPEC: string;
  /** Name of the wastebasket folder. */
  readonly MAIL$_MAILFILE_WASTEBASKET: string;
}
export interface MailfileCloseItems extends NoSignal {
  /** Empties the wastebasket, and reclaims space where there is enough of it. */
  readonly MAIL$_MAILFILE_FULL_CLOSE?: boolean;
}
export interface MailfilePurged {
  readonly MAIL$_MAILFILE_MESSAGES_DELETED: number;
  /** Buckets of 5 blocks; 0 when no space was reclaimed. */
  readonly MAIL$_MAILFILE_DATA_SCAN: number;
  readonly MAIL$_MAILFILE_DATA_RECLAIM: number;
  readonly MAIL$_MAILFILE_INDEX_RECLAIM: number;
  readonly MAIL$_MAILFILE_TOTAL_RECLAIM: number;
}
export interface MailfileInfoItems extends NoSignal {
  /** Called with the name of each folder, and at the end with undefined. */
  readonly MAIL$_MAILFILE_FOLDER_ROUTINE?: (folder: string | undefined) => void | Promise<void>;
}
export interface MailfileInfo extends MailfileOpened {
  readonly MAIL$_MAILFILE_DELETED_BYTES: number;
}
export interface MailfileModifyItems extends NoSignal {
  readonly MAIL$_MAILFILE_WASTEBASKET_NAME?: string;
}
export interface MailfilePurgeItems extends NoSignal {
  /** Reclaims space whatever there is of it. */
  readonly MAIL$_MAILFILE_RECLAIM?: boolean;
}

export interface MailfileCompressed {
  readonly MAIL$_MAILFILE_RESULTSPEC: string;
  /** Ours: where the file as it was stands now. */
  readonly MAIL$_MAILFILE_OLDSPEC: string;
}

const OPEN = ['MAIL$_MAILFILE_NAME', 'MAIL$_MAILFILE_DEFAULT_NAME'];

export class MailfileContext extends Context {
  readonly #mail: MailService;
  readonly #user: MailUser;
  readonly #blocks: ContextBlocks;
  #file: MailFile | undefined;

  /** MAIL$MAILFILE_BEGIN */
  constructor(mail: MailService, user: MailUser, blocks: ContextBlocks) {
    super(blocks);
    this.#mail = mail;
    this.#user = user;
    this.#blocks = blocks;
  }

  /** MAIL$MAILFILE_OPEN. FILEOPEN when one is open; OPENIN with the reason behind it. */
  open(items: MailfileOpenItems = {}): Promise<Result<MailfileOpened>> {
    return this.routine(items, OPEN, async () => {
      if (this.#file !== undefined) signal(MAIL.FILEOPEN);
      const fileSpec = specificationOf(items);
      this.#file = await this.#mail.openMailFile(this.#user, fileSpec === undefined ? {} : { fileSpec });
      return this.#opened();
    });
  }

  /** MAIL$MAILFILE_CLOSE. What was read in NEWMAIL goes to MAIL. NOFILEOPEN. */
  close(items: MailfileCloseItems = {}): Promise<Result<MailfilePurged>> {
    return this.routine(items, ['MAIL$_MAILFILE_FULL_CLOSE'], async () => {
      const file = this.file;
      this.#file = undefined;
      return purged(await file.close({ purge: items.MAIL$_MAILFILE_FULL_CLOSE === true }));
    });
  }

  /** MAIL$MAILFILE_INFO_FILE. NOFILEOPEN. */
  infoFile(items: MailfileInfoItems = {}): Promise<Result<MailfileInfo>> {
    return this.routine(items, ['MAIL$_MAILFILE_FOLDER_ROUTINE'], async () => {
      const each = items.MAIL$_MAILFILE_FOLDER_ROUTINE;
      if (each !== undefined) {
        for (const { name } of await this.file.folders()) await each(name);
        await each(undefined);
      }
      return { ...this.#opened(), MAIL$_MAILFILE_DELETED_BYTES: await this.file.deletedBytes() };
    });
  }

  /** MAIL$MAILFILE_MODIFY: the name of the wastebasket folder. NOFILEOPEN, ILLFOLNAM, NAMTOOBIG. */
  modify(items: MailfileModifyItems): Promise<Result> {
    return this.routine(items, ['MAIL$_MAILFILE_WASTEBASKET_NAME'], async () => {
      await this.file.setWastebasketName(required(items.MAIL$_MAILFILE_WASTEBASKET_NAME));
      return {};
    });
  }

  /** MAIL$MAILFILE_PURGE_WASTE. NOFILEOPEN. */
  purgeWaste(items: MailfilePurgeItems = {}): Promise<Result<MailfilePurged>> {
    return this.routine(items, ['MAIL$_MAILFILE_RECLAIM'], async () =>
      purged(await this.file.purge({ reclaim: items.MAIL$_MAILFILE_RECLAIM === true })),
    );
  }

  /**
   * MAIL$MAILFILE_COMPRESS: the file that is named, or the one that is open, else the default. What it was stays as type
   * .OLD, whose specification is returned. OPENIN.
   */
  compress(items: MailfileOpenItems = {}): Promise<Result<MailfileCompressed>> {
    return this.routine(items, OPEN, async () => {
      const fileSpec = specificationOf(items) ?? this.#file?.specification ?? '';
      const { input, target } = await this.#mail.compress(this.#user, { fileSpec });
      return { MAIL$_MAILFILE_RESULTSPEC: input, MAIL$_MAILFILE_OLDSPEC: target };
    });
  }

  /** MAIL$MESSAGE_BEGIN: reads and files messages of the mail file that is open. NOFILEOPEN, NOMORECTX. */
  messageBegin(): MessageContext {
    this.checkOpen();
    return new MessageContext(this.#mail, this.#user, this.file, this.#blocks);
  }

  /** MAIL$MAILFILE_END; closes a file that is open, as `close` does. */
  end(items: MailfileCloseItems = {}): Promise<Result<Partial<MailfilePurged>>> {
    return this.routine(items, ['MAIL$_MAILFILE_FULL_CLOSE'], async () => {
      const report = this.#file === undefined ? {} : await this.close(items);
      this.finish();
      return report;
    });
  }

  /** The file that is open. Throws NOFILEOPEN. */
  get file(): MailFile {
    if (this.#file === undefined) signal(MAIL.NOFILEOPEN);
    return this.#file as MailFile;
  }

  #opened(): MailfileOpened {
    return {
      MAIL$_MAILFILE_RESULTSPEC: this.file.specification,
      MAIL$_MAILFILE_WASTEBASKET: this.file.wastebasketName,
    };
  }
}

const purged = ({ messages, reclaimed }: PurgeReport): MailfilePurged => ({
  MAIL$_MAILFILE_MESSAGES_DELETED: messages,
  MAIL$_MAILFILE_DATA_SCAN: reclaimed?.dataBucketsScanned ?? 0,
  MAIL$_MAILFILE_DATA_RECLAIM: reclaimed?.dataBucketsReclaimed ?? 0,
  MAIL$_MAILFILE_INDEX_RECLAIM: reclaimed?.indexBucketsReclaimed ?? 0,
  MAIL$_MAILFILE_TOTAL_RECLAIM: reclaimed?.totalBucketsReclaimed ?? 0,
});

function specificationOf(items: MailfileOpenItems): string | undefined {
  const name = items.MAIL$_MAILFILE_NAME;
  const defaults = items.MAIL$_MAILFILE_DEFAULT_NAME;
  return name === undefined ? defaults : joined(name, defaults);
}

const joined = (name: string, defaults: string | undefined): string =>
  defaults === undefined
    ? name
    : formatFileSpecification(
        mergeSpecifications(parseFileSpecification(name), parseFileSpecification(defaults)),
      );
