/** What failed lately, for a few minutes: so that it is not found out again with every message. */
import type { Clock } from '../../ports/clock.ts';

export interface RecentFailures {
  note(name: string): void;
  forget(name: string): void;
  has(name: string): boolean;
}

const REMEMBERED_MS = 5 * 60_000;
const NAMES_AT_MOST = 10_000;

export function createRecentFailures(clock: Clock): RecentFailures {
  const failures = new Map<string, number>();
  return {
    note(name) {
      if (failures.size >= NAMES_AT_MOST) failures.clear();
      failures.set(name, clock.now());
    },
    forget: (name) => void failures.delete(name),
    has(name) {
      const failedAt = failures.get(name);
      if (failedAt === undefined) return false;
      // A clock set back must not keep it for ever.
      if (Math.abs(clock.now() - failedAt) < REMEMBERED_MS) return true;
      failures.delete(name);
      return false;
    },
  };
}
