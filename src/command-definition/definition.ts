/**
 * The shape of a command definition: one object a verb, as a .CLD file describes it. DCL, MAIL>, TCPIP> and AUTHORIZE
 * all give their verbs in this form; parsing, abbreviation, prompting, negation, HELP and completion derive from it.
 * Source: dcl.md §6, STYLE §5.
 */
import type { ParsedCommand } from './parsed-command.ts';

/** Built-in value types; the parser checks $NUMBER, $DATETIME and $DELTATIME, and hands on text. */
export type ValueType =
  | '$FILE'
  | '$INFILE'
  | '$OUTFILE'
  | '$NUMBER'
  | '$DATETIME'
  | '$DELTATIME'
  | '$QUOTED_STRING'
  | '$REST_OF_LINE'
  | '$QUEUE'
  | '$ENTRY'
  | '$TEXT';

export interface KeywordDefinition {
  /** What routines ask for it by; default its name. */
  readonly label?: string;
  readonly negatable?: boolean;
  readonly value?: ValueDefinition;
  /** Present, where its qualifier is, without being given. */
  readonly default?: boolean;
  /** Another verb of the table takes over: /FOO in SET ENTRY style syntax changes. */
  readonly syntax?: string;
}

export interface ValueDefinition {
  readonly required?: boolean;
  readonly list?: boolean;
  readonly default?: string;
  readonly type?: ValueType;
  /** False: files of a list are separated by commas alone, `+` is NOCCAT. */
  readonly concatenates?: boolean;
  /** A keyword list instead of a plain value. Abbreviations are expanded to the full keyword. */
  readonly keywords?: Readonly<Record<string, KeywordDefinition>>;
  /** Keep the text exactly as typed: no upcasing, quotes kept. */
  readonly verbatim?: boolean;
}

export interface QualifierDefinition {
  /** What routines ask for it by; default its name. */
  readonly label?: string;
  /** Default true, as in CLD. */
  readonly negatable?: boolean;
  readonly value?: ValueDefinition;
  /** Present without being given. */
  readonly default?: boolean;
  /** Present without being given in batch jobs. */
  readonly batch?: boolean;
  /** `global`: anywhere, counts for the command (default). `positional`: also after a parameter. `local`: only there. */
  readonly placement?: 'global' | 'positional' | 'local';
  /** Changes to another syntax (verb) of the table: DELETE/ENTRY, SHOW QUEUE/FORM. */
  readonly syntax?: string;
  readonly summary?: string;
}

export interface ParameterDefinition {
  /** The label routines use: `command.value('QUEUE_NAME')`. */
  readonly label: string;
  /** Text of the prompt, without `_` and `: `; default the label with a capital. */
  readonly prompt?: string;
  readonly required?: boolean;
  readonly value?: ValueDefinition;
  readonly summary?: string;
}

export interface VerbDefinition<Context = unknown> {
  /** `DIRECTORY`; several words for a keyword parameter or a qualifier that selects a syntax: `SHOW QUEUE`, `DELETE/ENTRY`. */
  readonly name: string;
  readonly synonyms?: readonly string[];
  /** Shorter than what tells it from other verbs of its table, and still this one: `R` for READ. HELP does not list them. */
  readonly abbreviations?: readonly string[];
  readonly summary: string;
  readonly source?: string;
  /** The longer HELP text, plain lines. */
  readonly help?: string;
  /** Value of the last word of the name, asked by that word: `SET PROMPT="x"`, `SET BROADCAST=(NOMAIL)`. */
  readonly value?: ValueDefinition;
  readonly parameters?: readonly ParameterDefinition[];
  readonly qualifiers?: Readonly<Record<string, QualifierDefinition>>;
  /** Forms of this verb alone that a `syntax` names; other names are those of verbs of the table. */
  readonly syntaxes?: Readonly<Record<string, VerbDefinition<Context>>>;
  /** CLD expressions of labels: `A AND B`, `NOT A OR (B AND C)`, `ANY2(A,B)`; violated → CLI CONFLICT. */
  readonly disallow?: readonly string[];
  /** Works, cannot be called without this privilege: shown by HELP, checked by the routine. */
  readonly privilege?: string;
  readonly routine?: (
    command: ParsedCommand,
    context: Context,
  ) => Promise<number | undefined> | number | undefined;
}

/** A table of verbs, in the order HELP shows them (alphabetical when printed). */
export interface CommandTable<Context = unknown> {
  readonly name: string;
  readonly verbs: readonly VerbDefinition<Context>[];
}

/** Checks nothing at run time; gives the compiler the type. */
export const defineVerb = <Context>(definition: VerbDefinition<Context>): VerbDefinition<Context> =>
  definition;
