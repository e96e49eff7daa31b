/** Lines of a file byte by byte: what is mail data travels as it is. Line ends are LF or CRLF. */
import type { ByteReader } from '../../ports/file-system.ts';

/** A longer line is handed on in pieces; an envelope line never is so long. */
const LONGEST_PIECE = 65_536;

export interface FileLine {
  /** Without its line end; valid until the next one. */
  readonly bytes: Uint8Array;
  /** The line goes on in the next piece. */
  readonly isPart: boolean;
}

export async function* fileLines(reader: Pick<ByteReader, 'read'>): AsyncGenerator<FileLine> {
  let held: Buffer = Buffer.alloc(0);
  for (;;) {
    const chunk = await reader.read();
    if (chunk === undefined) break;
    held = Buffer.concat([held, chunk]);
    let start = 0;
    for (let end = held.indexOf(LF); end !== -1; end = held.indexOf(LF, start)) {
      yield { bytes: withoutCr(held.subarray(start, end)), isPart: false };
      start = end + 1;
    }
    held = held.subarray(start);
    if (held.length <= LONGEST_PIECE) continue;
    // A CR at the end may belong to the line end.
    const usable = held.at(-1) === CR ? held.length - 1 : held.length;
    yield { bytes: held.subarray(0, usable), isPart: true };
    held = held.subarray(usable);
  }
  if (held.length > 0) yield { bytes: withoutCr(held), isPart: false };
}

const CR = 13;
const LF = 10;

const withoutCr = (line: Buffer): Buffer => (line.at(-1) === CR ? line.subarray(0, -1) : line);
