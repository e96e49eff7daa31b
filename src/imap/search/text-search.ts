/**
 * Looks for texts in a message while it is read, once for all of them and in bounded memory: encodings and charsets taken off,
 * headers and text parts alone. Sources: RFC 9051 §6.4.4; RFC 2045 §6; RFC 2047.
 */
import {
  type CharsetDecoder,
  charsetDecoder,
  headerText,
  type PartEvent,
  type PartHeader,
  PartWalker,
  transferDecoder,
} from '../../mime/index.ts';
import type { Breath } from '../breath.ts';
import type { ReadableMessage } from '../readable-message.ts';
import { casemap } from './casemap.ts';
import type { TextKey } from './search-key.ts';

/** A field is looked at so far. */
const FIELD_CHARACTERS = 65_536;

class TextSearch {
  readonly #needles: Needle[];
  readonly #found = new Map<TextKey, boolean>();
  readonly #walker = new PartWalker();
  #part: { transfer: ReturnType<typeof transferDecoder>; charset: CharsetDecoder } | undefined;
  /** Multiparts and messages that are open around what comes. */
  #depth = 0;
  /** The header of a message in a message comes again as that of its only part. */
  #header: PartHeader | undefined;

  constructor(keys: readonly TextKey[]) {
    this.#needles = keys.map((key) => new Needle(key));
  }

  /** Those that were found; after `end` also those that were not. */
  get found(): ReadonlyMap<TextKey, boolean> {
    return this.#found;
  }

  push(chunk: Uint8Array): void {
    for (const event of this.#walker.push(chunk)) this.#take(event);
  }

  end(): void {
    for (const event of this.#walker.end()) this.#take(event);
    for (const { key } of this.#needles) if (!this.#found.has(key)) this.#found.set(key, false);
  }

  #take(event: PartEvent): void {
    switch (event.kind) {
      case 'message':
        // A header in the message is part of its body.
        this.#lookAt(event.header, this.#depth > 0);
        break;
      case 'openMessage':
        this.#part = undefined;
        this.#mimeHeader(event.header);
        this.#depth++;
        break;
      case 'open':
        this.#mimeHeader(event.header);
        this.#depth++;
        break;
      case 'close':
      case 'closeMessage':
        this.#depth--;
        break;
      case 'part':
        this.#mimeHeader(event.header);
        this.#part = isText(event.header)
          ? {
              transfer: transferDecoder(event.header.encoding),
              charset: charsetDecoder(event.header.charset),
            }
          : undefined;
        break;
      case 'data':
        if (this.#part !== undefined)
          this.#look(this.#part.charset.write(this.#part.transfer.write(event.bytes)));
        break;
      case 'end':
        if (this.#part !== undefined) {
          const { transfer, charset } = this.#part;
          this.#look(charset.write(transfer.end()) + charset.end());
        }
        this.#part = undefined;
        this.#forget();
        break;
    }
  }

  /** That of a part that has one of its own: the header of a message was looked at before. */
  #mimeHeader(header: PartHeader): void {
    if (this.#depth > 0 && header !== this.#header) this.#lookAt(header, false);
  }

  #lookAt(header: PartHeader, inBody: boolean): void {
    this.#header = header;
    for (const { name, value } of header.fields) {
      this.#look(`${name}: ${headerText(value.slice(0, FIELD_CHARACTERS))}`, inBody ? undefined : 'text');
      this.#forget();
    }
  }

  /** @param only  what comes is of interest to keys of this kind alone */
  #look(text: string, only?: TextKey['kind']): void {
    if (text === '') return;
    const mapped = casemap(text);
    for (const needle of this.#needles) {
      if (this.#found.has(needle.key) || (only !== undefined && needle.key.kind !== only)) continue;
      if (needle.isIn(mapped)) this.#found.set(needle.key, true);
    }
  }

  #forget(): void {
    for (const needle of this.#needles) needle.forget();
  }
}

/** Reads as much of a message as it takes. */
export async function searchTexts(
  message: Pick<ReadableMessage, 'bytes'>,
  keys: readonly TextKey[],
  isEnough: (found: ReadonlyMap<TextKey, boolean>) => boolean,
  breath: Breath,
): Promise<ReadonlyMap<TextKey, boolean>> {
  const search = new TextSearch(keys);
  let known = 0;
  for await (const chunk of message.bytes()) {
    await breath.take();
    search.push(chunk);
    if (search.found.size > known && isEnough(search.found)) return search.found;
    known = search.found.size;
  }
  search.end();
  return search.found;
}

/** RFC 9051 §6.4.4: what is no text need not be looked at. */
const isText = ({ type }: PartHeader): boolean => type.startsWith('text/') || type.startsWith('message/');

/** A text that is looked for in another that comes in pieces. */
class Needle {
  readonly key: TextKey;
  #tail = '';

  constructor(key: TextKey) {
    this.key = key;
  }

  isIn(text: string): boolean {
    const { length } = this.key.text;
    const found = text.includes(this.key.text);
    if (found || length < 2) return found;
    if (this.#tail !== '' && (this.#tail + text.slice(0, length - 1)).includes(this.key.text)) return true;
    this.#tail = text.length >= length - 1 ? text.slice(1 - length) : (this.#tail + text).slice(1 - length);
    return false;
  }

  forget(): void {
    this.#tail = '';
  }
}
