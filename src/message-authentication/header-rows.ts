/** A header section as signatures cover it: its fields, each with all that stands before the next. Source: RFC 6376 §3.4.1, §3.4.2. */
import { type HeaderField, headerFields } from '../mime/header-fields.ts';

export interface HeaderRow {
  /** Lower case. */
  readonly name: string;
  /** As it came, one character per byte, without the last line end. */
  readonly text: string;
  /** Place of the colon in the text. */
  readonly colon: number;
}

/**
 * A line that is no field belongs to the one above: others may show it as part of that, so it must not come in under a signature.
 * @param block  one character per byte (latin1); the empty line may stand behind it
 */
export function headerRows(block: string): readonly HeaderRow[] {
  let length = block.length;
  while (length >= 2 && block.endsWith('\r\n', length)) length -= 2;
  const section = block.slice(0, length);
  const fields = headerFields(section).filter((each) => isField(section, each));
  return fields.map(({ name, value, start, end }, index) => {
    const next = fields[index + 1]?.start ?? length;
    return {
      name,
      text: section.slice(start, section.endsWith('\r\n', next) ? next - 2 : next),
      colon: end - value.length - 1 - start,
    };
  });
}

/** RFC 5322 §3.6.8, and the blanks of §4.5.8 before the colon. */
const NAME = /^[!-9;-~]+[ \t\r\n]*$/;

const isField = (section: string, { value, start, end }: HeaderField): boolean =>
  NAME.test(section.slice(start, end - value.length - 1));

/** RFC 6376 §3.4.2, without the line end. @param text  of the row, or what is to stand for it */
export function relaxedField({ name, text, colon }: HeaderRow): string {
  let value = text.slice(colon + 1);
  if (value.includes('\r\n')) value = value.replaceAll('\r\n', '');
  value = value.replace(/[ \t]{2,}|\t/g, ' ');
  const start = value.startsWith(' ') ? 1 : 0;
  return `${name}:${value.slice(start, value.length > start && value.endsWith(' ') ? -1 : undefined)}`;
}

export const canonicalField = (row: HeaderRow, canonicalization: 'relaxed' | 'simple'): string =>
  canonicalization === 'relaxed' ? relaxedField(row) : row.text;

/**
 * The rows that a list of names stands for: for each name the last one that was not taken yet; where there is none, nothing, so that
 * none can be added. RFC 6376 §5.4.2
 * @param own  row that signs: it never signs itself
 */
export function rowsOf(
  names: readonly string[],
  rows: ReadonlyMap<string, readonly HeaderRow[]>,
  own: HeaderRow | undefined,
): readonly HeaderRow[] {
  const left = new Map<string, number>();
  const taken: HeaderRow[] = [];
  for (const name of names) {
    const known = rows.get(name);
    if (known === undefined) continue;
    let at = (left.get(name) ?? known.length) - 1;
    if (known[at] === own) at -= 1;
    left.set(name, Math.max(at, 0));
    const row = known[at];
    if (row !== undefined) taken.push(row);
  }
  return taken;
}

/** Top down. */
export function rowsByName(rows: readonly HeaderRow[]): ReadonlyMap<string, readonly HeaderRow[]> {
  const named = new Map<string, HeaderRow[]>();
  for (const row of rows) {
    const known = named.get(row.name);
    if (known === undefined) named.set(row.name, [row]);
    else known.push(row);
  }
  return named;
}
