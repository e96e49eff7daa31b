/**
 * Tokens of a command definition file: words, quoted strings, and the marks `= ( ) , . < >`. Comments begin with `!`; a
 * hyphen at the end of a line is allowed and means nothing. Source: OpenVMS Command Definition Utility.
 */
import { CDU } from './cdu-messages.ts';

export interface CldToken {
  readonly kind: 'word' | 'string' | 'mark' | 'end';
  /** Words in upper case; strings without quotation marks. */
  readonly text: string;
  readonly line: number;
}

const TOKEN = /[ \t\f]+|"((?:[^"]|"")*)"|([A-Z$_][A-Z0-9$_-]*|[0-9]+)|([=(),.<>])|(!.*|-[ \t]*$)/iy;

/** Throws CDU SYNTAX. */
export function scanCld(lines: Iterable<string>): readonly CldToken[] {
  const tokens: CldToken[] = [];
  let number = 0;
  for (const line of lines) {
    number += 1;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < line.length) {
      const start = TOKEN.lastIndex;
      const found = TOKEN.exec(line);
      if (found === null) throw CDU.syntax(number, line.slice(start).trim());
      const [, string, word, mark] = found;
      if (string !== undefined)
        tokens.push({ kind: 'string', text: string.replaceAll('""', '"'), line: number });
      else if (word !== undefined) tokens.push({ kind: 'word', text: word.toUpperCase(), line: number });
      else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark, line: number });
    }
  }
  return [...tokens, { kind: 'end', text: '', line: number }];
}
