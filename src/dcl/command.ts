/** One command: text after phase 1, upcased outside quotation marks, without comment. Keeps what it was parsed to. */
import type { Statement } from './statement.ts';
import { parseStatement } from './statement-parser.ts';
import { commentStart, upcaseOutsideQuotes } from './substitution.ts';
import type { SymbolSpace } from './symbols.ts';
import type { Vocabulary } from './vocabulary.ts';

/** `name =`, `name[o,s] :=`, `SAY*IT ==`: the first token is then not looked up as a symbol. dcl.md §3, phase 2 */
export const ASSIGNMENT = /^([A-Z0-9$_]+)(\*[A-Z0-9$_]*)?[ \t]*(\[[^\]]*\][ \t]*)?(:==?|==?)/;
const WORD = /^[A-Z$_][A-Z0-9$_]*/;

/** What replaces its ampersands itself: expressions are parsed with them, and the rest keeps them as text. */
const OWN_AMPERSANDS = /^(@|(?:IF|THEN|ELSE|WRITE|EXIT|RETURN|ON|CALL|PIPE)(?![A-Z0-9$_]))/;

export class Command {
  readonly text: string;
  /** First word where it may be a symbol, else ''. */
  readonly word: string;
  /** `&NAME` is to be replaced in the text, at each execution. dcl.md §3, phase 2 */
  readonly hasAmpersands: boolean;
  /** Shared by all that run the same text with the same vocabulary. */
  #statement: Statement | undefined;
  #vocabulary: Vocabulary | undefined;
  /** Where the first word was no symbol when it was last looked up, and the state of the symbols then. */
  #plainIn: SymbolSpace | undefined;
  #plainAt = 0;

  constructor(text: string) {
    this.text = text;
    const isAssignment = ASSIGNMENT.test(text);
    this.word = isAssignment ? '' : (WORD.exec(text)?.[0] ?? '');
    this.hasAmpersands = text.includes('&') && !isAssignment && !OWN_AMPERSANDS.test(text);
  }

  /** True when the first word is known to be no symbol of a process. */
  isPlain(space: SymbolSpace): boolean {
    return this.#plainIn === space && this.#plainAt === space.changes;
  }

  rememberPlain(space: SymbolSpace): void {
    this.#plainIn = space;
    this.#plainAt = space.changes;
  }

  /** Parsed by the first execution, and again where SET COMMAND has changed the verbs. Throws what the command fails with. */
  statement(vocabulary: Vocabulary): Statement {
    if (this.#statement === undefined || this.#vocabulary !== vocabulary) {
      this.#statement = parseStatement(this.text, vocabulary);
      this.#vocabulary = vocabulary;
    }
    return this.#statement;
  }
}

/** Removes comment, surrounding blanks and a leading `$`, and upcases. */
export function cookCommand(text: string): string {
  return upcaseOutsideQuotes(
    text
      .slice(0, commentStart(text))
      .replace(/^[ \t]*(?:\$[ \t]*(?![A-Z0-9$_]))?/i, '')
      .trim(),
  );
}
