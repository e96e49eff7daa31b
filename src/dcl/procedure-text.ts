/**
 * The lines of a procedure or of a session, cut out of records once and shared by all that run them: continuation lines
 * joined, labels found, IF blocks and subroutines marked. Nothing is substituted or parsed here. The records of a file are cut
 * as far as somebody has come or has looked for a label: of a long procedure most lines never are. Source: dcl.md §1, §8, §9.4.
 */
import { type Block, continues, ProcedureLine, type ReadLine, readLine } from './procedure-line.ts';

/**
 * Reads one more record; undefined at the end. `continued`: the record before ended with a hyphen. Null: somebody thought
 * better of it, and what there is of a continued command is forgotten.
 */
export type ReadRecord = (continued: boolean) => Promise<string | undefined | null>;

/** Records of a file that are cut at first; each time that more are asked for, twice as many. */
const FIRST_RECORDS = 32;

export class ProcedureText {
  readonly lines: ProcedureLine[] = [];
  /** True when every line is here. */
  complete = false;
  /** True: every record is a command; false: those that begin with `$` are, and the others are data. */
  readonly #typed: boolean;
  readonly #readRecord: ReadRecord | undefined;
  /** Of a file: all of them, and where the cutting stands. */
  #records: readonly string[] = [];
  #nextRecord = 0;
  #step = FIRST_RECORDS;
  #block: Block | undefined;
  /** Records of a command that is continued. */
  #open: string[] = [];
  /** Record that ends the deck being read. */
  #deckEnd: RegExp | undefined;

  /** @param typed  lines as typed at a terminal. @param readRecord  where more records come from, if not all are given. */
  constructor(options: { readonly typed: boolean; readonly readRecord?: ReadRecord }) {
    this.#typed = options.typed;
    this.#readRecord = options.readRecord;
  }

  /** A procedure in a file. Its lines come with `more`, or with `pull`. */
  static of(records: readonly string[]): ProcedureText {
    const text = new ProcedureText({ typed: false });
    text.#records = records;
    text.more();
    return text;
  }

  /** Cuts further lines out of the records of a file, without waiting. False when all are cut, and for what is not a file. */
  more(): boolean {
    const records = this.#records;
    if (this.#nextRecord >= records.length) {
      if (this.#readRecord === undefined && !this.#typed && !this.complete) this.finish();
      return false;
    }
    const before = this.lines.length;
    const end = Math.min(records.length, this.#nextRecord + this.#step);
    while (this.#nextRecord < end) {
      this.add(records[this.#nextRecord]!);
      this.#nextRecord += 1;
    }
    this.#step *= 2;
    if (end === records.length) {
      this.#records = [];
      this.finish();
    }
    return this.lines.length > before || this.more();
  }

  /** Reads one more line, if there is one. */
  async pull(): Promise<boolean> {
    if (this.more()) return true;
    const before = this.lines.length;
    while (!this.complete && this.lines.length === before) {
      const record = await this.#readRecord?.(this.#open.length > 0);
      if (record === undefined) this.finish();
      else if (record === null) this.#open = [];
      else this.add(record);
    }
    return this.lines.length > before;
  }

  /** Forgets lines that have been executed; only between blocks. */
  forget(): void {
    if (this.#block === undefined) this.lines.length = 0;
  }

  add(record: string): void {
    if (this.#deckEnd !== undefined) this.#addDeckRecord(record, this.#deckEnd);
    else if (this.#open.length > 0 || this.#typed || record.startsWith('$')) this.#addCommand(record);
    else this.#push('data', [record]);
  }

  finish(): void {
    if (this.#open.length > 0) this.#complete(this.#open);
    this.#open = [];
    this.complete = true;
  }

  #addDeckRecord(record: string, end: RegExp): void {
    const ends = end.test(record);
    if (ends) this.#deckEnd = undefined;
    this.#push(ends ? 'endOfDeck' : 'data', [record]);
  }

  #addCommand(record: string): void {
    this.#open.push(record);
    if (!continues(record)) this.#complete(this.#open);
  }

  #complete(records: readonly string[]): void {
    this.#open = [];
    const read = readLine(records, this.#typed);
    this.#deckEnd = read.deckEnd;
    this.#push(read.deckEnd === undefined ? 'command' : 'deck', records, read);
  }

  #push(kind: ProcedureLine['kind'], records: readonly string[], read?: ReadLine): void {
    const structure = read?.structure;
    if (structure === undefined) {
      this.lines.push(new ProcedureLine(kind, records, read, this.#block, false));
      return;
    }
    const inIf = this.#block?.kind === 'if' || this.#block?.kind === 'else';
    const isMisplaced =
      (structure === 'endif' && !inIf) ||
      (structure === 'then' && (this.#block?.kind !== 'if' || this.#block.hasThen)) ||
      (structure === 'else' && this.#block?.kind !== 'if');
    if (!isMisplaced && (structure === 'endif' || structure === 'else')) this.#block = this.#block?.parent;
    if (structure === 'endsubroutine') this.#leaveSubroutine();
    this.lines.push(new ProcedureLine(kind, records, read, this.#block, isMisplaced));
    if (isMisplaced) return;
    if (structure === 'then') this.#block!.hasThen = true;
    if (structure === 'if' || structure === 'else' || structure === 'subroutine') {
      this.#block = { kind: structure, parent: this.#block, hasThen: false };
    }
  }

  #leaveSubroutine(): void {
    let block = this.#block;
    while (block !== undefined && block.kind !== 'subroutine') block = block.parent;
    if (block !== undefined) this.#block = block.parent;
  }
}

/** True when `outer` is `inner` or stands around it, within one subroutine. GOTO may leave blocks, not enter them. */
export function encloses(outer: Block | undefined, inner: Block | undefined): boolean {
  for (let block = inner; ; block = block.parent) {
    if (block === outer) return true;
    if (block === undefined || block.kind === 'subroutine') return false;
  }
}
