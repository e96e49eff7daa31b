/** Looks lexical functions up by name or unique abbreviation. Source: dcl.md §16.1. */
import { matchAbbreviation } from '../../command-definition/abbreviation.ts';
import { DCL } from '../../command-definition/index.ts';
import { Condition } from '../../condition/index.ts';
import type { LexicalFunction } from './lexical-function.ts';

export class LexicalTable {
  readonly #functions: ReadonlyMap<string, LexicalFunction>;

  /** Later families win over earlier ones of the same name. */
  constructor(families: readonly (readonly LexicalFunction[])[]) {
    this.#functions = new Map(families.flat().map((each) => [each.name, each]));
  }

  /** @param name  upper case. Throws IVFNAM or ABFNAM with the token `F$L(`. */
  find(name: string): LexicalFunction {
    const exact = this.#functions.get(name);
    if (exact !== undefined) return exact;
    const match = matchAbbreviation(name, this.#prefixed(name));
    if (match.kind === 'unique') return this.#functions.get(match.name)!;
    throw new Condition(match.kind === 'none' ? DCL.IVFNAM : DCL.ABFNAM, [], { token: `${name}(` });
  }

  names(): readonly string[] {
    return [...this.#functions.keys()].sort();
  }

  /** Only true prefixes: with `F$` in front, four significant characters would say nothing. */
  #prefixed(name: string): readonly string[] {
    return [...this.#functions.keys()].filter((each) => each.startsWith(name));
  }
}
