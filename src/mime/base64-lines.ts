/** Bytes in base64, lines of 76 characters with CRLF, piece by piece. Source: RFC 2045 §6.8. */
const LINE_BYTES = 57;

export class Base64Lines {
  #held: Uint8Array = new Uint8Array(0);

  /** Whole lines; what is left over waits. */
  write(bytes: Uint8Array): string {
    const all = this.#held.byteLength === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const whole = all.byteLength - (all.byteLength % LINE_BYTES);
    this.#held = Uint8Array.from(all.subarray(whole));
    return lines(all.subarray(0, whole));
  }

  end(): string {
    return lines(this.#held);
  }
}

/** Characters of `bytes` bytes in such lines. */
export const base64LinesLength = (bytes: number): number =>
  4 * Math.ceil(bytes / 3) + 2 * Math.ceil(bytes / LINE_BYTES);

const lines = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('base64')
    .replace(/.{1,76}/g, '$&\r\n');
