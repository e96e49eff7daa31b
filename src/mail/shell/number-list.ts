/** Message numbers as DELETE, MARK and UNMARK take them: `3`, `5`, `8-12`, `8:12`. Source: vms-mail.md §1.4. */
import { signal } from '../../condition/index.ts';
import { MAIL } from '../index.ts';

/** More numbers than this in one list is LISTTOOLONG. */
const LONGEST = 1_000_000;

/** Ascending, each once. Signals INVRANGE, LISTTOOLONG. */
export function parseNumberList(elements: readonly string[]): readonly number[] {
  const numbers = new Set<number>();
  for (const element of elements) {
    const [first, last] = parseRange(element);
    if (last - first + numbers.size > LONGEST) signal(MAIL.LISTTOOLONG);
    for (let number = first; number <= last; number += 1) numbers.add(number);
  }
  return [...numbers].sort((a, b) => a - b);
}

function parseRange(element: string): readonly [number, number] {
  const match = /^(\d{1,9})(?:[-:](\d{1,9}))?$/.exec(element);
  const first = Number(match?.[1]);
  const last = match?.[2] === undefined ? first : Number(match[2]);
  if (match === null || first < 1 || last < first) signal(MAIL.INVRANGE, element);
  return [first, last];
}
