/** @returns the first place, 0 to `length`, that `isBefore` is not true of, where it is true of the first ones alone */
export function firstBehind(length: number, isBefore: (place: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
