/**
 * The command interpreter of one process: levels, symbols, status, messages. Lines are executed by execute.ts; what a session
 * reads from is session.ts. No global state: hundreds of these run side by side. Source: dcl.md §1–§9.
 */
import { DCL } from '../command-definition/index.ts';
import {
  allMessageParts,
  Condition,
  conditionLines,
  INHIBIT_MESSAGE,
  isSuccess,
  type MessageDefinition,
  type MessageParts,
  SYSTEM,
} from '../condition/index.ts';
import { KeyTable } from '../key-definition/index.ts';
import type { SessionInput, SessionOutput } from '../ports/session-io.ts';
import type { Image } from '../system/image.ts';
import type { ProcessContext } from '../system/process.ts';
import { executeCommand, executeLine, type Outcome } from './execute.ts';
import type { Surroundings } from './expression.ts';
import type { FileInput } from './file-input.ts';
import { Interrupts, takeInterrupt } from './interrupts.ts';
import { Job } from './job.ts';
import { isCaughtBy, type Level } from './level.ts';
import type { LexicalContext, LexicalFunction } from './lexical/lexical-function.ts';
import { type MessageCatalogue, rawCondition } from './message-catalogue.ts';
import type { OpenFile } from './open-files.ts';
import type { ProcedureCache } from './procedure-cache.ts';
import { Streams } from './streams.ts';
import type { SymbolTable } from './symbols.ts';
import { Turn } from './turn.ts';
import type { DclValue } from './value.ts';
import { scopeText, VisibleSymbols } from './visible-symbols.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface InterpreterOptions {
  readonly process: ProcessContext;
  readonly vocabulary: Vocabulary;
  readonly images: ReadonlyMap<string, Image>;
  readonly cache: ProcedureCache;
  readonly catalogue: MessageCatalogue;
  readonly input: SessionInput;
  readonly output: SessionOutput;
  readonly error: SessionOutput;
  readonly signal: AbortSignal;
  /** A bug in a verb or an image: to be logged, never shown. */
  readonly onBug: (error: unknown) => void;
  /** SET BROADCAST: the keywords given. */
  readonly onBroadcast?: ((keywords: readonly string[]) => void) | undefined;
  /** SHOW BROADCAST: kinds that are kept away. */
  readonly refusedBroadcasts?: (() => ReadonlySet<string>) | undefined;
  /** Of a subprocess: the job it belongs to. */
  readonly job?: Job;
}

export class Interpreter implements LexicalContext, Surroundings {
  /** What it was made with; a subprocess begins with the same. */
  readonly options: InterpreterOptions;
  readonly process: ProcessContext;
  readonly images: ReadonlyMap<string, Image>;
  readonly cache: ProcedureCache;
  /** SYS$COMMAND. */
  input: SessionInput;
  /** SYS$PIPE, in a pipeline. */
  pipe: SessionInput | undefined;
  readonly signal: AbortSignal;
  readonly streams: Streams;
  readonly job: Job;
  readonly interrupts: Interrupts;
  readonly symbols: VisibleSymbols = new VisibleSymbols(this);
  readonly contexts = new Map<string, unknown>();
  readonly files = new Map<string, OpenFile>();
  /** Files that have been opened as SYS$INPUT. */
  readonly fileInputs = new Set<FileInput>();
  /** Those of DEFINE SYS$INPUT, as the commands that run asked for them. */
  readonly imageInputs: FileInput[] = [];
  /** DEFINE/KEY, and the state of the keypad. */
  readonly keys = new KeyTable();
  readonly verify = { procedure: false, image: false };
  vocabulary: Vocabulary;
  messageParts: MessageParts = allMessageParts;
  prompt = '$ ';
  /** Name of the image that runs, for Ctrl/T. */
  runningImage: string | undefined;
  /** RECALL: what stands at the next prompt already. */
  recalled: string | undefined;
  /** The condition that was displayed last: SPAWN shows that of its subprocess once more. */
  lastShown: Condition | undefined;
  verifyPrefix = '';
  control = 'T,Y';
  /** Condition value of the last command: $STATUS. */
  status = 0x0000_0001;
  /** LOGOUT, or the end of the input. */
  isOver = false;
  /** Somebody types commands at a terminal and gets the prompt after Ctrl/Y. */
  isAttended = false;
  /** Level everything above is to be ended to: STOP, Ctrl/Y. */
  stopTo: number | undefined;
  level!: Level;
  /** Level 0. */
  terminalLevel!: Level;
  readonly #turn = new Turn();

