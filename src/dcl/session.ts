/**
 * A DCL session: an interpreter with what it reads from. Three ways in: a terminal with prompts, piped lines, or commands and
 * procedures given by the caller. Source: DESIGN §6.
 */
import type { CommandTable } from '../command-definition/index.ts';
import type { SessionInput, SessionOutput } from '../ports/session-io.ts';
import type { Image, VerbContext } from '../system/image.ts';
import type { ProcessContext } from '../system/process.ts';
import { openProcedure, runText } from './call.ts';
import {
  closeInterpreter,
  createInterpreter,
  runCommandStream,
  runStream,
  runTypedCommand,
} from './command-stream.ts';
import { executeCommand } from './execute.ts';
import { activate } from './image-activation.ts';
import { coreLexicals } from './lexical/index.ts';
import type { LexicalFunction } from './lexical/lexical-function.ts';
import { runLoginProcedures } from './login.ts';
import { createMessageCatalogue, type MessageCatalogue } from './message-catalogue.ts';
import { ProcedureCache } from './procedure-cache.ts';
import { findSoleImage, type SoleImage } from './sole-image.ts';
import { showStatusLine } from './status-line.ts';
import type { DclValue } from './value.ts';
import { coreTable } from './verbs/core-table.ts';

export interface DclSessionOptions {
  readonly process: ProcessContext;
  /** Verbs beside the interpreter's own: MAIL, TCPIP, queue commands. Pass the same array to all sessions of a process. */
  readonly tables?: readonly CommandTable<VerbContext>[];
  /** Lexical functions beside the interpreter's own: F$GETQUI. The same array for all sessions. */
  readonly lexicals?: readonly LexicalFunction[];
  /** By file name, upper case: `TCPIP$SMTP_RECEIVER`. */
  readonly images?: ReadonlyMap<string, Image>;
  /** SYS$COMMAND: a terminal, a pipe, a batch stream. */
  readonly input: SessionInput;
  readonly output: SessionOutput;
  /** SYS$ERROR where it is not SYS$OUTPUT: messages then go to both. */
  readonly error?: SessionOutput;
  /** Ends the session: whatever runs is aborted. */
  readonly signal?: AbortSignal;
  /** Parsed procedures and commands; one a process. */
  readonly cache?: ProcedureCache;
  /** Texts of condition values; one a process. */
  readonly catalogue?: MessageCatalogue;
  /** A bug in a verb or an image; the session shows `%SYSTEM-F-ABORT, abort` and goes on. */
  readonly onBug?: (error: unknown) => void;
  /** SET BROADCAST: `NOMAIL`, `ALL`, … as given; whoever delivers broadcasts keeps to them. */
  readonly onBroadcast?: (keywords: readonly string[]) => void;
  /** Kinds of broadcasts that are kept away now; none without it. */
  readonly refusedBroadcasts?: () => ReadonlySet<string>;
}

export interface DclSession {
  /** SYLOGIN.COM and the account's LOGIN.COM: once, before anything else. After a LOGOUT in one the session is over. */
  login(): Promise<void>;
  /** Reads commands from the input until it ends, or until LOGOUT. Resolves to the last condition value. */
  interactive(): Promise<number>;
  /** One command, as typed. Resolves to $STATUS after it. */
  execute(line: string): Promise<number>;
  /** `@fileSpecification p1 … p8`; parameters are taken as they are. */
  procedure(fileSpecification: string, parameters?: readonly string[]): Promise<number>;
  /**
   * The image that the procedure RUNs where it does nothing else that anybody could notice: sole-image.ts. Undefined for every
   * other procedure, where the image is not registered or may not be run, and where it is found by one of these names.
   */
  soleImage(
    fileSpecification: string,
    ownNames: Readonly<Record<string, unknown>>,
  ): Promise<SoleImage | undefined>;
  /** The procedure that `soleImage` has found, as it was then. */
  again(found: SoleImage): Promise<number>;
  /** The procedure as the commands of a batch job: SYS$INPUT and SYS$COMMAND. Resolves to the status the job ends with. */
  batch(fileSpecification: string, parameters?: readonly string[]): Promise<number>;
  /** RUN of a registered image. */
  run(imageName: string, commandLine?: string): Promise<number>;
  /** Global symbols. */
  setSymbol(name: string, value: DclValue): void;
  getSymbol(name: string): DclValue | undefined;
  /** $STATUS. */
  readonly status: number;
  /** True after LOGOUT. */
  readonly isOver: boolean;
  /** Closes what was left open; call it when the session is done. */
  close(): Promise<void>;
}

const noTables: readonly CommandTable<VerbContext>[] = [];
const noLexicals: readonly LexicalFunction[] = [];
const neverAborted = new AbortController().signal;
const defaultCatalogue = createMessageCatalogue();
const base = { table: coreTable, lexicals: coreLexicals };

export function createDclSession(options: DclSessionOptions): DclSession {
  const cache = options.cache ?? new ProcedureCache();
  const interpreter = createInterpreter({
    process: options.process,
    vocabulary: cache.vocabulary(options.tables ?? noTables, options.lexicals ?? noLexicals, base),
    images: options.images ?? new Map(),
    cache,
    catalogue: options.catalogue ?? defaultCatalogue,
    input: options.input,
    output: options.output,
    error: options.error ?? options.output,
    signal: options.signal ?? neverAborted,
    onBug: options.onBug ?? (() => {}),
    onBroadcast: options.onBroadcast,
    refusedBroadcasts: options.refusedBroadcasts,
  });
  const stopListening = options.process.terminal?.onControlKey((key) => {
    if (key === 'T') showStatusLine(interpreter.job);
    else interpreter.job.foreground?.interrupt(key);
  });
  const { terminalLevel } = interpreter;
  return {
    login: () => runLoginProcedures(interpreter),
    interactive: () => runCommandStream(interpreter),
    execute: (line) => runTypedCommand(interpreter, line),
    soleImage: (file, ownNames) => findSoleImage(interpreter, `@${quoteFile(file)}`, ownNames),
    again: async ({ procedure }) => {
      await interpreter.guard(terminalLevel, () => runText(interpreter, terminalLevel, procedure, []));
      return interpreter.status;
    },
    procedure: async (file, parameters = []) => {
      const quoted = parameters.map((each) => `"${each.replaceAll('"', '""')}"`);
      const text = `@${quoteFile(file)} ${quoted.join(' ')}`.trimEnd();
      const command = interpreter.vocabulary.command(text);
      await interpreter.guard(terminalLevel, () => executeCommand(interpreter, terminalLevel, command));
      return interpreter.status;
    },
    batch: async (file, parameters = []) => {
      await interpreter.guard(terminalLevel, async () => {
        const { specification, text } = await openProcedure(interpreter, file);
        return runStream(interpreter, text, specification, parameters);
      });
      return interpreter.status;
    },
    run: async (name, commandLine = '') => {
      interpreter.status = await activate(interpreter, terminalLevel, name, commandLine);
      return interpreter.status;
    },
    setSymbol: (name, value) => interpreter.globals.set(name.toUpperCase(), value),
    getSymbol: (name) => interpreter.symbolValue(name.toUpperCase()),
    get status() {
      return interpreter.status;
    },
    get isOver() {
      return interpreter.isOver;
    },
    close: async () => {
      stopListening?.();
      await interpreter.job.endSubprocesses(interpreter);
      await closeInterpreter(interpreter);
    },
  };
}

const quoteFile = (file: string): string => (file.includes(' ') ? `"${file}"` : file.toUpperCase());
