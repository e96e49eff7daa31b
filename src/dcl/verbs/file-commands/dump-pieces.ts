/** What DUMP shows one after the other: blocks of 512 octets, or records. Holds one of them, whatever the size of the file. */
import type { ByteReader } from '../../../ports/file-system.ts';
import { recordsIn } from '../../../ports/records-in-bytes.ts';
import { BLOCK_BYTES } from './blocks.ts';

export interface DumpPiece {
  /** From 1. */
  readonly number: number;
  /** Octets of the file in front of it. */
  readonly position: number;
  readonly bytes: Uint8Array;
}

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

/** As READ gives them. */
export async function* recordsOf(reader: ByteReader): AsyncGenerator<DumpPiece> {
  let [number, position] = [0, 0];
  let held = Buffer.alloc(0);
  for (let isWhole = false; !isWhole; ) {
    const bytes = await reader.read();
    isWhole = bytes === undefined;
    if (bytes !== undefined) held = Buffer.concat([held, bytes]);
    let taken = 0;
    for (const { start, end, next } of recordsIn(held, isWhole)) {
      number += 1;
      yield { number, position: position + start, bytes: held.subarray(start, end) };
      taken = next;
    }
    position += taken;
    held = held.subarray(taken);
  }
}
