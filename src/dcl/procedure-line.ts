/**
 * One line of a procedure: a command with the records it continues over, or a data line. What executing it needs is cut out
 * when it is first executed: of a long procedure most lines never are. Source: dcl.md §1, §8, §9.4.
 */
import { Command, cookCommand } from './command.ts';
import { commentStart } from './substitution.ts';

export type Structure = 'if' | 'then' | 'else' | 'endif' | 'subroutine' | 'endsubroutine';

/** What a line stands in; `parent` leads outwards. */
export interface Block {
  readonly kind: 'if' | 'else' | 'subroutine';
  readonly parent: Block | undefined;
  /** Of an IF: its THEN has been read. */
  hasThen: boolean;
}

const LABEL = /^[ \t]*([A-Z0-9$_]{1,255}):(?![=:])[ \t]*/i;
const STRUCTURE =
  /^[ \t]*(?:\$[ \t]*)?(IF|THEN|ELSE|ENDI|ENDIF|SUBR[A-Z]*|ENDS[A-Z]*|DECK)(?![A-Z0-9$_])(?![ \t]*:?=)/i;
const DECK = /^DECK[ \t]*(?:\/[ \t]*[A-Z]*[ \t]*(?:[=:][ \t]*(?:"([^"]*)"?|(\S+)))?)?$/;

/** A command as it has been read: what has to be known of every line. */
export interface ReadLine {
  readonly typed: boolean;
  readonly label: string | undefined;
  readonly structure: Structure | undefined;
  /** Of `$ DECK`: the record that ends it; undefined for other lines. */
  readonly deckEnd: RegExp | undefined;
}

export class ProcedureLine {
  readonly kind: 'command' | 'data' | 'deck' | 'endOfDeck';
  /** As read, for SET VERIFY. */
  readonly records: readonly string[];
  readonly label: string | undefined;
  readonly structure: Structure | undefined;
  readonly block: Block | undefined;
  /** THEN, ELSE or ENDIF without its IF, or once too often. */
  readonly isMisplaced: boolean;
  readonly #typed: boolean;
  #pieces: readonly string[] | undefined;
  #command: Command | undefined;
  #isStatic: boolean | undefined;

  constructor(
    kind: ProcedureLine['kind'],
    records: readonly string[],
    read: ReadLine | undefined,
    block: Block | undefined,
    isMisplaced: boolean,
  ) {
    this.kind = kind;
    this.records = records;
    this.label = read?.label;
    this.structure = read?.structure;
    this.block = block;
    this.isMisplaced = isMisplaced;
    this.#typed = read?.typed ?? false;
  }

  /** The command, one piece a record: without `$`, and without hyphen and comment where a record follows. */
  get pieces(): readonly string[] {
    this.#pieces ??= this.kind === 'command' ? piecesOf(this.records, this.#typed) : [];
    return this.#pieces;
  }

  /** Nothing to be executed: a comment, a label alone, an empty line. */
  get isEmpty(): boolean {
    return this.kind === 'command' && cookCommand(withoutLabel(this.pieces.join(''), this.label)) === '';
  }

  /** Undefined when apostrophes have to be replaced at each execution. */
  get command(): Command | undefined {
    if (this.#isStatic === undefined) {
      // Comments are substituted too (`$! 'F$VERIFY(0)'`), so the whole record counts, not the command in it.
      this.#isStatic = !this.pieces.some((each) => each.includes("'"));
      if (this.#isStatic)
        this.#command = new Command(cookCommand(withoutLabel(this.pieces.join(''), this.label)));
    }
    return this.#command;
  }
}

const PLAIN_LINE: ReadLine = { typed: false, label: undefined, structure: undefined, deckEnd: undefined };
const TYPED_LINE: ReadLine = { ...PLAIN_LINE, typed: true };

/** What STRUCTURE finds, told by the first letter where that is enough: a long procedure has thousands of other lines. */
function structureWord(body: string): string | undefined {
  let at = 0;
  while (body.charCodeAt(at) === 32 || body.charCodeAt(at) === 9) at += 1;
  if (body.startsWith('IF ', at) && !/[:=]/.test(body.charAt(at + 3))) return 'IF';
  return 'ITESDitesd$'.includes(body.charAt(at)) ? STRUCTURE.exec(body)?.[1]?.toUpperCase() : undefined;
}

/** @param typed  as typed at a terminal: the record does not begin with `$`, and nothing is a deck */
export function readLine(records: readonly string[], typed: boolean): ReadLine {
  const text = records.length === 1 ? withoutDollar(records[0]!, typed) : piecesOf(records, typed).join('');
  const label = text.includes(':') ? LABEL.exec(text)?.[1]?.toUpperCase() : undefined;
  const body = withoutLabel(text, label);
  const word = structureWord(body);
  if (word === undefined && label === undefined) return typed ? TYPED_LINE : PLAIN_LINE;
  const plain = { typed, label, structure: undefined, deckEnd: undefined };
  if (word === undefined) return plain;
  return word === 'DECK'
    ? { ...plain, deckEnd: typed ? undefined : deckEnd(body) }
    : { ...plain, structure: structureOf(word, body) };
}

function piecesOf(records: readonly string[], typed: boolean): readonly string[] {
  return records.map((record, index) => {
    const text = withoutDollar(record, typed && index === 0);
    return index < records.length - 1 || continues(record) ? beforeHyphen(text) : text;
  });
}

const withoutDollar = (record: string, typed: boolean): string =>
  !typed && record.startsWith('$') ? record.slice(1) : record;

const withoutLabel = (text: string, label: string | undefined): string =>
  label === undefined ? text : text.replace(LABEL, '');

const END_OF_DECK = /^\$[ \t]*EOD[ \t]*(!.*)?$/i;

/** `DECK/DOLLARS="marker"`: the line that is the marker; else EOD. */
function deckEnd(body: string): RegExp | undefined {
  const deck = DECK.exec(cookCommand(body));
  if (deck === null) return undefined;
  const marker = deck[1] ?? deck[2];
  if (marker === undefined) return END_OF_DECK;
  return new RegExp(
    `^${marker.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}[ \t]*$`,
    deck[1] === undefined ? 'i' : '',
  );
}

/** A hyphen is the last significant character. */
export function continues(record: string): boolean {
  if (!record.includes('-')) return false;
  const text = record.slice(0, commentStart(record)).trimEnd();
  return text.endsWith('-') && (text.split('"').length - 1) % 2 === 0;
}

export const beforeHyphen = (text: string): string => {
  const command = text.slice(0, commentStart(text)).trimEnd();
  return command.endsWith('-') ? command.slice(0, -1) : command;
};

function structureOf(word: string, body: string): Structure | undefined {
  if (word === 'IF') return hasThen(body) ? undefined : 'if';
  if (word.startsWith('SUBR')) return 'SUBROUTINE'.startsWith(word) ? 'subroutine' : undefined;
  if (word.startsWith('ENDS')) return 'ENDSUBROUTINE'.startsWith(word) ? 'endsubroutine' : undefined;
  return word.startsWith('ENDI') ? 'endif' : (word.toLowerCase() as Structure);
}

const THEN = /(?<![A-Z0-9$_])THEN(?![A-Z0-9$_])/i;

/** THEN outside quotation marks and comments: the IF stands on one line. */
function hasThen(body: string): boolean {
  // As nearly everybody writes it.
  const at = body.lastIndexOf(' THEN ');
  if (at !== -1 && !body.includes('!') && isClosedBefore(body, at)) return true;
  if (!THEN.test(body)) return false;
  if (!body.includes('"') && !body.includes('!')) return true;
  return THEN.test(body.slice(0, commentStart(body)).replace(/"[^"]*"?/g, '""'));
}

/** Outside quotation marks. */
function isClosedBefore(body: string, end: number): boolean {
  let isClosed = true;
  for (let at = body.indexOf('"'); at !== -1 && at < end; at = body.indexOf('"', at + 1))
    isClosed = !isClosed;
  return isClosed;
}
