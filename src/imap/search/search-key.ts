/** What SEARCH looks for: keys, and keys of keys. Source: RFC 9051 §6.4.4; RFC 5032; RFC 7162 §3.1.5; RFC 8474 §6. */
import type { ClientFlags } from '../../ports/mailboxes.ts';
import type { NumberRange, NumberSet } from '../syntax/number-set.ts';

/** `$`: the result that was saved. RFC 9051 §6.4.4.1 */
export type SavedOr<T> = T | '$';

export type SearchKey =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'and' | 'or'; readonly keys: readonly SearchKey[] }
  | { readonly kind: 'not'; readonly key: SearchKey }
  /** As it was written; `resolve` makes it `places`. */
  | { readonly kind: 'numbers'; readonly byUid: boolean; readonly set: SavedOr<NumberSet> }
  /** Ascending ranges that do not meet. */
  | { readonly kind: 'places'; readonly byUid: boolean; readonly ranges: readonly NumberRange[] }
  | { readonly kind: 'flag'; readonly flag: Exclude<keyof ClientFlags, 'foreign'> }
  /** Lower case. */
  | { readonly kind: 'keyword'; readonly keyword: string }
  /** Days as `calendarDay` counts them: [from, to). */
  | { readonly kind: 'received'; readonly from: number; readonly to: number }
  | { readonly kind: 'sent'; readonly from: number; readonly to: number }
  /** Received at most, or at least, so many seconds ago. */
  | { readonly kind: 'younger' | 'older'; readonly seconds: number }
  | { readonly kind: 'larger' | 'smaller'; readonly octets: number }
  | { readonly kind: 'modseq'; readonly modseq: number }
  | { readonly kind: 'emailId'; readonly id: string }
  /** `field` in lower case; `text` as `casemap` has it, '' for a field that is there at all. */
  | { readonly kind: 'header'; readonly field: string; readonly text: string }
  | TextKey;

/** `body`: without the header of the message. `text` as `casemap` has it. */
export interface TextKey {
  readonly kind: 'body' | 'text';
  readonly text: string;
}

/** What has to be read before a key is decided: nothing, the record, the header, the text. */
export type Cost = 0 | 1 | 2 | 3;

const costs = {
  all: 0,
  none: 0,
  numbers: 0,
  places: 0,
  flag: 1,
  keyword: 1,
  received: 1,
  younger: 1,
  older: 1,
  modseq: 1,
  emailId: 1,
  larger: 2,
  smaller: 2,
  sent: 2,
  header: 2,
  body: 3,
  text: 3,
} as const satisfies Record<Exclude<SearchKey['kind'], 'and' | 'or' | 'not'>, Cost>;

/** That of its dearest part. */
export function costOf(key: SearchKey): Cost {
  if (key.kind === 'not') return costOf(key.key);
  if (key.kind !== 'and' && key.kind !== 'or') return costs[key.kind];
  let cost: Cost = 0;
  for (const each of key.keys) {
    const own = costOf(each);
    if (own > cost) cost = own;
  }
  return cost;
}

/** One key of many; what is nested for no reason becomes flat. */
export function combine(kind: 'and' | 'or', keys: readonly SearchKey[]): SearchKey {
  const [only, second] = keys;
  if (only !== undefined && second === undefined) return only;
  return { kind, keys: keys.flatMap((each) => (each.kind === kind ? each.keys : [each])) };
}

export const negation = (key: SearchKey): SearchKey => (key.kind === 'not' ? key.key : { kind: 'not', key });

/** Whether a key, or a key in it, meets the condition. */
export function someKey(key: SearchKey, condition: (key: SearchKey) => boolean): boolean {
  if (key.kind === 'not') return someKey(key.key, condition);
  if (key.kind === 'and' || key.kind === 'or') return key.keys.some((each) => someKey(each, condition));
  return condition(key);
}
