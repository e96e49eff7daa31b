/**
 * What commands are parsed with: verbs of the command tables and lexical functions. Immutable, so that parsed commands can be
 * shared by all sessions that use the same tables. SET COMMAND makes a session another vocabulary.
 */
import { matchAbbreviation } from '../command-definition/abbreviation.ts';
import { type CommandTable, DCL, type VerbDefinition } from '../command-definition/index.ts';
import { Condition } from '../condition/index.ts';
import type { VerbContext } from '../system/image.ts';
import { Command } from './command.ts';
import type { LexicalTable } from './lexical/lexical-table.ts';

/** Commands kept by their text: lines with substitutions that come out the same again. */
const KEPT_COMMANDS = 2_000;
/** Longer texts are not kept: somebody may be making them up. */
const LONGEST_KEPT = 512;

export class Vocabulary {
  readonly tables: readonly CommandTable<VerbContext>[];
  readonly lexicals: LexicalTable;
  readonly #verbs = new Map<string, unknown>();
  readonly #resolved = new Map<string, string>();
  #commands = new Map<string, Command>();

  constructor(tables: readonly CommandTable<VerbContext>[], lexicals: LexicalTable) {
    this.tables = tables;
    this.lexicals = lexicals;
    for (const verb of tables.flatMap((each) => each.verbs)) {
      for (const name of [verb.name, ...(verb.synonyms ?? [])]) {
        const word = firstWord(name);
        if (!this.#verbs.has(word))
          this.#verbs.set(word, name.includes(' ') || name.includes('/') ? word : verb);
      }
    }
  }

  /** Another vocabulary, with verbs of a site or a user in front; what had one of their names is gone. SET COMMAND. */
  withVerbs(verbs: readonly VerbDefinition<VerbContext>[]): Vocabulary {
    const { tables } = this.withoutVerbs(verbs.flatMap(({ name, synonyms = [] }) => [name, ...synonyms]));
    return new Vocabulary([{ name: 'PROCESS', verbs }, ...tables], this.lexicals);
  }

  /** Another vocabulary, without these verbs and all their forms. Names that are none are passed over. */
  withoutVerbs(names: readonly string[]): Vocabulary {
    const isGone = ({ name, synonyms = [] }: VerbDefinition<VerbContext>): boolean =>
      [name, ...synonyms].some((each) => names.includes(firstWord(each)));
    const tables = this.tables.map((table) => ({
      name: table.name,
      verbs: table.verbs.filter((each) => !isGone(each)),
    }));
    return new Vocabulary(tables, this.lexicals);
  }

  has(verb: string): boolean {
    return this.#verbs.has(verb);
  }

  /** The verb in full. Throws IVVERB, ABVERB. */
  verb(word: string): string {
    const known = this.#resolved.get(word);
    if (known !== undefined) return known;
    const match = matchAbbreviation(word, [...this.#verbs.keys()]);
    const name = match.kind === 'unique' ? match.name : this.#synonym(word, match.kind);
    if (this.#resolved.size < KEPT_COMMANDS) this.#resolved.set(word, name);
    return name;
  }

  /** Several names of one verb are no ambiguity. */
  #synonym(word: string, kind: 'none' | 'ambiguous'): string {
    if (kind === 'none') throw new Condition(DCL.IVVERB, [], { token: word });
    const meant = [...this.#verbs].filter(([name]) => name.startsWith(word));
    if (new Set(meant.map(([, verb]) => verb)).size > 1) throw new Condition(DCL.ABVERB, [], { token: word });
    return meant[0]![0];
  }

  /** The command of this text; the same object for the same text while it is kept. */
  command(text: string): Command {
    const known = this.#commands.get(text);
    if (known !== undefined) return known;
    if (text.length > LONGEST_KEPT) return new Command(text);
    if (this.#commands.size >= KEPT_COMMANDS) this.#commands = new Map();
    const command = new Command(text);
    this.#commands.set(text, command);
    return command;
  }
}

/** `SHOW` of SHOW QUEUE/FULL. */
const firstWord = (name: string): string => /^[^ /]+/.exec(name.toUpperCase())?.[0] ?? name;
