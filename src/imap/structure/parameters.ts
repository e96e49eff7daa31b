/**
 * Parameters of Content-Type and Content-Disposition. Pieces of one are put together; its charset and its `%` stay, and its name
 * keeps the `*` that says so: clients decode it. Source: RFC 2045 §5.1; RFC 2231 §3, §4.
 */
import type { FieldScanner } from './field-scanner.ts';
import type { Parameter } from './message-structure.ts';

/** More of them say nothing. */
const MOST_PARAMETERS = 200;

interface Piece {
  readonly index: number;
  readonly isEncoded: boolean;
  readonly value: string;
}

/** @param scanner  in front of the first `;` */
export function parseParameters(scanner: FieldScanner): Parameter[] {
  const parameters: Parameter[] = [];
  const pieces = new Map<string, Piece[]>();
  for (let count = 0; !scanner.isAtEnd && count < MOST_PARAMETERS; ) {
    const parameter = parseParameter(scanner);
    if (parameter === undefined) {
      scanner.at++;
      continue;
    }
    count++;
    const [, name = '', index, star] = /^([^*]*)\*(?:(\d{1,9})(\*?))?$/.exec(parameter.name) ?? [];
    if (name === '') {
      parameters.push(parameter);
      continue;
    }
    const isEncoded = index === undefined || star === '*';
    const known = pieces.get(name) ?? [];
    pieces.set(name, known);
    known.push({ index: Number(index ?? 0), isEncoded, value: parameter.value });
  }
  for (const [name, known] of [...pieces].sort(([a], [b]) => (a < b ? -1 : 1)))
    parameters.push(...joined(name, known));
  return parameters;
}

/** ";" attribute "=" value; undefined where it is none. */
function parseParameter(scanner: FieldScanner): Parameter | undefined {
  if (scanner.peek() !== ';') return undefined;
  scanner.at++;
  if (scanner.blanks() !== 'more') return undefined;
  const name: string[] = [];
  scanner.token(name);
  if (scanner.peek() !== '=') return undefined;
  scanner.at++;
  const value: string[] = [];
  if (scanner.blanks() === 'more') {
    if (scanner.peek() === '"') {
      if (scanner.quotedString(value) === 'broken') return undefined;
    } else if (scanner.peek() === '=') value.push(encodedWord(scanner));
    else scanner.token(value);
  }
  return { name: name.join(''), value: value.join('') };
}

/** `=?utf-8?Q?…?=` without quotes around it: not allowed, and often seen. */
function encodedWord(scanner: FieldScanner): string {
  const start = scanner.at;
  while (!scanner.isAtEnd && !/[; \t\r\n]/.test(scanner.peek())) scanner.at++;
  return scanner.text.slice(start, scanner.at);
}

/** As they are where one is missing. */
function joined(name: string, pieces: readonly Piece[]): Parameter[] {
  const ordered = [...pieces].sort((a, b) => a.index - b.index);
  if (ordered.some(({ index }, place) => index !== place))
    return ordered.map(({ index, isEncoded, value }) => ({
      name: `${name}*${index}${isEncoded ? '*' : ''}`,
      value,
    }));
  const isEncoded = ordered.some((each) => each.isEncoded);
  return [{ name: isEncoded ? `${name}*` : name, value: ordered.map(({ value }) => value).join('') }];
}
