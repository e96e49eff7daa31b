/** Bytes in base64, lines of 76 characters with CRLF, piece by piece. Source: RFC 2045 §6.8. */
const LINE_BYTES = 57;

export class Base64Lines {
  #held: Uint8Array = new Uint8Array(0);

  /** Whole lines; what is left over waits. */
  write(bytes: Uint8Array): Uint8Array {
    const all = this.#held.byteLength === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const whole = all.byteLength - (all.byteLength % LINE_BYTES);
    this.#held = Uint8Array.from(all.subarray(whole));
    return lines(all.subarray(0, whole));
  }

  end(): Uint8Array {
    return lines(this.#held);
  }
}

/** Characters of `bytes` bytes in such lines. */
export const base64LinesLength = (bytes: number): number =>
  4 * Math.ceil(bytes / 3) + 2 * Math.ceil(bytes / LINE_BYTES);

const LINE_CHARACTERS = 76;
const [CR, LF] = [0x0d, 0x0a];

function lines(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const count = Math.ceil(text.length / LINE_CHARACTERS);
  const result = Buffer.allocUnsafe(text.length + 2 * count);
  // It stands at the end, and its lines move to their places: a hundred megabytes pass here without a string for each line.
  const gap = 2 * count;
  result.write(text, gap, 'latin1');
  for (let at = 0, from = gap; from < result.byteLength; from += LINE_CHARACTERS) {
    const length = Math.min(LINE_CHARACTERS, result.byteLength - from);
    result.copyWithin(at, from, from + length);
    at += length;
    result[at++] = CR;
    result[at++] = LF;
  }
  return result;
}
