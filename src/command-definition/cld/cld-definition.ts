/** What a command definition file says, before it is a command table. Source: OpenVMS Command Definition Utility. */

export interface CldValue {
  readonly required: boolean;
  readonly list: boolean;
  /** False after NOCONCATENATE: no `+` between values. */
  readonly concatenates: boolean;
  readonly default: string | undefined;
  /** `$FILE`, or the name of a DEFINE TYPE. */
  readonly type: string | undefined;
}

/** A parameter, a qualifier or a keyword. */
export interface CldEntity {
  /** P1 … P8, or what is typed. */
  readonly name: string;
  readonly line: number;
  readonly label: string | undefined;
  readonly prompt: string | undefined;
  readonly default: boolean;
  /** Present by default in batch jobs. */
  readonly batch: boolean;
  readonly negatable: boolean | undefined;
  readonly placement: 'global' | 'local' | 'positional' | undefined;
  /** DEFINE SYNTAX that takes over. */
  readonly syntax: string | undefined;
  readonly value: CldValue | undefined;
}

/** Undefined parts of a syntax are those of the verb; of a verb, none. */
export interface CldForm {
  readonly kind: 'verb' | 'syntax';
  readonly name: string;
  readonly line: number;
  readonly synonyms: readonly string[];
  readonly parameters: readonly CldEntity[] | undefined;
  readonly qualifiers: readonly CldEntity[] | undefined;
  readonly disallow: readonly CldExpression[] | undefined;
  readonly action: CldAction | undefined;
}

/** What executes the command. */
export interface CldAction {
  readonly kind: 'image' | 'routine' | 'cliroutine';
  readonly name: string;
}

/** DISALLOW: the text the parser's `disallow` understands, and the labels in it. */
export interface CldExpression {
  readonly text: string;
  readonly line: number;
  /** `QUALIFIER` or `QUALIFIER.KEYWORD`. */
  readonly labels: readonly string[];
}

export interface CldModule {
  readonly forms: readonly CldForm[];
  /** DEFINE TYPE: keywords by name of the type. */
  readonly types: ReadonlyMap<string, readonly CldEntity[]>;
}
