/**
 * What commands over several files have in common: one file after the other, what fails is told and the rest goes on, and
 * $STATUS is that of the last failure. Ctrl/Y ends it between two files.
 */
import type { ParsedCommand } from '../../../command-definition/index.ts';
import {
  Condition,
  INHIBIT_MESSAGE,
  isSuccess,
  type MessageDefinition,
  SYSTEM,
} from '../../../condition/index.ts';
import { type FileSpecification, parseFileSpecification } from '../../../file-specification/index.ts';
import type { FileEntry } from '../../../ports/file-system.ts';
import type { CoreContext } from '../../verb.ts';
import { Confirmation } from './confirmation.ts';
import { type FileFilter, fileFilter } from './file-filter.ts';
import {
  filesOf,
  isWild,
  type RequestedFiles,
  requestedFiles,
  shownName,
  withReason,
} from './input-files.ts';

export interface FileOperationOptions {
  /** Elements of the list, as typed. */
  readonly texts: readonly string[];
  readonly defaults?: string;
  /** The version of every element, whatever is typed. */
  readonly version?: string;
  /** What is said of an element that cannot be had: OPENIN, SEARCHFAIL, or what is made of the reason; undefined: nothing. */
  readonly failure: MessageDefinition | ((name: string, error: unknown) => unknown);
  /** Asked with /CONFIRM. */
  readonly question?: (name: string) => string;
  /** Default false: a wildcard passes directories over. */
  readonly directories?: boolean;
  /** Asked of every file that matches, before dates and owners. */
  readonly mayBeMeant?: (entry: FileEntry) => boolean;
}

export class FileOperation {
  readonly context: CoreContext;
  readonly command: ParsedCommand;
  readonly #options: FileOperationOptions;
  readonly #confirmation: Confirmation;
  #status: number = SYSTEM.NORMAL.value;
  #wanted = parseFileSpecification('');

  constructor(command: ParsedCommand, context: CoreContext, options: FileOperationOptions) {
    this.command = command;
    this.context = context;
    this.#options = options;
    this.#confirmation = new Confirmation(context, command.present('CONFIRM') ? options.question : undefined);
  }

  /** True after Ctrl/Y, or when /CONFIRM was answered with QUIT. */
  get isOver(): boolean {
    return this.context.signal.aborted || this.#confirmation.isOver;
  }

  /** The specification that found the file `files()` gave last. */
  get wanted(): FileSpecification {
    return this.#wanted;
  }

  /** The files that are meant, confirmed; elements that fail are told of. */
  async *files(): AsyncGenerator<FileEntry> {
    const { process } = this.context;
    const filter = await fileFilter(this.command, process);
    for (const request of this.#requested()) {
      if (this.isOver) return;
      try {
        yield* this.#filesOf(request, filter);
      } catch (error) {
        const failure = this.#failure(shownName(request), error);
        if (failure !== undefined) await this.fail(failure);
      }
    }
  }

  /** All of them, where the command has to know before it begins. */
  async all(): Promise<readonly FileEntry[]> {
    const found: FileEntry[] = [];
    for await (const entry of this.files()) found.push(entry);
    return found;
  }

  /** Does something with one file; what it throws is told, and the rest goes on. */
  async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.fail(error);
    }
  }

  /** Shows a message of /LOG. */
  async log(message: MessageDefinition, ...args: (string | number)[]): Promise<void> {
    if (this.command.present('LOG')) await this.say(message, ...args);
  }

  async say(message: MessageDefinition, ...args: (string | number)[]): Promise<void> {
    await this.context.interpreter.display(new Condition(message, args));
  }

  /** Shows what failed; it will be $STATUS. A bug is thrown. */
  async fail(error: unknown): Promise<void> {
    if (!(error instanceof Condition)) throw error;
    await this.context.interpreter.display(error);
    if (!isSuccess(error.value)) this.#status = error.value | INHIBIT_MESSAGE;
  }

  /** $STATUS: `success` when nothing failed. */
  status(success: number = SYSTEM.NORMAL.value): number {
    return isSuccess(this.#status) ? success : this.#status;
  }

  #requested(): readonly RequestedFiles[] {
    const { texts, defaults = '', version } = this.#options;
    try {
      return requestedFiles({ texts, defaults, version }, this.context.process);
    } catch (error) {
      throw this.#failure(texts.join(','), error) ?? error;
    }
  }

  #failure(name: string, error: unknown): unknown {
    const { failure } = this.#options;
    return typeof failure === 'function' ? failure(name, error) : withReason(failure, name, error);
  }

  async *#filesOf(request: RequestedFiles, filter: FileFilter): AsyncGenerator<FileEntry> {
    const passesDirectories = this.#options.directories !== true && isWild(request);
    for await (const { entry, wanted } of filesOf(request, this.context.process)) {
      if (this.isOver) return;
      this.#wanted = wanted;
      if (entry.isDirectory && passesDirectories) continue;
      if (this.#options.mayBeMeant?.(entry) === false || !filter(entry)) continue;
      if (await this.#confirmation.confirms(entry.specification)) yield entry;
    }
  }
}
