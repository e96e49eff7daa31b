/**
 * Images: what RUN, a foreign command, MCR or an image-backed verb activates. The interpreter knows only this shape;
 * images/ registers the programs.
 */
import type { ParsedCommand } from '../command-definition/index.ts';
import type { SessionInput, SessionOutput } from '../ports/session-io.ts';
import type { Subprocesses } from '../ports/subprocesses.ts';
import type { ProcessContext } from './process.ts';

export interface ImageContext {
  readonly process: ProcessContext;
  /** SYS$INPUT: the data lines of the procedure, the terminal, or what DEFINE/USER made of it. */
  readonly input: SessionInput;
  /** SYS$COMMAND: the terminal even inside a procedure; the batch or piped stream otherwise. */
  readonly command: SessionInput;
  /** SYS$PIPE: what the command before writes, in a pipeline. */
  readonly pipe?: SessionInput;
  /** SYS$OUTPUT. */
  readonly output: SessionOutput;
  /** SYS$ERROR; equal to `output` unless redefined. */
  readonly error: SessionOutput;
  /** Rest of the line for RUN, MCR and foreign commands: unparsed, upcased outside quotes. */
  readonly commandLine: string;
  /** Local symbols an image may set, such as $ENTRY. */
  setSymbol(name: string, value: string): void;
  /** SPAWN and ATTACH of the image. */
  readonly subprocesses: () => Subprocesses;
  /** Aborted by Ctrl/Y, DELETE/ENTRY or STOP: stop soon. */
  readonly signal: AbortSignal;
}

/** Returns its condition value; an expected failure may be thrown as Condition (the interpreter displays it). */
export type Image = (context: ImageContext, command?: ParsedCommand) => Promise<number>;

/** Verbs of every command table have this context: `routine(command, context)`. */
export type VerbContext = ImageContext;
