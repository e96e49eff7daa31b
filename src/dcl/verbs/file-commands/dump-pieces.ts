/** What DUMP shows one after the other: blocks of 512 octets, or records. Holds one of them, whatever the size of the file. */
import { LONGEST_RECORD } from '../../../ports/file-header.ts';
import type { ByteReader } from '../../../ports/file-system.ts';
import { BLOCK_BYTES } from './blocks.ts';

export interface DumpPiece {
  /** From 1. */
  readonly number: number;
  /** Octets of the file in front of it. */
  readonly position: number;
  readonly bytes: Uint8Array;
}

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** The last one is filled up: a disk has whole blocks. */
export async function* blocksOf(reader: ByteReader): AsyncGenerator<DumpPiece> {
  let number = 0;
  let held = Buffer.alloc(0);
  const piece = (bytes: Uint8Array): DumpPiece => {
    number += 1;
    return { number, position: (number - 1) * BLOCK_BYTES, bytes };
  };
  for (let bytes = await reader.read(); bytes !== undefined; bytes = await reader.read()) {
    held = Buffer.concat([held, bytes]);
    for (; held.length >= BLOCK_BYTES; held = held.subarray(BLOCK_BYTES))
      yield piece(held.subarray(0, BLOCK_BYTES));
  }
  if (held.length > 0) yield piece(Buffer.concat([held, Buffer.alloc(BLOCK_BYTES - held.length)]));
}

/** Lines without their ends. */
export async function* recordsOf(reader: ByteReader): AsyncGenerator<DumpPiece> {
  let [number, position] = [0, 0];
  let held = Buffer.alloc(0);
  const take = (length: number, end: number): DumpPiece => {
    number += 1;
    const bytes = held.subarray(0, length);
    held = held.subarray(length + end);
    const piece = { number, position, bytes };
    position += length + end;
    return piece;
  };
  for (let bytes = await reader.read(); bytes !== undefined; bytes = await reader.read()) {
    held = Buffer.concat([held, bytes]);
    for (
      let end = held.indexOf(NEWLINE);
      end >= 0 || held.length > LONGEST_RECORD;
      end = held.indexOf(NEWLINE)
    ) {
      if (end < 0 || end > LONGEST_RECORD) yield take(LONGEST_RECORD, 0);
      else if (held[end - 1] === CARRIAGE_RETURN) yield take(end - 1, 2);
      else yield take(end, 1);
    }
  }
  if (held.length > 0) yield take(held.length, 0);
}
