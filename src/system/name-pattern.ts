/** Wildcard patterns of user, service, host and queue names: `*` any string, `%` one character; case-blind. */
import { matchesWildcard } from '../file-specification/index.ts';

export const matchesNamePattern = (name: string, pattern: string): boolean =>
  matchesWildcard(pattern.toUpperCase(), name.toUpperCase());

export const hasWildcard = (pattern: string): boolean => /[*%]/.test(pattern);
