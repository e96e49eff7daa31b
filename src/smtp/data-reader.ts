/**
 * Mail data as it comes in: finds the one end there is (CRLF.CRLF), takes the dots out, counts, and notices every bare CR
 * or LF. A message with one is read to its real end and then refused whole, so that no sequence of line ends can make one
 * message look like two. Source: RFC 5321 §2.3.8, §4.1.1.4, §4.5.2.
 *
 * Works on chunks in any cutting. A chunk without a leading dot is handed on as it is; where dots are taken out, what
 * follows is moved up inside the chunk, so that text made of dots costs no more objects than any other.
 */
import { LineEnds } from './line-ends.ts';

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;

/** Where the reader stands: what the bytes just seen were. */
type Position = 'lineStart' | 'inLine' | 'afterCr' | 'afterDot' | 'afterDotCr';

export interface DataPart {
  /** Text of the message, dots taken out. */
  readonly bytes: readonly Uint8Array[];
  /** Bytes of the chunk that belong to the data; the rest is the next command. */
  readonly used: number;
  readonly ended: boolean;
}

export class DataReader {
  #position: Position = 'lineStart';
  /** Bytes of message text so far. */
  sizeBytes = 0;
  /** Line ends of the message text so far. */
  lines = 0;
  /** A CR without LF, or an LF without CR, has been seen: the message must be refused. */
  hasBareLineEnd = false;

  /**
   * Takes a chunk, whose first `used` bytes are the reader's to change from now on. After `ended` it must not be fed
   * again.
   */
  read(chunk: Uint8Array): DataPart {
    let heldBack: Uint8Array | undefined;
    /** Text stands at the front of the chunk, up to here. */
    let written = 0;
    /** First byte that is neither there yet nor taken out. */
    let kept = 0;
    const keepUntil = (end: number): void => {
      if (end <= kept) return;
      if (written !== kept) chunk.copyWithin(written, kept, end);
      written += end - kept;
    };
    const text = (): readonly Uint8Array[] => {
      const parts = written === 0 ? [] : [chunk.subarray(0, written)];
      return heldBack === undefined ? parts : [heldBack, ...parts];
    };
    const ends = new LineEnds(chunk);
    for (let index = 0; index < chunk.byteLength; ) {
      const byte = chunk[index];
      switch (this.#position) {
        case 'inLine': {
          const next = ends.next(index);
          if (next === chunk.byteLength) {
            index = next;
            break;
          }
          if (chunk[next] === CR && chunk[next + 1] === LF && isNoDot(chunk[next + 2])) {
            // Nearly every line: its end is whole, and the next begins with what needs no look.
            this.lines += 1;
            index = next + 2;
            break;
          }
          if (chunk[next] === CR) this.#position = 'afterCr';
          else {
            this.hasBareLineEnd = true;
            // A bare LF ends no line: a dot behind it is text.
          }
          index = next + 1;
          break;
        }
        case 'afterCr':
          if (byte === LF) {
            this.#position = 'lineStart';
            this.lines += 1;
            index += 1;
          } else {
            this.hasBareLineEnd = true;
            this.#position = 'inLine';
          }
          break;
        case 'lineStart':
          if (byte === DOT) {
            keepUntil(index);
            kept = index + 1;
            this.#position = 'afterDot';
            index += 1;
          } else this.#position = 'inLine';
          break;
        case 'afterDot':
          if (byte === CR) {
            this.#position = 'afterDotCr';
            index += 1;
          } else this.#position = 'inLine';
          break;
        case 'afterDotCr':
          if (byte === LF) {
            // The CR before belongs to the terminator; it may stand in this chunk or have ended the one before.
            keepUntil(index - 1);
            return this.#part(text(), index + 1, true);
          }
          // `.` CR something: the CR, held back so far, is a bare one and text.
          this.hasBareLineEnd = true;
          if (index === 0) heldBack = Uint8Array.of(CR);
          this.#position = byte === CR ? 'afterCr' : 'inLine';
          if (byte === CR) index += 1;
          break;
        default:
          this.#position satisfies never;
      }
    }
    // A CR after a leading dot stays held back until it is known what it is.
    keepUntil(
      this.#position === 'afterDotCr' && chunk.byteLength > 0 ? chunk.byteLength - 1 : chunk.byteLength,
    );
    return this.#part(text(), chunk.byteLength, false);
  }

  #part(bytes: readonly Uint8Array[], used: number, ended: boolean): DataPart {
    for (const each of bytes) this.sizeBytes += each.byteLength;
    return { bytes, used, ended };
  }
}

/** @param octet  undefined where the chunk ends: it is not known */
const isNoDot = (octet: number | undefined): boolean => octet !== undefined && octet !== DOT;
