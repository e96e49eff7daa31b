/**
 * Bytes to text by charset name, piece by piece. Sources: RFC 2045 §5, RFC 2046 §4.1.2; WHATWG Encoding for the names;
 * DEC STD 169 for the DEC Multinational Character Set.
 */
import { isUtf8 } from 'node:buffer';
import { createRequire } from 'node:module';

export interface CharsetDecoder {
  write(bytes: Uint8Array): string;
  end(): string;
}

/** Its tables are large and rarely asked for: loaded by the first charset that the system does not know. */
let iconv: typeof import('iconv-lite') | undefined;

/** Undeclared, unknown and US-ASCII text is taken for UTF-8 where it is, line by line, else for Latin-1. */
export function charsetDecoder(charset: string | undefined): CharsetDecoder {
  const name = (charset ?? '').trim().toLowerCase();
  if (/^(?:cs)?dec[-_ ]?mcs$/.test(name)) return decMcsDecoder();
  if (name === '' || /^(?:us-)?ascii$|^ansi_x3\.4|^unknown/.test(name)) return guessingDecoder();
  try {
    const decoder = new TextDecoder(name, { ignoreBOM: false });
    return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
  } catch {
    iconv ??= createRequire(import.meta.url)('iconv-lite') as typeof import('iconv-lite');
    if (!iconv.encodingExists(name)) return guessingDecoder();
    const decoder = iconv.getDecoder(name);
    const whole = {
      write: (bytes: Uint8Array) => decoder.write(Buffer.from(bytes)),
      end: () => decoder.end() ?? '',
    };
    // Its decoder of UTF-7 must not be stopped within a sequence.
    return name.startsWith('utf-7') || name === 'unicode-1-1-utf-7' ? byLines(whole) : whole;
  }
}

export function decodeCharset(bytes: Uint8Array, charset: string | undefined): string {
  const decoder = charsetDecoder(charset);
  return decoder.write(bytes) + decoder.end();
}

const latin1 = (bytes: Buffer): string => bytes.toString('latin1');
const mcsText = (bytes: Buffer): string =>
  latin1(bytes).replace(/[\x80-\xff]/g, (character) => {
    const mcs = mcsDifferences.get(character.charCodeAt(0));
    return mcs === undefined || mcs === '\ufffd' ? character : mcs;
  });

/** A line longer than this is judged in pieces. */
const GUESS_BYTES = 65_536;
const LF = 0x0a;

/** Text of a file or a terminal of this system: UTF-8, else MCS, and where that has nothing Latin-1. Line by line. */
export const fileTextDecoder = (): CharsetDecoder => guessingDecoder(mcsText);

/**
 * What a terminal sends, character by character: UTF-8, and bytes that are none as MCS. A byte that may begin a sequence
 * waits for the next one.
 */
export function keyTextDecoder(): CharsetDecoder {
  let held: Uint8Array = new Uint8Array(0);
  const decode = (bytes: Uint8Array): string => {
    let text = '';
    for (let at = 0; at < bytes.byteLength; ) {
      const length = sequenceLength(bytes[at]!);
      const sequence = bytes.subarray(at, at + length);
      const isSequence = sequence.byteLength === length && isUtf8(sequence);
      text += isSequence ? Buffer.from(sequence).toString('utf8') : mcsText(Buffer.from([bytes[at]!]));
      at += isSequence ? length : 1;
    }
    return text;
  };
  return {
    write(bytes) {
      const all = held.byteLength === 0 ? bytes : Buffer.concat([held, bytes]);
      const end = sequenceEnd(all);
      held = Uint8Array.from(all.subarray(end));
      const whole = all.subarray(0, end);
      return isUtf8(whole) ? Buffer.from(whole).toString('utf8') : decode(whole);
    },
    end: () => decode(held),
  };
}

const sequenceLength = (first: number): number =>
  first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;

function guessingDecoder(otherwise: (bytes: Buffer) => string = latin1): CharsetDecoder {
  let held: Uint8Array = new Uint8Array(0);
  const decode = (bytes: Uint8Array): string => {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return isUtf8(bytes) ? buffer.toString('utf8') : otherwise(buffer);
  };
  return {
    write(bytes) {
      const all = held.byteLength === 0 ? bytes : Buffer.concat([held, bytes]);
      const end = lineEnd(all, sequenceEnd);
      held = Uint8Array.from(all.subarray(end));
      return decodeLines(all.subarray(0, end), decode);
    },
    end: () => decode(held),
  };
}

/** Hands on whole lines, and of endless ones large pieces. */
function byLines(decoder: CharsetDecoder): CharsetDecoder {
  let held: Uint8Array = new Uint8Array(0);
  return {
    write(bytes) {
      const all = Buffer.concat([held, bytes]);
      const end = lineEnd(all, ({ byteLength }) => byteLength);
      held = Uint8Array.from(all.subarray(end));
      return decoder.write(all.subarray(0, end));
    },
    end: () => decoder.write(held) + decoder.end(),
  };
}

/** Of the last whole line: what follows it waits. @param endOf  where a piece of an endless line ends */
function lineEnd(bytes: Uint8Array, endOf: (bytes: Uint8Array) => number): number {
  const end = bytes.lastIndexOf(LF) + 1;
  return bytes.byteLength - end > GUESS_BYTES ? endOf(bytes) : end;
}

/** Lines that are not UTF-8 do not spoil those that are. */
function decodeLines(bytes: Uint8Array, decode: (bytes: Uint8Array) => string): string {
  if (isUtf8(bytes)) return decode(bytes);
  let text = '';
  for (let start = 0; start < bytes.byteLength; ) {
    const end = bytes.indexOf(LF, start);
    const next = end === -1 ? bytes.byteLength : end + 1;
    text += decode(bytes.subarray(start, next));
    start = next;
  }
  return text;
}

/** Not inside a UTF-8 sequence: in front of one that is not whole yet. */
function sequenceEnd(bytes: Uint8Array): number {
  const end = bytes.byteLength;
  for (let back = 1; back <= 3 && back <= end; back++) {
    const byte = bytes[end - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    return sequenceLength(byte) > back ? end - back : end;
  }
  return end;
}

/** Positions where MCS is not Latin-1; U+FFFD where it has nothing. */
const mcsDifferences: ReadonlyMap<number, string> = new Map([
  ...[0xa0, 0xa4, 0xa6, 0xac, 0xad, 0xae, 0xaf, 0xb4, 0xb8, 0xbe, 0xd0, 0xde, 0xf0, 0xfe, 0xff].map(
    (byte) => [byte, '\ufffd'] as const,
  ),
  [0xa8, '¤'],
  [0xd7, 'Œ'],
  [0xdd, 'Ÿ'],
  [0xf7, 'œ'],
  [0xfd, 'ÿ'],
]);

function decMcsDecoder(): CharsetDecoder {
  return {
    write: (bytes) => {
      let text = '';
      for (const byte of bytes) text += mcsDifferences.get(byte) ?? String.fromCharCode(byte);
      return text;
    },
    end: () => '',
  };
}
