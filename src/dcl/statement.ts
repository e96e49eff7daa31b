/** What one command means, after substitution: the union the interpreter executes. Source: dcl.md §2, §6, §8. */
import type { ParsedCommand } from '../command-definition/index.ts';
import type { Condition } from '../condition/index.ts';
import type { Command } from './command.ts';
import type { Expression } from './expression.ts';
import type { PipeList } from './pipe/pipe-parser.ts';

export interface SymbolTarget {
  readonly name: string;
  /** `SAY*IT`: shortest spelling. */
  readonly minimum: number | undefined;
  readonly global: boolean;
}

export type Statement =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'assign';
      readonly target: SymbolTarget;
      readonly expression: Expression;
      /** Trailing junk: SYMDEL after the assignment. dcl.md §2.1 */
      readonly junk: boolean;
    }
  | { readonly kind: 'assignText'; readonly target: SymbolTarget; readonly text: string }
  | {
      readonly kind: 'overlay';
      readonly target: SymbolTarget;
      readonly offset: Expression;
      readonly size: Expression;
      /** Bits take an expression, characters a literal text. */
      readonly value: { readonly bits: Expression } | { readonly text: string };
    }
  | { readonly kind: 'if'; readonly condition: Expression; readonly clause: Command | undefined }
  | { readonly kind: 'then' | 'else'; readonly command: Command | undefined }
  | { readonly kind: 'endif' | 'subroutine' | 'endsubroutine' | 'data' }
  | { readonly kind: 'goto' | 'gosub'; readonly label: string }
  | { readonly kind: 'exit' | 'return'; readonly status: Expression | undefined }
  | {
      readonly kind: 'call';
      readonly label: string;
      readonly output: string | undefined;
      readonly parameters: string;
    }
  | {
      readonly kind: 'procedure';
      readonly file: string;
      readonly output: string | undefined;
      readonly parameters: string;
    }
  | { readonly kind: 'pipe'; readonly list: PipeList }
  | { readonly kind: 'on'; readonly condition: OnCondition; readonly command: Command }
  | {
      readonly kind: 'write';
      readonly channel: string;
      readonly values: readonly Expression[];
      readonly errorLabel: string | undefined;
      readonly update: boolean;
    }
  /** IVVERB, unless DCL$PATH knows better. */
  | {
      readonly kind: 'unknownVerb';
      readonly word: string;
      readonly rest: string;
      readonly failure: Condition;
    }
  | { readonly kind: 'verb'; readonly text: string; parsed: ParsedCommand | undefined };

export type OnCondition = 'WARNING' | 'ERROR' | 'SEVERE_ERROR' | 'CONTROL_Y';
