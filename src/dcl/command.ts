/** One command: text after phase 1, upcased outside quotation marks, without comment. Keeps what it was parsed to. */
import type { Statement } from './statement.ts';
import { commentStart, upcaseOutsideQuotes } from './substitution.ts';

/** `name =`, `name[o,s] :=`, `SAY*IT ==`: the first token is then not looked up as a symbol. dcl.md §3, phase 2 */
export const ASSIGNMENT = /^([A-Z0-9$_]+)(\*[A-Z0-9$_]*)?[ \t]*(\[[^\]]*\][ \t]*)?(:==?|==?)/;
const WORD = /^[A-Z$_][A-Z0-9$_]*/;

export class Command {
  readonly text: string;
  /** First word where it may be a symbol, else ''. */
  readonly word: string;
  /** Set by the first execution; shared by all that run the same text with the same vocabulary. */
  statement: Statement | undefined;

  constructor(text: string) {
    this.text = text;
    this.word = ASSIGNMENT.test(text) ? '' : (WORD.exec(text)?.[0] ?? '');
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
