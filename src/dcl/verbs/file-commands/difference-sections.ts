/**
 * Sections in which two streams of records differ: a section ends where so many records in a row are the same. What has
 * been compared is forgotten; only a section is held.
 */
import type { RecordReader } from '../../../ports/file-system.ts';

export interface ComparedRecord {
  readonly text: string;
  readonly number: number;
  /** What counts of it. */
  readonly key: string;
}

export interface Difference {
  readonly first: readonly ComparedRecord[];
  readonly second: readonly ComparedRecord[];
  /** The records behind the section by which both files go on: as many as were asked for, fewer at the end of a file. */
  readonly next: { readonly first: readonly ComparedRecord[]; readonly second: readonly ComparedRecord[] };
}

/** One of the files, with the records that were read ahead. */
export class RecordSide {
  readonly #reader: RecordReader;
  readonly #ignored: readonly string[];
  #ahead: ComparedRecord[] = [];
  #number = 0;

  constructor(reader: RecordReader, ignored: readonly string[]) {
    this.#reader = reader;
    this.#ignored = ignored;
  }

  /** The record `distance` records on; undefined behind the end. */
  async at(distance: number): Promise<ComparedRecord | undefined> {
    while (this.#ahead.length <= distance) {
      const text = await this.#reader.read();
      if (text === undefined) return undefined;
      this.#number += 1;
      if (this.#ignored.includes('BLANK_LINES') && text.trim() === '') continue;
      this.#ahead.push({ text, number: this.#number, key: this.#keyOf(text) });
    }
    return this.#ahead[distance];
  }

  /** The next records, which stay. */
  async next(count: number): Promise<readonly ComparedRecord[]> {
    if (count > 0) await this.at(count - 1);
    return this.#ahead.slice(0, count);
  }

  take(count: number): readonly ComparedRecord[] {
    return this.#ahead.splice(0, count);
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  #keyOf(text: string): string {
    let key = this.#ignored.includes('CASE') ? text.toUpperCase() : text;
    if (this.#ignored.includes('SPACING')) key = key.trim().replace(/[ \t]+/g, ' ');
    return this.#ignored.includes('TRAILING_SPACES') ? key.trimEnd() : key;
  }
}

/**
 * @param match  records that have to be the same for both to go on: /MATCH
 * @param merged  records shown behind a section, `match` at most: /MERGED
 */
export async function* differencesOf(
  one: RecordSide,
  other: RecordSide,
  { match, merged }: { readonly match: number; readonly merged: number },
  signal: AbortSignal,
): AsyncGenerator<Difference> {
  while (!signal.aborted) {
    const [first, second] = [await one.at(0), await other.at(0)];
    if (first === undefined && second === undefined) return;
    if (first !== undefined && first.key === second?.key) {
      one.take(1);
      other.take(1);
      continue;
    }
    const [skipped, added] = await meeting(one, other, match, signal);
    const difference = { first: one.take(skipped), second: other.take(added) };
    const next = { first: await one.next(merged), second: await other.next(merged) };
    yield { ...difference, next };
  }
}

/** The nearest pair of places from which both files go on alike; the ends of both where there is none. */
async function meeting(
  one: RecordSide,
  other: RecordSide,
  match: number,
  signal: AbortSignal,
): Promise<readonly [number, number]> {
  /** Places of each key seen ahead, in the first and in the second file. */
  const [places, others] = [new Map<string, number[]>(), new Map<string, number[]>()];
  for (let distance = 0; ; distance += 1) {
    const [a, b] = [await one.at(distance), await other.at(distance)];
    if ((a === undefined && b === undefined) || signal.aborted) return endsOf(places, others);
    if (a !== undefined) note(places, a.key, distance);
    if (b !== undefined) note(others, b.key, distance);
    for (const at of a === undefined ? [] : (others.get(a.key) ?? []))
      if (await agree(one, distance, other, at, match)) return [distance, at];
    for (const at of b === undefined ? [] : (places.get(b.key) ?? []))
      if (await agree(one, at, other, distance, match)) return [at, distance];
  }
}

function note(places: Map<string, number[]>, key: string, distance: number): void {
  const known = places.get(key);
  if (known === undefined) places.set(key, [distance]);
  else known.push(distance);
}

const endsOf = (...sides: readonly ReadonlyMap<string, readonly number[]>[]): readonly [number, number] => {
  const lengths = sides.map((each) => [...each.values()].reduce((sum, { length }) => sum + length, 0));
  return [lengths[0] ?? 0, lengths[1] ?? 0];
};

async function agree(
  one: RecordSide,
  from: number,
  other: RecordSide,
  to: number,
  match: number,
): Promise<boolean> {
  for (let step = 0; step < match; step += 1) {
    const [a, b] = [await one.at(from + step), await other.at(to + step)];
    if (a === undefined && b === undefined) return step > 0;
    if (a?.key !== b?.key) return false;
  }
  return true;
}
