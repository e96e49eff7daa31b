/**
 * The text behind PIPE, taken apart. Quotation marks protect; nothing else of the commands is looked at.
 *
 *   list     = pipeline *( ( ";" / "&&" / "||" / "&" ) pipeline ) [ ";" / "&" ]
 *   pipeline = segment *( "|" segment )
 *   segment  = ( command / "(" list ")" ) *redirection
 *
 * `<`, `>`, `>>`, `2>` and `2>>` redirect; a directory is written with square brackets here. Source: dcl.md §15.
 */
import { DCL } from '../../command-definition/index.ts';
import { Condition, type MessageDefinition } from '../../condition/index.ts';

export interface PipeList {
  readonly items: readonly PipeItem[];
}

export interface PipeItem {
  readonly segments: readonly PipeSegment[];
  /** What stands behind it: when the next one runs. */
  readonly next: ';' | '&&' | '||' | '&' | undefined;
}

export interface PipeSegment {
  readonly command: string | PipeList;
  readonly input: string | undefined;
  readonly output: Redirection | undefined;
  readonly error: Redirection | undefined;
}

export interface Redirection {
  readonly file: string;
  readonly appends: boolean;
}

const MOST_SEGMENTS = 20;
const DEEPEST = 10;
const CONNECTOR = /&&|\|\||[;|&()]/y;
const REDIRECTION = /(?:(?<=[ \t)])2)?>>?|</y;

/** Throws NULLPIPE, INVNULLCMD, WRGSUBSHSYN, UNTERMSUBSH, DUPREDSYN, INCREDSYN, TOOMANYPIPCMD. */
export function parsePipe(text: string): PipeList {
  const parser = new PipeParser(text);
  const list = parser.list(0);
  // A closing parenthesis that nothing opened.
  if (!parser.atEnd()) throw fail(DCL.WRGSUBSHSYN);
  return list;
}

const fail = (message: MessageDefinition): Condition => new Condition(message);

type Parts = { -readonly [K in keyof PipeSegment]: PipeSegment[K] };

class PipeParser {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    this.#skipBlanks();
    return this.#position >= this.#text.length;
  }

  list(depth: number): PipeList {
    if (depth > DEEPEST) throw fail(DCL.WRGSUBSHSYN);
    const items: PipeItem[] = [];
    for (;;) {
      const segments = this.#pipeline(depth, items.length > 0);
      if (segments.length === 0) break;
      const next = this.#takeConnector([';', '&&', '||', '&']) as PipeItem['next'];
      items.push({ segments, next });
      if (next === undefined) break;
    }
    // `PIPE A &&`, and nothing behind it.
    const last = items.at(-1)?.next;
    if (items.length === 0 || last === '&&' || last === '||') throw fail(DCL.INVNULLCMD);
    return { items };
  }

  /** Nothing is a pipeline only where a list may end. */
  #pipeline(depth: number, mayEnd: boolean): readonly PipeSegment[] {
    const segments: PipeSegment[] = [];
    for (;;) {
      const segment = this.#segment(depth);
      if (segment === undefined) {
        if (segments.length > 0 || this.#peek('|')) throw fail(DCL.NULLPIPE);
        if (mayEnd && (this.atEnd() || this.#peek(')'))) return [];
        throw fail(DCL.INVNULLCMD);
      }
      segments.push(segment);
      if (segments.length > MOST_SEGMENTS) throw fail(DCL.TOOMANYPIPCMD);
      if (this.#takeConnector(['|']) === undefined) return segments;
    }
  }

  #segment(depth: number): PipeSegment | undefined {
    const parts: Parts = { command: '', input: undefined, output: undefined, error: undefined };
    if (this.#takeConnector(['(']) !== undefined) {
      parts.command = this.list(depth + 1);
      if (this.#takeConnector([')']) === undefined) throw fail(DCL.UNTERMSUBSH);
      this.#redirections(parts);
      if (this.#commandText() !== '') throw fail(DCL.WRGSUBSHSYN);
      return parts;
    }
    let command = this.#commandText();
    while (this.#redirections(parts)) command += ` ${this.#commandText()}`;
    parts.command = command.trim();
    return parts.command === '' && !parts.input && !parts.output && !parts.error ? undefined : parts;
  }

  /** Up to a connector or a redirection that no quotation mark and no parenthesis of the command protects. */
  #commandText(): string {
    this.#skipBlanks();
    const start = this.#position;
    let depth = 0;
    while (this.#position < this.#text.length) {
      const character = this.#text.charAt(this.#position);
      if (character === '"') this.#skipQuoted();
      else if (character === '(') depth += 1;
      else if (character === ')' && depth > 0) depth -= 1;
      else if (depth === 0 && (this.#match(CONNECTOR) || this.#match(REDIRECTION))) {
        // `&NAME` is an ampersand of the command.
        if (character !== '&' || !/^&[A-Z$_]/i.test(this.#text.slice(this.#position, this.#position + 2)))
          break;
      }
      this.#position += 1;
    }
    return this.#text.slice(start, this.#position).trim();
  }

  #redirections(parts: Parts): boolean {
    let found = false;
    for (;;) {
      this.#skipBlanks();
      const sign = this.#match(REDIRECTION);
      if (sign === undefined) return found;
      found = true;
      this.#position += sign.length;
      const file = this.#takeFile();
      const appends = sign.endsWith('>>');
      const stream = sign === '<' ? 'input' : sign.startsWith('2') ? 'error' : 'output';
      if (parts[stream] !== undefined) throw fail(DCL.DUPREDSYN);
      if (stream === 'input') parts.input = file;
      else parts[stream] = { file, appends };
    }
  }

  #takeFile(): string {
    this.#skipBlanks();
    const [file = ''] = /^(?:"[^"]*"?|[^ \t;|&()<>"])+/.exec(this.#text.slice(this.#position)) ?? [];
    if (file === '') throw fail(DCL.INCREDSYN);
    this.#position += file.length;
    return file.replaceAll('"', '');
  }

  #takeConnector(wanted: readonly string[]): string | undefined {
    this.#skipBlanks();
    const found = this.#match(CONNECTOR);
    if (found === undefined || !wanted.includes(found)) return undefined;
    this.#position += found.length;
    return found;
  }

  #peek(character: string): boolean {
    this.#skipBlanks();
    return this.#text.charAt(this.#position) === character;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    return pattern.exec(this.#text)?.[0];
  }

  /** Leaves the position on the closing mark. */
  #skipQuoted(): void {
    const end = this.#text.indexOf('"', this.#position + 1);
    this.#position = end === -1 ? this.#text.length - 1 : end;
  }

  #skipBlanks(): void {
    while (/[ \t]/.test(this.#text.charAt(this.#position))) this.#position += 1;
  }
}
