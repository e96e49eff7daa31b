/**
 * What the mail store finds by its own indexes: of a large mailbox the few messages that may meet a key, before their records are
 * looked at one by one. Source: RFC 9051 §6.4.4.
 */
import type { SelectionCriteria } from '../../ports/mail-store.ts';
import { startOfDay } from './calendar-day.ts';
import type { SearchKey } from './search-key.ts';

export type Narrowing = Pick<SelectionCriteria, 'new' | 'marked' | 'since' | 'before'>;

/** What every message that meets the key has. Undefined: nothing the store knows, or numbers say more. */
export function narrowing(key: SearchKey, now: number): Narrowing | undefined {
  const keys = key.kind === 'and' ? key.keys : [key];
  if (keys.some(({ kind }) => kind === 'places')) return undefined;
  let found: Narrowing = {};
  for (const each of keys) found = { ...found, ...criterion(each, now, found) };
  return Object.keys(found).length === 0 ? undefined : found;
}

function criterion(key: SearchKey, now: number, { since, before }: Narrowing): Narrowing {
  switch (key.kind) {
    case 'flag':
      return key.flag === 'new' ? { new: true } : key.flag === 'marked' ? { marked: true } : {};
    case 'younger':
      return { since: Math.max(now - key.seconds * 1_000, since ?? 0) };
    case 'received':
      return {
        ...(Number.isFinite(key.from) ? { since: Math.max(startOfDay(key.from), since ?? 0) } : {}),
        ...(Number.isFinite(key.to)
          ? { before: Math.min(startOfDay(key.to), before ?? Number.MAX_SAFE_INTEGER) }
          : {}),
      };
    default:
      return {};
  }
}