  constructor(options: InterpreterOptions) {
    this.options = options;
    this.process = options.process;
    this.vocabulary = options.vocabulary;
    this.images = options.images;
    this.cache = options.cache;
    this.input = options.input;
    this.signal = options.signal;
    this.streams = new Streams(options.process, options.output, options.error);
    this.interrupts = new Interrupts(options.signal);
    this.job = options.job ?? new Job();
  }

  // ---- levels -----------------------------------------------------------------------------------------------------

  /** Runs a level to its end; the status it ends with. */
  async run(level: Level): Promise<{ readonly status: number; readonly displayed: boolean }> {
    const outer = this.level as Level | undefined;
    this.level = level;
    try {
      while (level.end === undefined && !this.isOver) {
        if (this.#turn.isOver()) await this.#letOthersWork();
        if (this.interrupts.isPending) {
          await takeInterrupt(this, level);
          continue;
        }
        if (this.stopTo !== undefined && !this.#reachesStop(level)) break;
        if (level.position >= level.text.lines.length) {
          if (level.text.complete) break;
          if (level.isTyped) this.#forget(level);
          if (!(await level.text.pull())) break;
          continue;
        }
        const waiting = this.#runLine(level);
        if (waiting !== undefined) await waiting;
      }
    } finally {
      this.level = outer ?? level;
    }
    return level.end ?? { status: this.status, displayed: true };
  }

  async #letOthersWork(): Promise<void> {
    await this.#turn.pass();
    if (this.signal.aborted) this.interrupts.press();
  }

  /** Ends all procedures for good, whatever they wait for: the session is being taken down, with SS$_ABORT. */
  abandon(): void {
    this.status = SYSTEM.ABORT.value | INHIBIT_MESSAGE;
    this.isOver = true;
  }

  #forget(level: Level): void {
    level.text.forget();
    level.position = level.text.lines.length;
  }

