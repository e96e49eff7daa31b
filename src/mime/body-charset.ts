/** The character set of a body that goes by and does not name it. Source: RFC 1428 §3. */
import { TextDecoder } from 'node:util';

export class BodyCharset {
  /** Undefined while there are no 8-bit bytes. */
  charset: 'utf-8' | 'unknown-8bit' | undefined;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });

  read(bytes: Uint8Array): void {
    if (this.charset === 'unknown-8bit') return;
    if (this.charset === undefined && !bytes.some((byte) => byte > 0x7f)) return;
    this.charset = this.#isDecoded(bytes) ? 'utf-8' : 'unknown-8bit';
  }

  /** What was begun is whole, or it was no UTF-8. */
  end(): void {
    if (this.charset === 'utf-8' && !this.#isDecoded(undefined)) this.charset = 'unknown-8bit';
  }

  /** @param bytes  undefined: the end */
  #isDecoded(bytes: Uint8Array | undefined): boolean {
    try {
      this.#decoder.decode(bytes, { stream: bytes !== undefined });
      return true;
    } catch {
      return false;
    }
  }
}
