/**
 * The CRs and LFs of a chunk of mail data, looked for in four octets at a time: a call of Buffer.indexOf for each line, twice,
 * was most of what a receiver did for a long text.
 */
const CR = 0x0d;
const LF = 0x0a;
/** Shorter chunks are looked through octet by octet. */
const WORTH_WORDS = 256;
/** Octets below 0x0e, in each of which `(word - BELOW) & ~word` sets the highest bit; it may also set that of one beside. */
const BELOW = 0x0e0e0e0e;
const HIGHEST_BITS = 0x80808080;

export class LineEnds {
  readonly #chunk: Uint8Array;
  readonly #words: Int32Array | undefined;
  /** Octets of the chunk before the first word, 0 to 3. */
  readonly #before: number = 0;

  /** The chunk may be changed up to where is looked next. */
  constructor(chunk: Uint8Array) {
    this.#chunk = chunk;
    if (chunk.byteLength < WORTH_WORDS) return;
    this.#before = -chunk.byteOffset & 3;
    const count = (chunk.byteLength - this.#before) >> 2;
    this.#words = new Int32Array(chunk.buffer, chunk.byteOffset + this.#before, count);
  }

  /** Index of the next CR or LF at or behind `from`, or the length of the chunk. */
  next(from: number): number {
    const chunk = this.#chunk;
    const words = this.#words;
    let index = from;
    if (words !== undefined) {
      const before = this.#before;
      const behindWords = before + (words.length << 2);
      while (index < behindWords) {
        // To the next word, by octets.
        const word = (index - before + 3) >> 2;
        const wordAt = before + (word << 2);
        for (; index < wordAt; index++) if (isLineEnd(chunk[index]!)) return index;
        index = before + (suspect(words, word) << 2);
        const end = Math.min(index + 4, behindWords);
        for (; index < end; index++) if (isLineEnd(chunk[index]!)) return index;
      }
    }
    for (; index < chunk.length; index++) if (isLineEnd(chunk[index]!)) return index;
    return index;
  }
}

const isLineEnd = (octet: number): boolean => octet <= CR && (octet === CR || octet === LF);

/** The next word that may have one in it, or the number of words. */
function suspect(words: Int32Array, from: number): number {
  let at = from;
  for (; at < words.length; at++) {
    const word = words[at]!;
    if (((word - BELOW) & ~word & HIGHEST_BITS) !== 0) break;
  }
  return at;
}
