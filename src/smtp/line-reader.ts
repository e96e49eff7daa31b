/**
 * Command lines out of a byte stream. Only CRLF ends a line; a longer line than allowed is swallowed up to its CRLF
 * without being kept, however long it is. Source: RFC 5321 §2.3.8, §4.5.3.1.4.
 */
const CR = 0x0d;
const LF = 0x0a;

export type Line =
  /** Without CRLF, an octet a character. */
  | { readonly kind: 'line'; readonly text: string; readonly used: number }
  | { readonly kind: 'tooLong'; readonly used: number }
  /** A CR or an LF stood alone in it. */
  | { readonly kind: 'bareLineEnd'; readonly used: number }
  | { readonly kind: 'incomplete' };

const nothing = new Uint8Array(0);

const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  (bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).toString(
    'latin1',
    from,
    to,
  );

export class LineReader {
  /** Octets of a line with its CRLF. */
  limit: number;
  /** The beginning of a line, with room for more of it: pieces may be as short as an octet. */
  #kept: Uint8Array = nothing;
  #keptOctets = 0;
  #isTooLong = false;
  #hasBareLineEnd = false;

  /** @param limit  octets of a line with its CRLF */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** Reads one line from `chunk` beginning at `from`; `used` is where the next one begins. */
  read(chunk: Uint8Array, from: number): Line {
    let start = from;
    for (;;) {
      const lf = chunk.indexOf(LF, start);
      if (lf === -1) {
        this.#keep(chunk.subarray(from));
        return { kind: 'incomplete' };
      }
      const before = lf > from ? chunk[lf - 1] : this.#kept[this.#keptOctets - 1];
      if (before === CR) return this.#finish(chunk, from, lf + 1);
      this.#hasBareLineEnd = true;
      start = lf + 1;
    }
  }

  #finish(chunk: Uint8Array, from: number, used: number): Line {
    const length = this.#keptOctets + used - from;
    const isTooLong = this.#isTooLong || length > this.limit;
    // Decoded where it stands, mostly: a view of a command costs more than its text.
    const text = isTooLong
      ? ''
      : this.#keptOctets === 0
        ? latin1(chunk, from, used - 2)
        : latin1(this.#with(chunk.subarray(from, used)), 0, length - 2);
    const hasBareLineEnd = this.#hasBareLineEnd || text.includes('\r');
    if (this.#keptOctets > 0) this.#forget();
    this.#isTooLong = false;
    this.#hasBareLineEnd = false;
    if (isTooLong) return { kind: 'tooLong', used };
    return hasBareLineEnd ? { kind: 'bareLineEnd', used } : { kind: 'line', text, used };
  }

  #keep(bytes: Uint8Array): void {
    if (this.#keptOctets + bytes.byteLength <= this.limit) {
      this.#with(bytes);
      return;
    }
    this.#isTooLong = true;
    // Only the last octet matters now: it may be the CR of the end.
    const last = Uint8Array.from(
      bytes.byteLength > 0 ? bytes.subarray(-1) : this.#kept.subarray(this.#keptOctets - 1, this.#keptOctets),
    );
    this.#forget();
    this.#with(last);
  }

  /** What is kept, and these behind it. */
  #with(bytes: Uint8Array): Uint8Array {
    const octets = this.#keptOctets + bytes.byteLength;
    if (octets > this.#kept.byteLength) {
      const larger = Buffer.allocUnsafeSlow(Math.max(octets, 2 * this.#kept.byteLength));
      larger.set(this.#kept.subarray(0, this.#keptOctets));
      this.#kept = larger;
    }
    this.#kept.set(bytes, this.#keptOctets);
    this.#keptOctets = octets;
    return this.#kept;
  }

  #forget(): void {
    this.#kept = nothing;
    this.#keptOctets = 0;
  }
}