  /** STOP ends every procedure; the terminal's level goes on. */
  #reachesStop(level: Level): boolean {
    if (level.depth > this.stopTo! || (level.depth === this.stopTo! && !level.isTyped)) {
      level.end ??= { status: this.status, displayed: true };
      return false;
    }
    this.stopTo = undefined;
    return true;
  }

  /** `guard` over executeLine, without a function made for each line. */
  #runLine(level: Level): undefined | Promise<void> {
    let outcome: Outcome;
    try {
      outcome = executeLine(this, level);
    } catch (error) {
      return this.#fail(level, error);
    }
    return this.#settle(level, outcome);
  }

  // ---- what commands end in ---------------------------------------------------------------------------------------

  /** The one place where the outcome of a command becomes $STATUS, a message, an ON action. */
  guard(level: Level, work: () => Outcome): undefined | Promise<void> {
    try {
      return this.#settle(level, work());
    } catch (error) {
      return this.#fail(level, error);
    }
  }

  #settle(level: Level, outcome: Outcome): undefined | Promise<void> {
    if (!(outcome instanceof Promise)) return this.#finish(level, outcome);
    return outcome.then(
      (status) => this.#finish(level, status),
      (error: unknown) => this.#fail(level, error),
    );
  }

  /** $STATUS and message, but no ON action: a part of a PIPE, whose whole is checked. */
  async attempt(work: () => Outcome): Promise<number> {
    try {
      const status = await work();
      if (status !== undefined) this.status = status;
    } catch (error) {
      await this.#show(error);
    }
    return this.status;
  }

  #finish(level: Level, status: number | undefined): undefined | Promise<void> {
    if (status === undefined) return undefined;
    this.status = status;
    return isSuccess(status) ? undefined : this.#check(level, status);
  }

  async #fail(level: Level, error: unknown): Promise<void> {
    const status = await this.#show(error);
    if (!isSuccess(status)) await this.#check(level, status);
  }

  async #show(error: unknown): Promise<number> {
    const subject = this.asCondition(error);
    await this.display(subject);
    this.status = subject.value;
    return subject.value;
  }

  /** Default and ON actions. dcl.md §7.3 */
  #check(level: Level, status: number): undefined | Promise<void> {
    if (!level.isChecking || level.end !== undefined) return undefined;
    const action = level.onAction;
    if (!isCaughtBy(action?.condition ?? 'ERROR', status)) return undefined;
    if (action !== undefined) {
      level.onAction = undefined;
      return this.guard(level, () => executeCommand(this, level, action.command));
    }
    if (!level.isTyped) level.end = { status: status | INHIBIT_MESSAGE, displayed: true };
    return undefined;
  }

  /** Ctrl/C or Ctrl/Y was pressed. SET NOCONTROL=Y: a captive user cannot get out of a procedure with either. */
  interrupt(_key: 'C' | 'Y'): void {
    if (this.control.includes('Y')) this.interrupts.press();
  }

  // ---- messages ---------------------------------------------------------------------------------------------------

  /** To SYS$ERROR, and to SYS$OUTPUT when that is another one. dcl.md §7.2 */
  async display(subject: Condition): Promise<void> {
    const { output, error } = this;
    this.lastShown = subject;
    for (const line of conditionLines(subject, this.messageParts)) {
      await error.writeLine(line);
      if (output !== error) await output.writeLine(line);
    }
  }

  /** The message of a bare status, FAO arguments left raw. */
  async displayStatus(status: number): Promise<void> {
    await this.display(rawCondition(status, this.options.catalogue));
  }

  /** A bug is logged and shown as an abort; nothing prints a stack. */
  asCondition(error: unknown): Condition {
    if (error instanceof Condition) return error;
    this.options.onBug(error);
    return new Condition(SYSTEM.ABORT);
  }

  setBroadcast(keywords: readonly string[]): void {
    this.options.onBroadcast?.(keywords);
  }

  messageFor(value: number): MessageDefinition | undefined {
    return this.options.catalogue(value);
  }

  // ---- symbols ----------------------------------------------------------------------------------------------------

  symbolValue(name: string): DclValue | undefined {
    return this.symbols.valueOf(name);
  }

  setLocalSymbol(name: string, value: DclValue): void {
    this.level.symbols.set(name, value);
  }

  call(lexical: LexicalFunction, args: readonly (DclValue | undefined)[]): DclValue | Promise<DclValue> {
    return lexical.evaluate(args, this);
  }

  // ---- what lexical functions and images ask ----------------------------------------------------------------------

  get output(): SessionOutput {
    return this.#stream('output') ?? this.streams.output;
  }
  get error(): SessionOutput {
    return this.#stream('error') ?? this.streams.error;
  }

  #stream(which: 'output' | 'error'): SessionOutput | undefined {
    for (let each: Level | undefined = this.level; each !== undefined; each = each.parent) {
      const stream = each.streams[which];
      if (stream !== undefined) return stream;
    }
    return undefined;
  }

  get depth(): number {
    return this.level.depth;
  }
  get procedure(): string {
    return this.level.procedure;
  }
  get globals(): SymbolTable {
    return this.symbols.globals;
  }
  get onSeverity(): string {
    return this.level.isChecking ? (this.level.onAction?.condition ?? 'ERROR') : 'NONE';
  }
  get keyState(): string {
    return this.keys.state;
  }
  get onControlY(): boolean {
    return this.level.onControlY !== undefined;
  }
  get symbolScope(): string {
    return scopeText(this.level, this.level.scope);
  }
  get verbScope(): string {
    return scopeText(this.level, this.level.verbScope);
  }

  /** Throws STKOVF. dcl.md §1: 31 levels above the terminal. */
  checkDepth(depth: number): void {
    if (depth > 31) throw new Condition(DCL.STKOVF);
  }
}
