/** Names with `*` (any characters) and `%` (exactly one), in any case. */
import { matchesWildcard as matchesPattern } from '../file-specification/index.ts';

/** Never slow, whatever the pattern: it is an ordinary user who writes it, and every user's mail that waits. */
export const matchesWildcard = (pattern: string, name: string): boolean =>
  matchesPattern(pattern.toUpperCase(), name.toUpperCase());
