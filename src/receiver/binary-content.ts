/**
 * Content that came with BODY=BINARYMIME, as it is kept: every host can have it then, and nobody takes a part of it for something
 * else. What cannot be kept like that is refused. Source: RFC 3030 §3.
 */
import { findBinaryParts, withoutBinary } from '../mime/binary-parts.ts';
import { ChunkReader } from '../smtp/chunk-reader.ts';
import { type Reply, reply } from '../smtp/reply.ts';

type Text = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** A text to be kept, and what there is against it, known when all of it has been read. */
export interface KeptText {
  readonly pieces: Text;
  refusal(): Reply | undefined;
}

export const asItIs = (pieces: Text): KeptText => ({ pieces, refusal: () => undefined });

/**
 * @param text  can be read again
 * @param isTooLarge  asked about the bytes that are more than they were
 */
export function inLines(text: () => Text, isTooLarge: (moreBytes: number) => boolean): KeptText {
  let refusal: Reply | undefined;
  async function* pieces(): AsyncIterable<Uint8Array> {
    let cameBytes = 0;
    async function* counted(): AsyncIterable<Uint8Array> {
      for await (const chunk of text()) {
        cameBytes += chunk.byteLength;
        yield chunk;
      }
    }
    const parts = await findBinaryParts(counted());
    if (parts === undefined) {
      refusal = tooManyHeaders;
      return;
    }
    // No trust in what was converted: it is read as if somebody had sent it.
    const reader = new ChunkReader();
    reader.begin(Number.POSITIVE_INFINITY);
    for await (const chunk of withoutBinary(text(), parts)) {
      reader.read(chunk);
      if (isTooLarge(reader.sizeBytes - cameBytes)) refusal = tooLarge;
      else if (reader.hasBareLineEnd || chunk.includes(0)) refusal = notInLines;
      if (refusal !== undefined) return;
      yield chunk;
    }
    reader.end();
    if (reader.hasBareLineEnd) refusal = notInLines;
  }
  return { pieces: pieces(), refusal: () => refusal };
}

export const tooLarge = reply(552, 'Message size exceeds the fixed limit', '5.3.4');
const tooManyHeaders = reply(550, 'Too many header fields', '5.6.0');
const notInLines = reply(550, 'Bare CR, bare LF or NUL outside of what can be encoded', '5.6.0');
