/** Sorting a million things while others are served. Stable. */
import type { Breath } from '../breath.ts';

const RUN = 4_096;

/** 0 to `count - 1`, in the order of `compare`; equal ones as they were. Throws SearchStopped. */
export async function sortedIndexes(
  count: number,
  compare: (a: number, b: number) => number,
  breath: Breath,
): Promise<Uint32Array> {
  let from = Uint32Array.from({ length: count }, (_, index) => index);
  for (let start = 0; start < count; start += RUN) {
    from.subarray(start, start + RUN).sort((a, b) => compare(a, b) || a - b);
    await breath.take();
  }
  let to = new Uint32Array(count);
  for (let width = RUN; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width)
      await merge(from, to, start, Math.min(start + width, count), Math.min(start + 2 * width, count));
    [from, to] = [to, from];
  }
  return from;

  async function merge(
    source: Uint32Array,
    target: Uint32Array,
    first: number,
    second: number,
    end: number,
  ): Promise<void> {
    let [left, right] = [first, second];
    for (let at = first; at < end; at++) {
      if (at % RUN === 0) await breath.take();
      const takesLeft = right >= end || (left < second && compare(source[left]!, source[right]!) <= 0);
      target[at] = takesLeft ? source[left++]! : source[right++]!;
    }
  }
}
