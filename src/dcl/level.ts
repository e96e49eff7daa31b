/** A command level: the terminal is 0, each `@` and CALL adds one. Source: dcl.md §2.2, §7.3, §8. */
import type { SessionInput, SessionOutput } from '../ports/session-io.ts';
import type { Command } from './command.ts';
import type { Block } from './procedure-line.ts';
import type { ProcedureText } from './procedure-text.ts';
import { SymbolTable } from './symbols.ts';

/** A severity action fires once, then the default (`ON ERROR THEN EXIT`) returns. */
export interface OnAction {
  readonly condition: 'WARNING' | 'ERROR' | 'SEVERE_ERROR';
  readonly command: Command;
}

const rankOf = { WARNING: 1, ERROR: 2, SEVERE_ERROR: 3 } as const;

/** True where ON `condition` acts on a failure of this severity, or a more severe one. dcl.md §7.3 */
export function isCaughtBy(condition: OnAction['condition'], status: number): boolean {
  const severity = status & 7;
  const rank = severity === 0 ? 1 : severity === 2 ? 2 : 3;
  return rank >= rankOf[condition];
}

/** SET SYMBOL/SCOPE: which symbols are seen. dcl.md §2.2 */
export interface Scope {
  /** Local symbols of levels less deep are not seen. */
  readonly localsFrom: number;
  readonly hidesGlobals: boolean;
}

const EVERYTHING: Scope = { localsFrom: 0, hidesGlobals: false };

/** SYS$OUTPUT, SYS$ERROR and SYS$INPUT of a level where they are not those of the process. */
export interface LevelStreams {
  readonly output?: SessionOutput | undefined;
  readonly error?: SessionOutput | undefined;
  readonly input?: SessionInput | undefined;
}

/**
 * `typed`: what a person types: errors end nothing, labels are ignored. `interruption`: the same after Ctrl/Y, in front of
 * the procedure that stands still. `subroutine`: begun by CALL.
 */
export type LevelKind = 'procedure' | 'subroutine' | 'typed' | 'interruption';

export class Level {
  readonly kind: LevelKind;
  readonly parent: Level | undefined;
  /** 0 at the terminal. */
  readonly depth: number;
  text: ProcedureText;
  /** Full specification of the file, '' at the terminal. */
  readonly procedure: string;
  readonly symbols: SymbolTable;
  /** @file/OUTPUT=, CALL/OUTPUT=, redirections of PIPE. */
  streams: LevelStreams;
  /** Index of the next line. */
  position: number;
  /** Line of the ELSE that is entered when it comes next, because its IF was false. */
  enteredElse: number | undefined;
  /** Labels read so far, the most recent definition of each. */
  readonly labels = new Map<string, number>();
  /** Where RETURN goes back to. */
  readonly gosubs: number[] = [];
  onAction: OnAction | undefined;
  onControlY: Command | undefined;
  /** False after SET NOON. */
  isChecking = true;
  /** What names in expressions and behind apostrophes mean, and what verbs mean. */
  scope: Scope;
  verbScope: Scope;
  /** Set when the level is over. `displayed`: the message of `status` has been shown or is not to be. */
  end: { readonly status: number; readonly displayed: boolean } | undefined;
  /** Data lines that nobody reads have been complained of. */
  isSkippingData = false;

  constructor(options: {
    readonly kind?: LevelKind;
    readonly parent: Level | undefined;
    readonly depth: number;
    readonly text: ProcedureText;
    readonly procedure: string;
    readonly streams?: LevelStreams;
    readonly position?: number;
    /** The table of another level, where this one only looks over its shoulder. */
    readonly symbols?: SymbolTable;
  }) {
    this.kind = options.kind ?? 'procedure';
    this.parent = options.parent;
    this.depth = options.depth;
    this.text = options.text;
    this.procedure = options.procedure;
    this.streams = options.streams ?? {};
    this.position = options.position ?? 0;
    this.symbols = options.symbols ?? new SymbolTable(options.parent?.symbols.space);
    this.scope = options.parent?.scope ?? EVERYTHING;
    this.verbScope = options.parent?.verbScope ?? EVERYTHING;
  }

  get isTyped(): boolean {
    return this.kind === 'typed' || this.kind === 'interruption';
  }

  /** The block of the line being executed. */
  get block(): Block | undefined {
    return this.text.lines[this.position - 1]?.block;
  }
}
