/**
 * TCPIP$SMTP.CONF and the like, read as a whole: every mistake with its line, or the values of its fields.
 * `Field-Name: value`, the name in column 1; `!` in column 1 is a comment; a list goes on in lines that begin with a tab, by
 * repeating the field, or with commas. Source: tcpip-smtp.md §3.3.
 */
import { matchName } from './close-names.ts';
import { whatIsWrong } from './setting-check.ts';
import type { FieldDefinition } from './setting-definition.ts';

/** What such a file is called, and what may stand in it. */
export interface ConfigurationFile {
  /** What it configures, for operators. */
  readonly component: string;
  /** The first that is there counts; the last good one is kept in the system store under the first. */
  readonly names: readonly [string, ...string[]];
  readonly definitions: readonly FieldDefinition[];
  /** Fields of the product that are none here, and why. */
  readonly absent?: Readonly<Record<string, string>>;
}

export interface FileMistake {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

export type ReadConfiguration =
  /** Values by field, as its definition writes it. */
  | { readonly kind: 'good'; readonly values: ReadonlyMap<string, string> }
  /** At least one, in the order of the lines. */
  | { readonly kind: 'bad'; readonly mistakes: readonly FileMistake[] };

const LONGEST_VALUE = 500;
const MOST_LINES = 10_000;
/** Nobody reads more, and each unknown name is compared with all fields. */
const MOST_MISTAKES = 100;

interface OpenField {
  readonly definition: FieldDefinition;
  readonly line: number;
  /** Pieces of a list with their lines; the one value of anything else. */
  readonly pieces: { readonly text: string; readonly line: number }[];
}

export function readConfigurationFile(file: ConfigurationFile, lines: readonly string[]): ReadConfiguration {
  const mistakes: FileMistake[] = [];
  const found = new Map<string, OpenField>();
  let open: OpenField | undefined;
  if (lines.length > MOST_LINES) {
    return { kind: 'bad', mistakes: [{ line: MOST_LINES + 1, reason: `more than ${MOST_LINES} lines` }] };
  }
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    if (mistakes.length >= MOST_MISTAKES)
      return {
        kind: 'bad',
        mistakes: [...mistakes, { line, reason: 'so many mistakes: no line was read from here on' }],
      };
    const text = raw.replace(/\r$/, '');
    if (text.startsWith('!') || text.trim() === '') continue;
    if (text.startsWith('\t')) {
      const reason = addPiece(open, text.trim(), line);
      if (reason !== undefined) mistakes.push({ line, reason });
      continue;
    }
    const begun = beginField(file, text, line, found);
    open = typeof begun === 'string' ? undefined : begun;
    if (typeof begun === 'string') mistakes.push({ line, reason: begun });
  }
  for (const field of found.values()) mistakes.push(...mistakesIn(field));
  if (mistakes.length > 0) return { kind: 'bad', mistakes: mistakes.sort((a, b) => a.line - b.line) };
  return {
    kind: 'good',
    values: new Map([...found.values()].map((each) => [each.definition.field, writtenValue(each)])),
  };
}

const isList = ({ definition }: OpenField): boolean => definition.type === 'list';

/** @returns what is wrong */
function addPiece(open: OpenField | undefined, text: string, line: number): string | undefined {
  if (open === undefined) return 'the line begins with a tab, and no list stands above it';
  if (!isList(open)) return `${open.definition.field} takes one value, and cannot go on in another line`;
  open.pieces.push({ text, line });
  return undefined;
}

function beginField(
  { definitions, absent = {} }: ConfigurationFile,
  text: string,
  line: number,
  found: Map<string, OpenField>,
): OpenField | string {
  const named = (name: string): FieldDefinition | undefined =>
    definitions.find(({ field }) => field.toUpperCase() === name.toUpperCase());
  if (/^ /.test(text)) return 'the name of a field begins in column 1; a list goes on behind a tab';
  // Looked for alone: a line end within the line would have each of its letters tried as the last of the name.
  const isOneLine = !/[\r\u2028\u2029]/.test(text);
  const match = isOneLine ? /^([^:\s]+)(\s*)(:?)(.*)$/.exec(text) : null;
  const [, name = '', blanks = '', colon = '', rest = ''] = match ?? [];
  if (name === '' || colon === '') {
    return name !== '' && named(name) !== undefined
      ? `there is no colon behind ${name}`
      : 'the line is no field: Field-Name: value';
  }
  if (blanks !== '') return `the colon stands directly behind ${name}`;
  const definition = named(name);
  if (definition === undefined) {
    const why = Object.entries(absent).find(([field]) => field.toUpperCase() === name.toUpperCase())?.[1];
    if (why !== undefined) return `${name} is not a field here: ${why}`;
    const meant = matchName(
      name,
      definitions.map(({ field }) => field),
    );
    return `${name} is not the name of a field${meant === undefined ? '' : `; ${meant} is one`}`;
  }
  const key = definition.field.toUpperCase();
  const before = found.get(key);
  const value = rest.trim();
  if (before !== undefined && !isList(before)) return `${definition.field} was set in line ${before.line}`;
  const field = before ?? { definition, line, pieces: [] };
  field.pieces.push({ text: value, line });
  found.set(key, field);
  return field;
}

/** A comma at an end of a line joins it with the next one. */
const elements = (text: string): readonly string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

const writtenValue = (field: OpenField): string =>
  isList(field)
    ? field.pieces.flatMap(({ text }) => elements(text)).join(', ')
    : (field.pieces[0]?.text ?? '');

function mistakesIn(field: OpenField): FileMistake[] {
  const { definition, pieces, line } = field;
  const value = writtenValue(field);
  if (value === '') return [{ line, reason: `${definition.field} has no value` }];
  if (value.length > LONGEST_VALUE) {
    return [{ line, reason: `${definition.field} is longer than ${LONGEST_VALUE} characters` }];
  }
  return pieces.flatMap((piece) => {
    if (piece.text === '') return [];
    const reason =
      isList(field) && /,\s*,/.test(piece.text)
        ? 'nothing between two commas'
        : whatIsWrong(definition, piece.text);
    return reason === undefined ? [] : [{ line: piece.line, reason: `${definition.field}: ${reason}` }];
  });
}
