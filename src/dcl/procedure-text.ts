/**
 * The lines of a procedure or of a session, cut out of records once and shared by all that run them: continuation lines
 * joined, labels found, IF blocks and subroutines marked. Nothing is substituted or parsed here. Source: dcl.md §1, §8, §9.4.
 */
import { Command, cookCommand } from './command.ts';
import { commentStart } from './substitution.ts';

export type Structure = 'if' | 'then' | 'else' | 'endif' | 'subroutine' | 'endsubroutine';

/** What a line stands in; `parent` leads outwards. */
export interface Block {
  readonly kind: 'if' | 'else' | 'subroutine';
  readonly parent: Block | undefined;
}

export interface ProcedureLine {
  readonly kind: 'command' | 'data' | 'deck' | 'endOfDeck';
  /** As read, for SET VERIFY. */
  readonly records: readonly string[];
  /** The command, one piece a record: without `$`, and without hyphen and comment where a record follows. */
  readonly pieces: readonly string[];
  readonly label: string | undefined;
  /** Undefined when apostrophes or ampersands have to be replaced at each execution. */
  readonly command: Command | undefined;
  readonly structure: Structure | undefined;
  readonly block: Block | undefined;
  /** ELSE or ENDIF without its IF. */
  readonly isMisplaced: boolean;
}

/** Reads one more record; undefined at the end. `continued`: the record before ended with a hyphen. */
export type ReadRecord = (continued: boolean) => Promise<string | undefined>;

const LABEL = /^[ \t]*([A-Z0-9$_]{1,255}):(?![=:])[ \t]*/i;
const STRUCTURE = /^(?:\$[ \t]*)?(IF|THEN|ELSE|ENDI|ENDIF|SUBR[A-Z]*|ENDS[A-Z]*)(?![A-Z0-9$_])(?![ \t]*:?=)/i;

export class ProcedureText {
  readonly lines: ProcedureLine[] = [];
  /** True when every line is here. */
  complete = false;
  /** True: every record is a command; false: those that begin with `$` are, and the others are data. */
  readonly #typed: boolean;
  readonly #readRecord: ReadRecord | undefined;
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

  static of(records: Iterable<string>): ProcedureText {
    const text = new ProcedureText({ typed: false });
    for (const record of records) text.add(record);
    text.finish();
    return text;
  }

  /** Reads one more line, if there is one. */
  async pull(): Promise<boolean> {
    const before = this.lines.length;
    while (!this.complete && this.lines.length === before) {
      const record = await this.#readRecord?.(this.#open.length > 0);
      if (record === undefined) this.finish();
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
    else if (this.#open.length > 0) this.#addCommand([...this.#open, record]);
    else if (this.#typed || /^\$/.test(record)) this.#addCommand([record]);
    else this.#push({ kind: 'data', records: [record] });
  }

  finish(): void {
    if (this.#open.length > 0) this.#complete(this.#open);
    this.#open = [];
    this.complete = true;
  }

  #addDeckRecord(record: string, end: RegExp): void {
    const ends = end.test(record);
    if (ends) this.#deckEnd = undefined;
    this.#push({ kind: ends ? 'endOfDeck' : 'data', records: [record] });
  }

  #addCommand(records: string[]): void {
    if (continues(records.at(-1)!)) this.#open = records;
    else this.#complete(records);
  }

  #complete(records: readonly string[]): void {
    this.#open = [];
    const pieces = records.map((record, index) => {
      const text = this.#typed && index === 0 ? record : record.replace(/^\$/, '');
      return index < records.length - 1 || continues(record) ? beforeHyphen(text) : text;
    });
    const joined = pieces.join('');
    const label = LABEL.exec(joined)?.[1]?.toUpperCase();
    const body = label === undefined ? joined : joined.replace(LABEL, '');
    const plain = cookCommand(body);
    const deck = this.#typed
      ? null
      : /^DECK(?:\/[A-Z]*(?:[=:]("[^"]*"|\S+))?)?$/.exec(plain.replace(/[ \t]+/g, ''));
    if (deck !== null) {
      this.#deckEnd = deck[1] === undefined ? /^\$[ \t]*EOD[ \t]*(!.*)?$/i : exactly(deck[1]);
      this.#push({ kind: 'deck', records });
      return;
    }
    // Comments are substituted too (`$! 'F$VERIFY(0)'`), so the whole record counts, not the command in it.
    const isStatic = !joined.includes("'") && !plain.includes('&');
    this.#push({
      kind: 'command',
      records,
      pieces,
      label,
      ...(isStatic ? { command: new Command(plain) } : {}),
      structure: structureOf(plain),
    });
  }

  #push(
    line: Pick<ProcedureLine, 'kind' | 'records'> &
      Partial<Pick<ProcedureLine, 'pieces' | 'label' | 'command' | 'structure'>>,
  ): void {
    const { structure } = line;
    const inIf = this.#block?.kind === 'if' || this.#block?.kind === 'else';
    const isMisplaced =
      (structure === 'endif' && !inIf) ||
      (structure === 'then' && this.#block?.kind !== 'if') ||
      (structure === 'else' && this.#block?.kind !== 'if');
    if (!isMisplaced && (structure === 'endif' || structure === 'else')) this.#block = this.#block?.parent;
    if (structure === 'endsubroutine') this.#leaveSubroutine();
    this.lines.push({
      pieces: [],
      label: undefined,
      command: undefined,
      ...line,
      structure,
      block: this.#block,
      isMisplaced,
    });
    if (isMisplaced || structure === undefined) return;
    if (structure === 'if' || structure === 'else' || structure === 'subroutine') {
      this.#block = { kind: structure, parent: this.#block };
    }
  }

  #leaveSubroutine(): void {
    let block = this.#block;
    while (block !== undefined && block.kind !== 'subroutine') block = block.parent;
    if (block !== undefined) this.#block = block.parent;
  }
}

const exactly = (marker: string): RegExp =>
  new RegExp(`^${marker.replaceAll('"', '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}[ \t]*$`, 'i');

/** A hyphen is the last significant character. */
function continues(record: string): boolean {
  const text = record.slice(0, commentStart(record)).trimEnd();
  return text.endsWith('-') && (text.split('"').length - 1) % 2 === 0;
}

const beforeHyphen = (text: string): string => {
  const command = text.slice(0, commentStart(text)).trimEnd();
  return command.endsWith('-') ? command.slice(0, -1) : command;
};

function structureOf(plain: string): Structure | undefined {
  const word = STRUCTURE.exec(plain)?.[1];
  if (word === undefined) return undefined;
  if (word === 'IF') return hasThen(plain) ? undefined : 'if';
  if (word.startsWith('SUBR')) return 'SUBROUTINE'.startsWith(word) ? 'subroutine' : undefined;
  if (word.startsWith('ENDS')) return 'ENDSUBROUTINE'.startsWith(word) ? 'endsubroutine' : undefined;
  return word.startsWith('ENDI') ? 'endif' : (word.toLowerCase() as Structure);
}

/** THEN outside quotation marks: the IF stands on one line. */
const hasThen = (plain: string): boolean =>
  /(?<![A-Z0-9$_])THEN(?![A-Z0-9$_])/.test(plain.replace(/"[^"]*"?/g, '""'));

/** True when `outer` is `inner` or stands around it, within one subroutine. GOTO may leave blocks, not enter them. */
export function encloses(outer: Block | undefined, inner: Block | undefined): boolean {
  for (let block = inner; ; block = block.parent) {
    if (block === outer) return true;
    if (block === undefined || block.kind === 'subroutine') return false;
  }
}
