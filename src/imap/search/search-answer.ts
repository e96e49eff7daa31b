/** What SEARCH answers, old and extended, and SORT. Sources: RFC 3501 §7.2.5; RFC 9051 §7.3.4; RFC 4731 §3.1; RFC 7162 §3.1.6, §3.1.10. */
import { formatNumbers } from '../syntax/number-set.ts';
import type { ReturnOptions } from './parse-search.ts';

/** Numbers ascend, but those of SORT; they are unique identifiers where the client asked for these. */
export interface SearchResult {
  readonly numbers: readonly number[];
  /** The greatest of what is answered, where the client asked by it. */
  readonly modseq: number | undefined;
}

/** Numbers said in one piece. */
const PIECE = 4_096;

/** `* SEARCH 2 84 882`, in pieces. */
export function* numbersAnswer(
  name: 'SEARCH' | 'SORT',
  { numbers, modseq }: SearchResult,
): Generator<string> {
  yield `* ${name}`;
  for (let at = 0; at < numbers.length; at += PIECE) yield ` ${numbers.slice(at, at + PIECE).join(' ')}`;
  if (modseq !== undefined && numbers.length > 0) yield ` (MODSEQ ${modseq})`;
  yield '\r\n';
}

/** `* ESEARCH (TAG "A1") UID ALL 4:19,21,28 COUNT 18`; what was not found is not named, but COUNT. */
export function* extendedAnswer(
  tag: string,
  byUid: boolean,
  returns: ReturnOptions,
  { numbers, modseq }: SearchResult,
): Generator<string> {
  yield `* ESEARCH (TAG "${tag.replace(/["\\]/g, '\\$&')}")${byUid ? ' UID' : ''}`;
  const isFound = numbers.length > 0;
  if (returns.min && isFound) yield ` MIN ${numbers[0]}`;
  if (returns.max && isFound) yield ` MAX ${numbers.at(-1)}`;
  if (returns.all && isFound) yield ` ALL ${formatNumbers(numbers)}`;
  if (returns.count) yield ` COUNT ${numbers.length}`;
  if (modseq !== undefined && isFound) yield ` MODSEQ ${modseq}`;
  yield '\r\n';
}
