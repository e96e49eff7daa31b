/**
 * Procedures kept in parsed form, so that one that runs for every connection is read and parsed once. Keyed by full file
 * specification; a file that was changed since is read again. Shared by all sessions of a process.
 */
import type { CommandTable } from '../command-definition/index.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { VerbContext } from '../system/image.ts';
import type { LexicalFunction } from './lexical/lexical-function.ts';
import { LexicalTable } from './lexical/lexical-table.ts';
import { ProcedureText } from './procedure-text.ts';
import { Vocabulary } from './vocabulary.ts';

const KEPT_PROCEDURES = 200;

interface Kept {
  readonly modified: number;
  readonly sizeBytes: number;
  readonly vocabulary: Vocabulary;
  readonly text: ProcedureText;
}

export interface ProcedureCacheOptions {
  /** Within this time a file is not looked at again, milliseconds. Default 0: it is, with every call. */
  readonly freshMs?: number;
}

interface Procedure {
  readonly specification: string;
  readonly text: ProcedureText;
}

export class ProcedureCache {
  readonly #freshMs: number;
  /** By what was asked for: what it was when it was looked at last. */
  readonly #recent = new Map<
    string,
    { readonly at: number; readonly vocabulary: Vocabulary; readonly found: Procedure }
  >();
  readonly #kept = new Map<string, Kept>();
  readonly #vocabularies: {
    readonly tables: readonly CommandTable<VerbContext>[];
    readonly lexicals: readonly LexicalFunction[];
    readonly vocabulary: Vocabulary;
  }[] = [];

  constructor(options: ProcedureCacheOptions = {}) {
    this.#freshMs = options.freshMs ?? 0;
  }

  /** The vocabulary of these tables, the same object for the same arrays. */
  vocabulary(
    tables: readonly CommandTable<VerbContext>[],
    lexicals: readonly LexicalFunction[],
    base: {
      readonly table: CommandTable<VerbContext>;
      readonly lexicals: readonly (readonly LexicalFunction[])[];
    },
  ): Vocabulary {
    const known = this.#vocabularies.find((each) => each.tables === tables && each.lexicals === lexicals);
    if (known !== undefined) return known.vocabulary;
    const all = tables.includes(base.table) ? tables : [...tables, base.table];
    const vocabulary = new Vocabulary(all, new LexicalTable([...base.lexicals, lexicals]));
    this.#vocabularies.push({ tables, lexicals, vocabulary });
    if (this.#vocabularies.length > KEPT_PROCEDURES) this.#vocabularies.shift();
    return vocabulary;
  }

  /**
   * The text of a procedure.
   * @param specification  full, translated. Throws RMS FNF, DNF, PRV.
   */
  async procedure(files: FileSystem, specification: string, vocabulary: Vocabulary): Promise<Procedure> {
    if (this.#freshMs === 0) return this.#look(files, specification, vocabulary);
    const now = performance.now();
    const recent = this.#recent.get(specification);
    if (recent?.vocabulary === vocabulary && now - recent.at < this.#freshMs) return recent.found;
    const found = await this.#look(files, specification, vocabulary);
    if (this.#recent.size >= KEPT_PROCEDURES) this.#recent.clear();
    this.#recent.set(specification, { at: now, vocabulary, found });
    return found;
  }

  async #look(files: FileSystem, specification: string, vocabulary: Vocabulary): Promise<Procedure> {
    const entry = await files.lookup(specification);
    const known = this.#kept.get(entry.specification);
    if (
      known?.modified === entry.modified &&
      known.sizeBytes === entry.sizeBytes &&
      known.vocabulary === vocabulary
    ) {
      return { specification: entry.specification, text: known.text };
    }
    const text = ProcedureText.of(await readRecords(files, entry.specification));
    if (this.#kept.size >= KEPT_PROCEDURES) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(entry.specification, {
      modified: entry.modified,
      sizeBytes: entry.sizeBytes,
      vocabulary,
      text,
    });
    return { specification: entry.specification, text };
  }
}

async function readRecords(files: FileSystem, specification: string): Promise<readonly string[]> {
  const reader = await files.openRead(specification);
  const records: string[] = [];
  try {
    for (let record = await reader.read(); record !== undefined; record = await reader.read()) {
      records.push(record);
    }
  } finally {
    await reader.close();
  }
  return records;
}
