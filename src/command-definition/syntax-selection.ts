/**
 * Finds the verb definition a line means: the verb, the words behind it (`SHOW QUEUE`) and the qualifiers that select a
 * syntax (`STOP/QUEUE/RESET`). Source: dcl.md §6.1; OpenVMS Command Definition Utility, DEFINE SYNTAX.
 */
import { type Match, matchAbbreviation } from './abbreviation.ts';
import type { Reject } from './cli-condition.ts';
import { echoedToken } from './command-text.ts';
import type { CommandTable, VerbDefinition } from './definition.ts';
import type { CommandScanner, ParameterItem, QualifierItem } from './scanner.ts';

// biome-ignore lint/suspicious/noExplicitAny: the context type belongs to whoever added the table
export type AnyVerb = VerbDefinition<any>;
// biome-ignore lint/suspicious/noExplicitAny: as above
export type AnyTable = CommandTable<any>;

/** A verb definition under one of its names. */
export interface Syntax {
  readonly verb: AnyVerb;
  readonly words: readonly string[];
  /** Qualifiers that select it, `QUEUE` `RESET`. */
  readonly selectors: readonly string[];
}

export interface Selection {
  readonly kind: 'selected';
  readonly syntax: Syntax;
  /** Other syntaxes with the same words. */
  readonly siblings: readonly Syntax[];
  /** Raw value of the last word. */
  readonly wordValue: string | undefined;
  readonly qualifiers: readonly QualifierItem[];
  readonly parameters: readonly ParameterItem[];
  /** Text of a $REST_OF_LINE parameter, when the syntax has one and the line goes on. */
  readonly rest: string | undefined;
}

/** Every name of every verb; of two with the same name the earlier table's counts. */
export function syntaxesOf(tables: readonly AnyTable[]): readonly Syntax[] {
  const [first] = tables;
  const known = first && prepared.get(first);
  const isSame =
    known?.tables.length === tables.length && known.tables.every((each, at) => each === tables[at]);
  if (known !== undefined && isSame) return known.syntaxes;
  const syntaxes = readSyntaxes(tables);
  if (first !== undefined) prepared.set(first, { tables: [...tables], syntaxes });
  return syntaxes;
}

/** The last combination a table was first of: a procedure's lines are all parsed against the same tables. */
const prepared = new WeakMap<
  AnyTable,
  { readonly tables: readonly AnyTable[]; readonly syntaxes: readonly Syntax[] }
>();

function readSyntaxes(tables: readonly AnyTable[]): readonly Syntax[] {
  const syntaxes = new Map<string, Syntax>();
  for (const verb of tables.flatMap((table) => table.verbs)) {
    for (const name of [verb.name, ...(verb.synonyms ?? [])]) {
      const [words = '', ...selectors] = name.toUpperCase().split('/');
      const syntax = {
        verb,
        words: words.trim().split(/\s+/),
        selectors: selectors.map((each) => each.trim()),
      };
      const key = `${syntax.words.join(' ')}/${[...syntax.selectors].sort().join('/')}`;
      if (!syntaxes.has(key)) syntaxes.set(key, syntax);
    }
  }
  return [...syntaxes.values()];
}

/** Reads the line as far as the choice needs. `missingWord`: the line ends where a keyword must follow (`SHOW`). */
export function selectSyntax(
  scanner: CommandScanner,
  syntaxes: readonly Syntax[],
  reject: Reject,
): Selection | { readonly kind: 'missingWord' } {
  const verb = selectVerb(scanner, syntaxes, reject);
  const words = selectWords(scanner, verb, reject);
  return words === undefined ? { kind: 'missingWord' } : selectByQualifiers(scanner, words, reject);
}

function selectVerb(scanner: CommandScanner, syntaxes: readonly Syntax[], reject: Reject): readonly Syntax[] {
  const typed = scanner.takeVerb();
  if (typed === '') throw reject('NOCOMD', scanner.rest() === '' ? undefined : echoedToken(scanner.rest()));
  const usual = syntaxes.find(({ verb }) => verb.abbreviations?.includes(typed));
  const found = matchAbbreviation(
    usual?.words[0] ?? typed,
    syntaxes.map((each) => each.words[0]!),
  );
  if (found.kind === 'unique') return syntaxes.filter((each) => each.words[0] === found.name);
  if (found.kind === 'none') throw reject('IVVERB', typed);
  // Several names of one verb are no ambiguity.
  const meant = syntaxes.filter((each) => each.words[0]!.startsWith(typed));
  if (new Set(meant.map((each) => each.verb)).size > 1) throw reject('ABVERB', typed);
  return meant.slice(0, 1);
}

interface ChosenWords {
  readonly candidates: readonly Syntax[];
  readonly qualifiers: QualifierItem[];
  readonly wordValue: string | undefined;
}

