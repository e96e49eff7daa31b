/** Of numbers in a row, one in so many at least must be wanted. */
const SPARSE = 4;

/** Whether so many numbers, from the least to the greatest, lie so close together that all between them are read faster than each of them. */
export const areClose = (count: number, least: number, greatest: number): boolean =>
  greatest - least < count * SPARSE;
