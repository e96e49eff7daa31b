/** The shape of a lexical function. Families are lists of these; images/ may add more, such as F$GETQUI. Source: dcl.md §16. */
import type { MessageDefinition, MessageParts } from '../../condition/index.ts';
import type { ProcessContext } from '../../system/process.ts';
import type { TerminalCharacteristics } from '../terminal-characteristics.ts';
import type { DclValue } from '../value.ts';

/** What a lexical function can see of the session that calls it. */
export interface LexicalContext {
  readonly process: ProcessContext;
  /** The processes of its job: itself, and what SPAWN and PIPE created. */
  readonly job: {
    readonly processes: readonly ProcessContext[];
    readonly terminal: TerminalCharacteristics | undefined;
  };
  symbolValue(name: string): DclValue | undefined;
  setLocalSymbol(name: string, value: DclValue): void;
  /** Every condition value that has a text, for F$MESSAGE. */
  messageFor(value: number): MessageDefinition | undefined;
  readonly messageParts: MessageParts;
  /** Procedure level: 0 at the terminal. */
  readonly depth: number;
  /** Full specification of the running procedure, '' at the terminal. */
  readonly procedure: string;
  readonly onSeverity: string;
  readonly onControlY: boolean;
  readonly prompt: string;
  /** State of the keypad. */
  readonly keyState: string;
  readonly symbolScope: string;
  readonly verbScope: string;
  readonly verifyPrefix: string;
  /** SET VERIFY: procedure and image; assigning changes it. */
  readonly verify: { procedure: boolean; image: boolean };
  /** Letters of the control keys that work, `T,Y`. */
  readonly control: string;
  /** Kept for the session, by function and stream: contexts of F$SEARCH, F$PID, F$GETQUI. */
  readonly contexts: Map<string, unknown>;
}

export interface LexicalFunction {
  /** `F$EXTRACT` */
  readonly name: string;
  /** Required arguments come first. */
  readonly minimum: number;
  readonly maximum: number;
  /** Positions where a bare symbol name stands instead of an expression: F$TYPE, F$PID. */
  readonly symbolArguments?: readonly number[];
  /** True when `evaluate` may return a promise. */
  readonly asynchronous?: boolean;
  /** @param args  undefined where an argument was left out. Failures are Conditions. */
  readonly evaluate: (
    args: readonly (DclValue | undefined)[],
    context: LexicalContext,
  ) => DclValue | Promise<DclValue>;
}
