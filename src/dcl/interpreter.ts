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
  statusText,
} from '../condition/index.ts';
import type { SessionInput, SessionOutput } from '../ports/session-io.ts';
import type { Image } from '../system/image.ts';
import type { ProcessContext } from '../system/process.ts';
import { executeCommand, executeLine } from './execute.ts';
import type { Surroundings } from './expression.ts';
import type { Level } from './level.ts';
import type { LexicalContext, LexicalFunction } from './lexical/lexical-function.ts';
import { type MessageCatalogue, rawCondition } from './message-catalogue.ts';
import { CONTROL_Y_STATUS } from './messages.ts';
import type { OpenFile } from './open-files.ts';
import type { ProcedureCache } from './procedure-cache.ts';
import { Streams } from './streams.ts';
import { SymbolTable } from './symbols.ts';
import type { DclValue } from './value.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Commands after which other work of the process gets its turn. */
const COMMANDS_A_TURN = 1_000;

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
}

export class Interpreter implements LexicalContext, Surroundings {
  readonly process: ProcessContext;
  readonly images: ReadonlyMap<string, Image>;
  readonly cache: ProcedureCache;
  /** SYS$COMMAND. */
  input: SessionInput;
  readonly signal: AbortSignal;
  readonly streams: Streams;
  readonly globals = new SymbolTable();
  readonly contexts = new Map<string, unknown>();
  readonly files = new Map<string, OpenFile>();
  readonly verify = { procedure: false, image: false };
  vocabulary: Vocabulary;
  messageParts: MessageParts = allMessageParts;
  prompt = '$ ';
  verifyPrefix = '';
  control = 'T,Y';
  /** Condition value of the last command: $STATUS. */
  status = 0x0000_0001;
  /** LOGOUT, or the end of the input. */
  isOver = false;
  /** Level everything above is to be ended to: STOP, Ctrl/Y. */
  stopTo: number | undefined;
  level!: Level;
  readonly #catalogue: MessageCatalogue;
  readonly #onBug: (error: unknown) => void;
  readonly #onBroadcast: ((keywords: readonly string[]) => void) | undefined;
  /** Ctrl/C or Ctrl/Y that nobody has taken yet. */
  #interrupt: 'C' | 'Y' | undefined;
  /** Aborts the image or WAIT that runs. */
  #running: AbortController | undefined;

  constructor(options: InterpreterOptions) {
    this.process = options.process;
    this.vocabulary = options.vocabulary;
    this.images = options.images;
    this.cache = options.cache;
    this.input = options.input;
    this.signal = options.signal;
    this.#catalogue = options.catalogue;
    this.#onBug = options.onBug;
    this.#onBroadcast = options.onBroadcast;
    this.streams = new Streams(options.process, options.output, options.error);
  }

  // ---- levels -----------------------------------------------------------------------------------------------------

  /** Runs a level to its end; the status it ends with. */
  async run(level: Level): Promise<{ readonly status: number; readonly displayed: boolean }> {
    const outer = this.level as Level | undefined;
    this.level = level;
    let commands = 0;
    try {
      while (level.end === undefined && !this.isOver) {
        commands += 1;
        if (commands >= COMMANDS_A_TURN) {
          commands = 0;
          await new Promise<void>((resolve) => setImmediate(resolve));
        }
        if (this.signal.aborted) this.abandon();
        else if (this.#interrupt !== undefined) await this.#takeInterrupt(level);
        if (this.isOver || level.end !== undefined) break;
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

  /** One line, typed or given by the caller. */
  async runCommand(level: Level, text: string): Promise<void> {
    await this.#guard(level, () => executeCommand(this, level, this.vocabulary.command(text)));
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

  /** The session is being taken down: everything ends, with SS$_ABORT. */
  abandon(): void {
    this.status = SYSTEM.ABORT.value | INHIBIT_MESSAGE;
    this.isOver = true;
  }

  #runLine(level: Level): undefined | Promise<void> {
    return this.#guard(level, () => executeLine(this, level));
  }

  /** The one place where the outcome of a command becomes $STATUS, a message, an ON action. */
  #guard(
    level: Level,
    work: () => number | undefined | Promise<number | undefined>,
  ): undefined | Promise<void> {
    try {
      const outcome = work();
      if (outcome instanceof Promise) {
        return outcome.then(
          (status) => this.#finish(level, status),
          (error: unknown) => this.#fail(level, error),
        );
      }
      return this.#finish(level, outcome);
    } catch (error) {
      return this.#fail(level, error);
    }
  }

  #finish(level: Level, status: number | undefined): undefined | Promise<void> {
    if (status === undefined) return undefined;
    this.status = status;
    return isSuccess(status) ? undefined : this.#check(level, status);
  }

  async #fail(level: Level, error: unknown): Promise<void> {
    const subject = this.asCondition(error);
    await this.display(subject);
    this.status = subject.value;
    if (!isSuccess(subject.value)) await this.#check(level, subject.value);
  }

  /** Default and ON actions. dcl.md §7.3 */
  #check(level: Level, status: number): undefined | Promise<void> {
    if (!level.isChecking || level.end !== undefined) return undefined;
    const rank = severityRank(status);
    if (rank < rankOf[level.onAction?.condition ?? 'ERROR']) return undefined;
    const action = level.onAction;
    if (action !== undefined) {
      level.onAction = undefined;
      return this.#guard(level, () => executeCommand(this, level, action.command));
    }
    if (!level.isTyped) level.end = { status: status | INHIBIT_MESSAGE, displayed: true };
    return undefined;
  }

