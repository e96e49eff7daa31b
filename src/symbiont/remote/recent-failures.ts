/** What failed lately, for a few minutes: so that it is not found out again with every message. */
import type { Clock } from '../../ports/clock.ts';

export interface RecentFailures<What = undefined> {
  note(name: string, what?: What): void;
  forget(name: string): void;
  has(name: string): boolean;
  /** What was noted last; undefined where nothing failed lately. */
  what(name: string): What | undefined;
}

const REMEMBERED_MS = 5 * 60_000;
const NAMES_AT_MOST = 10_000;

export function createRecentFailures<What = undefined>(clock: Clock): RecentFailures<What> {
  const failures = new Map<string, { readonly at: number; readonly what: What | undefined }>();
  const recent = (name: string): { readonly what: What | undefined } | undefined => {
    const failure = failures.get(name);
    // A clock set back must not keep it for ever.
    if (failure === undefined || Math.abs(clock.now() - failure.at) < REMEMBERED_MS) return failure;
    failures.delete(name);
    return undefined;
  };
  return {
    note(name, what) {
      if (failures.size >= NAMES_AT_MOST) failures.clear();
      failures.set(name, { at: clock.now(), what });
    },
    forget: (name) => void failures.delete(name),
    has: (name) => recent(name) !== undefined,
    what: (name) => recent(name)?.what,
  };
}