function selectWords(
  scanner: CommandScanner,
  verbs: readonly Syntax[],
  reject: Reject,
): ChosenWords | undefined {
  const qualifiers: QualifierItem[] = [];
  let candidates = verbs;
  let wordValue: string | undefined;
  for (let depth = 1; ; depth += 1) {
    while (scanner.atQualifier()) qualifiers.push(scanner.takeQualifier());
    const complete = candidates.filter((each) => each.words.length === depth);
    const longer = candidates.filter((each) => each.words.length > depth);
    if (longer.length === 0) return { candidates: complete, qualifiers, wordValue };
    // One that a qualifier selects is none without a qualifier: a word is missing, SHOW CONFIGURATION beside /COMMAND.
    const isPossible = complete.some(({ selectors }) => selectors.length === 0 || qualifiers.length > 0);
    if (scanner.atEnd()) return !isPossible ? undefined : { candidates: complete, qualifiers, wordValue };
    const word = scanner.peekWord();
    const found = word === undefined ? ({ kind: 'none' } as const) : matchWord(word, longer, depth);
    if (found.kind !== 'unique') {
      if (isPossible) return { candidates: complete, qualifiers, wordValue };
      throw reject(found.kind === 'ambiguous' ? 'ABKEYW' : 'IVKEYW', word ?? echoedToken(scanner.rest()));
    }
    wordValue = scanner.takeWord(word!);
    candidates = longer.filter((each) => each.words[depth] === found.name);
  }
}

/** The keyword at `depth`. Several names of one verb are no ambiguity here either: `SHOW MX` beside MX_RECORD, MX_RECORDS. */
function matchWord(typed: string, syntaxes: readonly Syntax[], depth: number): Match {
  const found = matchAbbreviation(
    typed,
    syntaxes.map((each) => each.words[depth]!),
  );
  if (found.kind !== 'ambiguous') return found;
  const meant = syntaxes.filter((each) => each.words[depth]!.startsWith(typed));
  const isOne = new Set(meant.map((each) => each.verb)).size === 1;
  return isOne ? { kind: 'unique', name: meant[0]!.words[depth]! } : found;
}

function selectByQualifiers(scanner: CommandScanner, chosen: ChosenWords, reject: Reject): Selection {
  const { candidates, qualifiers } = chosen;
  const parameters: ParameterItem[] = [];
  const nearest = Math.min(...candidates.map((each) => restIndex(each.verb)));
  scanUpTo(nearest, scanner, qualifiers, parameters);
  const written = [
    ...qualifiers,
    ...parameters.flatMap((each) => each.elements.flatMap((one) => one.qualifiers)),
  ];
  const syntax = bestSyntax(candidates, written, reject);
  scanUpTo(restIndex(syntax.verb), scanner, qualifiers, parameters);
  return {
    kind: 'selected',
    syntax,
    siblings: candidates.filter((each) => each !== syntax),
    wordValue: chosen.wordValue,
    qualifiers,
    parameters,
    rest: scanner.atEnd() ? undefined : scanner.rest(),
  };
}

/** Position of the $REST_OF_LINE parameter: from there nothing is taken apart any more. */
function restIndex(verb: AnyVerb): number {
  const index = (verb.parameters ?? []).findIndex((each) => each.value?.type === '$REST_OF_LINE');
  return index === -1 ? Number.POSITIVE_INFINITY : index;
}

function scanUpTo(
  limit: number,
  scanner: CommandScanner,
  qualifiers: QualifierItem[],
  parameters: ParameterItem[],
): void {
  while (!scanner.atEnd() && parameters.length < limit) {
    if (scanner.atQualifier()) qualifiers.push(scanner.takeQualifier());
    else parameters.push(scanner.takeParameter(parameters.length + 1 < limit));
  }
}

/** The syntax with the most selecting qualifiers, all of them written. */
function bestSyntax(
  candidates: readonly Syntax[],
  written: readonly QualifierItem[],
  reject: Reject,
): Syntax {
  const plain = candidates.find((each) => each.selectors.length === 0);
  const names = [
    ...candidates.flatMap((each) => each.selectors),
    ...Object.keys(plain?.verb.qualifiers ?? {}),
  ];
  const chosen = new Set<string>();
  for (const { name } of written) {
    const found = matchAbbreviation(name, names);
    if (found.kind === 'unique') chosen.add(found.name);
  }
  const fitting = candidates
    .filter((each) => each.selectors.every((selector) => chosen.has(selector)))
    .sort((one, other) => other.selectors.length - one.selectors.length);
  const [best, next] = fitting;
  if (best === undefined) throw noSyntax(written, names, reject);
  if (next !== undefined && next.selectors.length === best.selectors.length) throw reject('CONFLICT');
  return best;
}

/** The verb exists only with a selecting qualifier, and none was written. */
function noSyntax(written: readonly QualifierItem[], names: readonly string[], reject: Reject): Error {
  for (const { name } of written) {
    const found = matchAbbreviation(name, names);
    if (found.kind === 'ambiguous') return reject('ABKEYW', name);
    if (found.kind === 'none') return reject('IVQUAL', name);
  }
  return reject('INSFPRM');
}
