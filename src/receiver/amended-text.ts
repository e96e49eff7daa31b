/**
 * A message with what was found about it: fields of ours on top, above the Received: field (RFC 8601 §5), others below that, forged
 * ones left out. All of it happens in the header section: what follows stays as it came.
 */
import { without } from '../mime/header-fields.ts';
import type { Beginning } from '../ports/message-text.ts';
import type { Reply } from '../smtp/reply.ts';
import type { Inspection } from './inspection.ts';

export type Findings = Exclude<Inspection, { readonly refusal: Reply }>;

/** @param ownBytes  of our own field, in front of what the client sent */
export class AmendedText {
  readonly #ownBytes: number;
  readonly #found: Findings;

  constructor(ownBytes: number, found: Findings) {
    this.#ownBytes = ownBytes;
    this.#found = found;
  }

  /** It is as it came. */
  get isUnchanged(): boolean {
    const { prefix, added = '', cuts } = this.#found;
    return prefix === '' && added === '' && cuts.length === 0;
  }

  /** @param text  all of it, from its start */
  *whole(text: Uint8Array): Iterable<Uint8Array> {
    const { prefix } = this.#found;
    if (prefix !== '') yield Buffer.from(prefix);
    yield* this.#piece(text, -this.#ownBytes);
  }

  async *streamed(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const { prefix } = this.#found;
    if (prefix !== '') yield Buffer.from(prefix);
    let position = -this.#ownBytes;
    for await (const chunk of chunks) {
      yield* this.#piece(chunk, position);
      position += chunk.byteLength;
    }
  }

  /** How it begins where the text stays in its file. @param section  the header section, our own field in front */
  beginning(section: Uint8Array): Beginning {
    const { added = '', cuts } = this.#found;
    const isOnTop = added === '' && cuts.length === 0;
    const from = isOnTop ? 0 : this.#ownBytes + (cuts.at(-1)?.end ?? 0);
    return { head: Buffer.concat([...this.whole(section.subarray(0, from))]), from };
  }

  /** @param position  of the chunk, in the message as the client sent it: our own field stands before 0 */
  *#piece(chunk: Uint8Array, position: number): Iterable<Uint8Array> {
    const { added = '', cuts } = this.#found;
    const own = position < 0 ? Math.min(-position, chunk.byteLength) : 0;
    if (own > 0) yield chunk.subarray(0, own);
    if (own > 0 && position + own === 0 && added !== '') yield Buffer.from(added);
    yield* without(chunk.subarray(own), cuts, position + own);
  }
}
