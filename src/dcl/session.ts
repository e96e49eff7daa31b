/**
 * A DCL session: an interpreter with what it reads from. Three ways in: a terminal with prompts, piped lines, or commands and
 * procedures given by the caller.
 *
 * Piped input is read in one of two ways, by its first line that is not blank:
 *   - it begins with `$`: the whole input is a command procedure; lines without `$` are data of the command before them,
 *     errors end it as they end a procedure;
 *   - anything else: every line is a command as typed at a terminal; an image that runs takes the lines behind it as its
 *     SYS$INPUT until it has had enough, and errors end nothing.
 *
 * Source: dcl.md §1, §7.3, §9; DESIGN §6.
 */
import type { CommandTable } from '../command-definition/index.ts';
import type { SessionInput, SessionOutput } from '../ports/session-io.ts';
import type { Image, VerbContext } from '../system/image.ts';
import type { ProcessContext } from '../system/process.ts';
import { DataLines } from './data-lines.ts';
import { activate } from './image-activation.ts';
import { Interpreter } from './interpreter.ts';
import { Level } from './level.ts';
import { coreLexicals } from './lexical/index.ts';
import type { LexicalFunction } from './lexical/lexical-function.ts';
import { createMessageCatalogue, type MessageCatalogue } from './message-catalogue.ts';
import { closeFile } from './open-files.ts';
import { ProcedureCache } from './procedure-cache.ts';
import { ProcedureText, type ReadRecord } from './procedure-text.ts';
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
}

export interface DclSession {
  /** Reads commands from the input until it ends, or until LOGOUT. Resolves to the last condition value. */
  interactive(): Promise<number>;
  /** One command, as typed. Resolves to $STATUS after it. */
  execute(line: string): Promise<number>;
  /** `@fileSpecification p1 … p8`; parameters are taken as they are. */
  procedure(fileSpecification: string, parameters?: readonly string[]): Promise<number>;
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
  const interpreter = new Interpreter({
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
  });
  const stopListening = options.process.terminal?.onControlKey((key) => {
    if (key !== 'T') interpreter.interrupt(key);
  });
  const typed = new Level({
    parent: undefined,
    depth: 0,
    text: new ProcedureText({ typed: true, readRecord: recordsOf(interpreter, interpreter.input) }),
    procedure: '',
    isTyped: true,
  });
  interpreter.level = typed;
  return {
    interactive: () => interactive(interpreter, typed),
    execute: async (line) => {
      const text = new ProcedureText({ typed: true });
      text.add(line);
      text.finish();
      await interpreter.run(typed.over(text));
      return interpreter.status;
    },
    procedure: async (file, parameters = []) => {
      const quoted = parameters.map((each) => `"${each.replaceAll('"', '""')}"`);
      await interpreter.runCommand(typed, `@${quoteFile(file)} ${quoted.join(' ')}`.trimEnd());
      return interpreter.status;
    },
    run: async (name, commandLine = '') => {
      interpreter.status = await activate(interpreter, typed, name, commandLine);
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
      for (const file of interpreter.files.values()) await closeFile(file);
      interpreter.files.clear();
      await interpreter.streams.close();
    },
  };
}

const quoteFile = (file: string): string => (file.includes(' ') ? `"${file}"` : file.toUpperCase());

async function interactive(interpreter: Interpreter, typed: Level): Promise<number> {
  if (interpreter.input.isTerminal) {
    await interpreter.run(typed);
    return interpreter.status;
  }
  const first = await firstRecord(interpreter.input);
  if (first === undefined) return interpreter.status;
  if (!first.startsWith('$')) {
    typed.text.add(first);
    await interpreter.run(typed);
    return interpreter.status;
  }
  const text = new ProcedureText({ typed: false, readRecord: recordsOf(interpreter, interpreter.input) });
  text.add(first);
  const level = new Level({ parent: typed, depth: 1, text, procedure: '' });
  for (let index = 1; index <= 8; index += 1) level.symbols.set(`P${index}`, '');
  // SYS$COMMAND of a batch stream: an answer is a data line, never the next command.
  interpreter.input = new DataLines(level);
  const { status, displayed } = await interpreter.run(level);
  interpreter.level = typed;
  if (!displayed) await interpreter.displayStatus(status);
  interpreter.status = status;
  return status;
}

async function firstRecord(input: SessionInput): Promise<string | undefined> {
  for (;;) {
    const read = await input.read();
    if (read.kind !== 'record') return undefined;
    if (read.text.trim() !== '') return read.text;
  }
}

/** The next record of SYS$COMMAND; Ctrl/C and Ctrl/Y at the prompt give a new one. */
const recordsOf =
  (interpreter: Interpreter, input: SessionInput): ReadRecord =>
  async (continued) => {
    for (;;) {
      const prompt = continued ? `_${interpreter.prompt}` : interpreter.prompt;
      const read = await input.read({ prompt, history: 'command' });
      if (read.kind === 'record') return read.text;
      if (read.kind === 'endOfFile') return undefined;
      if (interpreter.signal.aborted) return undefined;
    }
  };
