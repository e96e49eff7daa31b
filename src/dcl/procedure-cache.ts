/**
 * Procedures kept in parsed form, so that one that runs for every connection is read and parsed once. Keyed by full file
 * specification; a file that was changed since is read again. Shared by all sessions of a process.
 */
import type { CommandTable } from '../command-definition/index.ts';
import { Condition, SYSTEM } from '../condition/index.ts';
import { LONGEST_RECORD } from '../ports/file-header.ts';
import type { FileSystem } from '../ports/file-system.ts';
import { recordsIn } from '../ports/records-in-bytes.ts';
import type { VerbContext } from '../system/image.ts';
import type { ProcessContext } from '../system/process.ts';
import type { LexicalFunction } from './lexical/lexical-function.ts';
import { LexicalTable } from './lexical/lexical-table.ts';
import { ProcedureText } from './procedure-text.ts';
import { Vocabulary } from './vocabulary.ts';

const KEPT_PROCEDURES = 200;
const KEPT_BYTES = 16_777_216;
/** A procedure is in memory as a whole, so that GOTO finds its labels: a longer one is EXQUOTA. */
const LONGEST_PROCEDURE_BYTES = 16_777_216;

interface Kept {
  readonly modified: number;
  readonly sizeBytes: number;
  /** Read once for all that ask at the same time. */
  readonly text: Promise<ProcedureText>;
}

export interface ProcedureCacheOptions {
  /** Within this time a file is not looked at again, milliseconds. Default 0: it is, with every call. */
  readonly freshMs?: number;
}

export interface Procedure {
  readonly specification: string;
  readonly text: ProcedureText;
}

export interface FreshProcedure extends Procedure {
  /** Until when it is not looked at again, by performance.now(). */
  readonly freshUntil: number;
}

export class ProcedureCache {
  readonly #freshMs: number;
  /** By who asked for what: what it was when it was looked at last. */
  readonly #recent = new Map<string, { readonly until: number; readonly found: Promise<FreshProcedure> }>();
  readonly #kept = new Map<string, Kept>();
  #keptBytes = 0;
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
   * The text of a procedure that this process may execute.
   * @param specification  full, translated. Throws RMS FNF, DNF, PRV, SYSTEM EXQUOTA.
   */
  async procedure(
    { files, account, privileges }: Pick<ProcessContext, 'files' | 'account' | 'privileges'>,
    specification: string,
  ): Promise<FreshProcedure> {
    const now = performance.now();
    if (this.#freshMs === 0) return this.#lookFor(files, specification, now);
    // What one user may execute another may not.
    const key = `${account.userName} ${[...privileges].join()} ${specification}`;
    const recent = this.#recent.get(key);
    if (recent !== undefined && now < recent.until) return recent.found;
    // Whoever asks meanwhile waits for the same answer: hundreds of connections at once are one look at the disk.
    const until = now + this.#freshMs;
    const found = this.#lookFor(files, specification, until);
    if (this.#recent.size >= KEPT_PROCEDURES) this.#recent.clear();
    this.#recent.set(key, { until, found });
    found.catch(() => this.#recent.delete(key));
    return found;
  }

  async #lookFor(files: FileSystem, specification: string, freshUntil: number): Promise<FreshProcedure> {
    return { ...(await this.#look(files, specification)), freshUntil };
  }

  async #look(files: FileSystem, wanted: string): Promise<Procedure> {
    const { specification, modified, sizeBytes } = await files.lookup(wanted, 'execute');
    const known = this.#kept.get(specification);
    if (known?.modified === modified && known.sizeBytes === sizeBytes) {
      return { specification, text: await known.text };
    }
    if (sizeBytes > LONGEST_PROCEDURE_BYTES) throw new Condition(SYSTEM.EXQUOTA);
    const text = readRecords(files, specification).then((records) => ProcedureText.of(records));
    this.#keep(specification, { modified, sizeBytes, text });
    try {
      return { specification, text: await text };
    } catch (error) {
      this.#forget(specification);
      throw error;
    }
  }

  /** The oldest make room. */
  #keep(specification: string, kept: Kept): void {
    this.#forget(specification);
    this.#kept.set(specification, kept);
    this.#keptBytes += kept.sizeBytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_PROCEDURES && this.#keptBytes <= KEPT_BYTES) break;
      this.#forget(oldest);
    }
  }

  #forget(specification: string): void {
    const kept = this.#kept.get(specification);
    if (kept === undefined) return;
    this.#kept.delete(specification);
    this.#keptBytes -= kept.sizeBytes;
  }
}

/** All at once: a procedure of thousands of lines is not waited for line by line. */
async function readRecords(files: FileSystem, specification: string): Promise<readonly string[]> {
  const reader = await files.openBytes(specification, 'execute');
  const pieces: Buffer[] = [];
  try {
    for (let bytes = await reader.read(); bytes !== undefined; bytes = await reader.read())
      pieces.push(Buffer.from(bytes));
  } finally {
    await reader.close();
  }
  const records = Buffer.concat(pieces).toString('utf8').split('\n');
  if (records.at(-1) === '') records.pop();
  return records.flatMap(recordsOf);
}

/** A line without its carriage return; one that is longer than a record is several. */
function recordsOf(line: string): string | readonly string[] {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  if (text.length * 3 <= LONGEST_RECORD || Buffer.byteLength(text) <= LONGEST_RECORD) return text;
  const bytes = Buffer.from(text);
  return Array.from(recordsIn(bytes, true), ({ start, end }) => bytes.toString('utf8', start, end));
}
