/** Octets of an answer whose number is known before the first of them goes out: so literals need it. */
import type { Partial } from './fetch-request.ts';

export interface Octets {
  readonly length: number;
  /** There is an octet 0 among them, which a literal must not have. */
  readonly hasNul?: boolean;
  /** From octet `start` to, not with, octet `end`. */
  read(start: number, end: number): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** What is longer is made twice: to be measured, and to be sent. */
const HELD_OCTETS = 262_144;

export const NO_OCTETS: Octets = { length: 0, read: () => [] };

/** @param make  the octets from their beginning, each time the same */
export async function measured(make: () => AsyncIterable<Uint8Array>): Promise<Octets> {
  const held: Uint8Array[] = [];
  let length = 0;
  let hasNul = false;
  for await (const chunk of make()) {
    length += chunk.byteLength;
    hasNul ||= chunk.includes(0);
    if (length <= HELD_OCTETS) held.push(chunk);
  }
  if (length > HELD_OCTETS) return { length, hasNul, read: (start, end) => cut(make(), start, end) };
  const whole = Buffer.concat(held);
  return { length, hasNul, read: (start, end) => [whole.subarray(start, end)] };
}

/** RFC 9051 §6.4.5: what is beyond the end is not there, and no mistake. */
export function partOf(
  octets: Octets,
  partial: Partial | undefined,
): { readonly start: number; readonly end: number } {
  if (partial === undefined) return { start: 0, end: octets.length };
  const start = Math.min(partial.start, octets.length);
  return { start, end: Math.min(start + partial.length, octets.length) };
}

async function* cut(
  chunks: AsyncIterable<Uint8Array>,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const chunk of chunks) {
    const [from, to] = [Math.max(start - at, 0), Math.min(end - at, chunk.byteLength)];
    if (from < to) yield chunk.subarray(from, to);
    at += chunk.byteLength;
    if (at >= end) return;
  }
}
