/** A command level: the terminal is 0, each `@` and CALL adds one. Source: dcl.md §2.2, §7.3, §8. */
import type { SessionOutput } from '../ports/session-io.ts';
import type { Command } from './command.ts';
import type { Block, ProcedureText } from './procedure-text.ts';
import { SymbolTable } from './symbols.ts';

/** A severity action fires once, then the default (`ON ERROR THEN EXIT`) returns. */
export interface OnAction {
  readonly condition: 'WARNING' | 'ERROR' | 'SEVERE_ERROR';
  readonly command: Command;
}

export class Level {
  readonly parent: Level | undefined;
  /** 0 at the terminal. */
  readonly depth: number;
  readonly text: ProcedureText;
  /** Full specification of the file, '' at the terminal. */
  readonly procedure: string;
  readonly symbols = new SymbolTable();
  /** True at a terminal: errors end nothing, labels are ignored. */
  readonly isTyped: boolean;
  /** @file/OUTPUT=, CALL/OUTPUT=. */
  readonly output: SessionOutput | undefined;
  /** Index of the next line. */
  position: number;
  /** Labels read so far, the most recent definition of each. */
  readonly labels = new Map<string, number>();
  /** Where RETURN goes back to. */
  readonly gosubs: number[] = [];
  onAction: OnAction | undefined;
  onControlY: Command | undefined;
  /** False after SET NOON. */
  isChecking = true;
  /** SET SYMBOL/SCOPE: outer locals, globals are not seen from here on. */
  hidesLocal = false;
  hidesGlobal = false;
  /** Set when the level is over. `displayed`: the message of `status` has been shown or is not to be. */
  end: { readonly status: number; readonly displayed: boolean } | undefined;
  /** Data lines that nobody reads have been complained of. */
  isSkippingData = false;

  constructor(options: {
    readonly parent: Level | undefined;
    readonly depth: number;
    readonly text: ProcedureText;
    readonly procedure: string;
    readonly isTyped?: boolean;
    readonly output?: SessionOutput | undefined;
    readonly position?: number;
  }) {
    this.parent = options.parent;
    this.depth = options.depth;
    this.text = options.text;
    this.procedure = options.procedure;
    this.isTyped = options.isTyped ?? false;
    this.output = options.output;
    this.position = options.position ?? 0;
    if (options.parent !== undefined) {
      this.hidesLocal = options.parent.hidesLocal;
      this.hidesGlobal = options.parent.hidesGlobal;
    }
  }

  /** This level again, symbols and all, over other lines: a single command from outside. */
  over(text: ProcedureText): Level {
    return Object.assign(Object.create(Level.prototype) as Level, this, {
      text,
      position: 0,
      parent: this.parent,
    });
  }

  /** The block of the line being executed. */
  get block(): Block | undefined {
    return this.text.lines[this.position - 1]?.block;
  }
}
