/** A parsed command, asked by label with the semantics of CLI$PRESENT and CLI$GET_VALUE. Source: dcl.md §6. */
import type { VerbDefinition } from './definition.ts';

export type Presence = 'present' | 'negated' | 'defaulted' | 'absent';

export interface ParsedCommand {
  // biome-ignore lint/suspicious/noExplicitAny: the context type belongs to whoever added the table
  readonly verb: VerbDefinition<any>;
  /** The line after substitution, as $LINE. */
  readonly line: string;
  /** CLI$PRESENT of a parameter, a qualifier, or a keyword path `QUALIFIER.KEYWORD`. */
  presence(label: string): Presence;
  /** present or defaulted. */
  present(label: string): boolean;
  negated(label: string): boolean;
  /** First value, or undefined. Unquoted text is upcased; quoted text is kept, quotes removed and "" undoubled. */
  value(label: string): string | undefined;
  /** All values of a list, in order; empty when absent. */
  values(label: string): readonly string[];
  /** Values of each time a qualifier was written, where more than one counts: SORT/KEY=(…)/KEY=(…). */
  occurrences(label: string): readonly (readonly string[])[];
  /** Qualifiers that stand after the nth element of a parameter (positional). */
  positional(
    parameter: string,
    element: number,
    qualifier: string,
  ): { presence: Presence; values: readonly string[] };
}
