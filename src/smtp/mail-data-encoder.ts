/**
 * Mail data on its way to a peer: dots stuffed, every line end CRLF. A bare CR or LF never leaves this node: a peer might
 * take it for a line end and see commands in it. Source: RFC 5321 §2.3.8, §4.5.2.
 */
const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;

const crBytes = Uint8Array.of(CR);
const lfBytes = Uint8Array.of(LF);
const dotBytes = Uint8Array.of(DOT);

export interface MailDataEncoder {
  /** The chunk as it goes out: slices of it, with what had to be put between. */
  encode(chunk: Uint8Array): readonly Uint8Array[];
  /** Line end if the text lacks one, and the final dot. */
  finish(): Uint8Array;
}

/** @param options.isStuffed  false: without dots and without the final one, for BDAT (RFC 3030 §2) */
export function createMailDataEncoder({ isStuffed = true } = {}): MailDataEncoder {
  let isLineStart = true;
  let isAfterCr = false;

  return {
    encode(chunk) {
      const parts: Uint8Array[] = [];
      let copied = 0;
      const insert = (at: number, bytes: Uint8Array): void => {
        if (at > copied) parts.push(chunk.subarray(copied, at));
        parts.push(bytes);
        copied = at;
      };
      for (let index = 0; index < chunk.byteLength; index++) {
        const byte = chunk[index];
        if (isAfterCr) {
          isAfterCr = false;
          isLineStart = true;
          if (byte === LF) continue;
          insert(index, lfBytes);
        }
        if (byte === LF) {
          insert(index, crBytes);
          isLineStart = true;
          continue;
        }
        if (byte === DOT && isLineStart && isStuffed) insert(index, dotBytes);
        isLineStart = false;
        isAfterCr = byte === CR;
      }
      if (copied < chunk.byteLength) parts.push(copied === 0 ? chunk : chunk.subarray(copied));
      return parts;
    },
    finish() {
      const lineEnd = isAfterCr ? '\n' : isLineStart ? '' : '\r\n';
      return Buffer.from(isStuffed ? `${lineEnd}.\r\n` : lineEnd);
    },
  };
}
