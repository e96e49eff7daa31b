/** The header of a message, as searches look into it. Sources: RFC 5322 §2.2; RFC 2047. */
import { type HeaderField, headerFields } from '../../mime/header-fields.ts';
import { headerText } from '../../mime/index.ts';
import type { ReadableMessage } from '../readable-message.ts';
import { casemap } from './casemap.ts';

/** Longer headers, and fields, are looked at so far. */
const HEADER_OCTETS = 1_048_576;
const FIELD_CHARACTERS = 65_536;

export class SearchedHeader {
  /** By name, in their order. */
  readonly #fields = new Map<string, HeaderField[]>();
  readonly #mapped = new Map<HeaderField, string>();

  /** @param block  one character per octet */
  constructor(block: string) {
    for (const field of headerFields(block)) {
      const same = this.#fields.get(field.name);
      if (same === undefined) this.#fields.set(field.name, [field]);
      else same.push(field);
    }
  }

  static async of(message: Pick<ReadableMessage, 'bytes'>): Promise<SearchedHeader> {
    return new SearchedHeader(await headerBlock(message));
  }

  /** Whether a field of that name has the text in it. */
  has(name: string, text: string): boolean {
    return (this.#fields.get(name) ?? []).some((field) => this.#valueOf(field).includes(text));
  }

  /** Of the first field of that name: unfolded, not decoded. */
  first(name: string): string | undefined {
    const field = this.#fields.get(name)?.[0];
    return field === undefined ? undefined : unfolded(field.value);
  }

  #valueOf(field: HeaderField): string {
    const known = this.#mapped.get(field);
    if (known !== undefined) return known;
    const mapped = casemap(headerText(unfolded(field.value)));
    this.#mapped.set(field, mapped);
    return mapped;
  }
}

const unfolded = (value: string): string =>
  value
    .slice(0, FIELD_CHARACTERS)
    .replace(/\r?\n(?=[ \t])/g, '')
    .trim();

/** Up to the empty line behind the last field. */
async function headerBlock(message: Pick<ReadableMessage, 'bytes'>): Promise<string> {
  const pieces: string[] = [];
  let length = 0;
  // An empty line at the very beginning: there is no header.
  let tail = '\n';
  for await (const chunk of message.bytes(0, HEADER_OCTETS)) {
    const piece = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    const end = (tail + piece).search(/\n\r?\n/);
    if (end !== -1) {
      pieces.push(piece.slice(0, Math.max(end + 1 - tail.length, 0)));
      break;
    }
    pieces.push(piece);
    length += piece.length;
    if (length >= HEADER_OCTETS) break;
    tail = (tail + piece).slice(-2);
  }
  return pieces.join('').slice(0, HEADER_OCTETS);
}
