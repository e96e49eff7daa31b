/**
 * One session of the MAIL utility: the mail file that is open, where its user reads, and how it talks to them. The verbs
 * of verbs/ have it as their context. It holds no rule about mail: those stand behind MailService.
 */
import type { ParsedCommand } from '../../command-definition/index.ts';
import { type Condition, conditionLines, signal } from '../../condition/index.ts';
import { safeLine } from '../../mime/safe-text.ts';
import type { SelectionCriteria } from '../../ports/mail-store.ts';
import type { PrintQueues } from '../../ports/print-queues.ts';
import type { SessionOutput } from '../../ports/session-io.ts';
import type { ImageContext } from '../../system/image.ts';
import type { ProcessContext, ResolveFile } from '../../system/process.ts';
import {
  type AddressContext,
  MAIL,
  type MailFile,
  type MailQuota,
  type MailService,
  type MailUser,
  type Selection,
} from '../index.ts';
import type { HostFile } from './attachment-files.ts';
import { StoppedByControlC } from './interrupted.ts';
import { mailKeypad } from './keypad.ts';
import { LastText } from './last-text.ts';
import { MailInput } from './mail-input.ts';
import type { PagedDisplay } from './paged-display.ts';
import { SessionPrintJob } from './print-job.ts';

export interface MailShellDependencies {
  readonly mail: MailService;
  /** File specifications as this process means them: defaults and logical names applied. */
  readonly resolveFile: (process: ProcessContext) => ResolveFile;
  /** Default: nobody has a limit. */
  readonly quota?: MailQuota;
  /** Where PRINT goes; without it there is no queue. */
  readonly printQueues?: PrintQueues;
  /** Files beside the node's that /ATTACHMENT may name, by the words that name them. */
  readonly hostFiles?: ReadonlyMap<string, HostFile> | undefined;
  /** An error that is nobody's expected failure: for the log, with its stack. */
  readonly onBug: (error: unknown) => void;
}

/** MAIL/EDIT=(SEND,REPLY=EXTRACT,FORWARD). vms-mail.md §1.7 */
export interface EditingCommands {
  readonly send?: boolean;
  readonly reply?: boolean | 'extract';
  readonly forward?: boolean;
}

/** How a session ends: EXIT purges as the profile says, QUIT does not. */
export type Ending = 'exit' | 'quit';

export class MailSession {
  readonly mail: MailService;
  readonly image: ImageContext;
  readonly input: MailInput;
  readonly user: MailUser;
  readonly resolveFile: ResolveFile;
  /** A message or a listing of which more pages remain. */
  display: PagedDisplay | undefined;
  searchText: string | undefined;
  /** DEFINE/KEY, and the keypad MAIL starts with. */
  readonly keys = mailKeypad();
  ending: Ending | undefined;
  /** MAIL/EDIT at DCL level: commands that call the editor without being told. */
  editing: EditingCommands = {};
  /** The command MAIL of DCL that began the session: its /SELF, /PERSONAL_NAME and /SIGNATURE_FILE count in it. */
  startedBy: ParsedCommand | undefined;
  /** SEND/LAST. */
  readonly lastText = new LastText();
  readonly printJob: SessionPrintJob;
  readonly hostFiles: ReadonlyMap<string, HostFile>;
  /** CC prompting of this session: MAIL/CC_PROMPT at DCL level; undefined: as the profile says. */
  ccPrompt: boolean | undefined;
  #file: MailFile | undefined;
  /** 0: before the first message. */
  #position = 0;

  constructor(dependencies: MailShellDependencies, image: ImageContext) {
    this.mail = dependencies.mail;
    this.image = image;
    this.input = new MailInput(image.input);
    this.user = { userName: image.process.account.userName, privileges: image.process.privileges };
    this.resolveFile = dependencies.resolveFile(image.process);
    this.hostFiles = dependencies.hostFiles ?? new Map();
    this.printJob = new SessionPrintJob(dependencies.printQueues);
  }

  get output(): SessionOutput {
    return this.image.output;
  }
  get userName(): string {
    return this.user.userName;
  }
  get addresses(): AddressContext {
    const { logicalNames, files } = this.image.process;
    return { user: this.user, logicalNames, files, resolveFile: this.resolveFile };
  }

  // ---- what is open ---------------------------------------------------------------------------------------------------

  /** The mail file, opened when first needed: the prompt does not wait for it. */
  async file(): Promise<MailFile> {
    this.#file ??= await this.mail.openMailFile(this.user);
    return this.#file;
  }
  get openFile(): MailFile | undefined {
    return this.#file;
  }
  useFile(file: MailFile): void {
    this.#file = file;
    this.rewind();
  }

  /** The current selection; by the rule of §4.3 where there is none yet. */
  async selection(): Promise<Selection> {
    const file = await this.file();
    return file.selection ?? (await this.select());
  }

  /** Makes a new selection and stands before its first message. Throws StoppedByControlC, and all is as it was. */
  async select(folder?: string, criteria?: SelectionCriteria): Promise<Selection> {
    const file = await this.file();
    const selection = await this.interruptible((stop) =>
      file.select(folder, criteria, stop).catch((error: unknown) => {
        throw error === stop.reason ? new StoppedByControlC() : error;
      }),
    );
    this.rewind();
    return selection;
  }

  // ---- where the user reads -------------------------------------------------------------------------------------------

  get position(): number {
    return this.#position;
  }
  moveTo(number: number): void {
    this.#position = number;
  }
  /** No message is current any more. */
  rewind(): void {
    this.#position = 0;
    this.display = undefined;
  }
  /** Selection and number of the message being read or last read. Signals NOTREADIN. */
  current(): { readonly selection: Selection; readonly number: number } {
    const selection = this.#file?.selection;
    if (selection === undefined || this.#position === 0) signal(MAIL.NOTREADIN);
    return { selection, number: this.#position };
  }

  /** The command where it has the qualifier; else the one that began the session. */
  deciding(command: ParsedCommand, qualifier: string): ParsedCommand {
    return command.presence(qualifier) === 'absent' ? (this.startedBy ?? command) : command;
  }

  // ---- talking --------------------------------------------------------------------------------------------------------

  async write(...lines: readonly string[]): Promise<void> {
    for (const line of lines) await this.output.writeLine(line);
  }

  /** A message that is not thrown: information, or one of several errors. */
  async report(condition: Condition): Promise<void> {
    // Arguments of a message may be names that others chose.
    for (const line of conditionLines(condition).join('\n').split(/\r?\n/).map(safeLine)) {
      await this.output.writeLine(line);
      if (this.image.error !== this.output) await this.image.error.writeLine(line);
    }
  }

  /** Runs work that Ctrl/C stops; the signal is aborted then. Ctrl/Y stops it too, and is DCL's. vms-mail.md §1.5 */
  async interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    const release = this.image.process.terminal?.onControlKey((key) => {
      if (key === 'T') return undefined;
      abort();
      return key === 'C' ? true : undefined;
    });
    this.image.signal.addEventListener('abort', abort);
    if (this.image.signal.aborted) abort();
    try {
      return await work(controller.signal);
    } finally {
      release?.();
      this.image.signal.removeEventListener('abort', abort);
    }
  }
}