  // ---- interrupts -------------------------------------------------------------------------------------------------

  /** Ctrl/C or Ctrl/Y was pressed. */
  interrupt(key: 'C' | 'Y'): void {
    if (!this.control.includes('Y') && key === 'Y') return;
    this.#interrupt = key;
    this.#running?.abort();
  }

  /** Signal for what runs now: aborted by Ctrl/C, Ctrl/Y and by the end of the session. */
  async interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const outer = this.#running;
    // RUN within a verb: one signal is enough.
    if (outer !== undefined && !outer.signal.aborted) return work(outer.signal);
    const running = new AbortController();
    this.#running = running;
    // With the reason there is: a new one would cost a stack trace.
    const onAbort = (): void => running.abort(this.signal.reason);
    if (this.signal.aborted) onAbort();
    this.signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await work(running.signal);
    } finally {
      this.signal.removeEventListener('abort', onAbort);
      this.#running = outer;
    }
  }

  /** The nearest level with ON CONTROL_Y takes it; without one, all procedures end. dcl.md §7.3 */
  async #takeInterrupt(level: Level): Promise<void> {
    let taker: Level | undefined = level;
    while (taker !== undefined && taker.onControlY === undefined) taker = taker.parent;
    this.status = CONTROL_Y_STATUS | INHIBIT_MESSAGE;
    if (taker !== undefined && taker !== level) {
      level.end = { status: this.status, displayed: true };
      return;
    }
    this.#interrupt = undefined;
    if (taker === undefined) this.stopTo = 0;
    else await this.#guard(level, () => executeCommand(this, level, taker.onControlY!));
  }

  // ---- messages ---------------------------------------------------------------------------------------------------

  /** To SYS$ERROR, and to SYS$OUTPUT when that is another one. dcl.md §7.2 */
  async display(subject: Condition): Promise<void> {
    for (const line of conditionLines(subject, this.messageParts)) {
      await this.streams.error.writeLine(line);
      const output = this.output;
      if (output !== this.streams.error) await output.writeLine(line);
    }
  }

  /** The message of a bare status, FAO arguments left raw. */
  async displayStatus(status: number): Promise<void> {
    await this.display(rawCondition(status, this.#catalogue));
  }

  /** A bug is logged and shown as an abort; nothing prints a stack. */
  asCondition(error: unknown): Condition {
    if (error instanceof Condition) return error;
    this.#onBug(error);
    return new Condition(SYSTEM.ABORT);
  }

  setBroadcast(keywords: readonly string[]): void {
    this.#onBroadcast?.(keywords);
  }

  messageFor(value: number): MessageDefinition | undefined {
    return this.#catalogue(value);
  }

  // ---- symbols ----------------------------------------------------------------------------------------------------

  symbolValue(name: string): DclValue | undefined {
    const level = this.level;
    for (let each: Level | undefined = level; each !== undefined; each = each.parent) {
      const symbol = each.symbols.get(name);
      if (symbol !== undefined) return symbol.value;
      if (level.hidesLocal) break;
    }
    if (name.charCodeAt(0) === 36) {
      if (name === '$STATUS') return statusText(this.status);
      if (name === '$SEVERITY') return String(this.status & 7);
      if (name === '$RESTART') return this.globals.get(name)?.value ?? 'FALSE';
    }
    return level.hidesGlobal ? undefined : this.globals.get(name)?.value;
  }

  setLocalSymbol(name: string, value: DclValue): void {
    this.level.symbols.set(name, value);
  }

  call(lexical: LexicalFunction, args: readonly (DclValue | undefined)[]): DclValue | Promise<DclValue> {
    return lexical.evaluate(args, this);
  }

  // ---- what lexical functions ask ---------------------------------------------------------------------------------

  get output(): SessionOutput {
    for (let each: Level | undefined = this.level; each !== undefined; each = each.parent) {
      if (each.output !== undefined) return each.output;
    }
    return this.streams.output;
  }
  get depth(): number {
    return this.level.depth;
  }
  get procedure(): string {
    return this.level.procedure;
  }
  get onSeverity(): string {
    return this.level.isChecking ? (this.level.onAction?.condition ?? 'ERROR') : 'NONE';
  }
  get onControlY(): boolean {
    return this.level.onControlY !== undefined;
  }
  get symbolScope(): string {
    return `${this.level.hidesLocal ? 'NO' : ''}LOCAL,${this.level.hidesGlobal ? 'NO' : ''}GLOBAL`;
  }

  /** Throws STKOVF. dcl.md §1: 31 levels above the terminal. */
  checkDepth(depth: number): void {
    if (depth > 31) throw new Condition(DCL.STKOVF);
  }
}

const rankOf = { WARNING: 1, ERROR: 2, SEVERE_ERROR: 3 } as const;

/** W 1, E 2, F 3. */
function severityRank(status: number): number {
  const severity = status & 7;
  return severity === 0 ? 1 : severity === 2 ? 2 : 3;
}
