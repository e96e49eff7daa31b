/** Wildcard patterns of user, service, host and queue names: `*` any string, `%` one character; case-blind. */
export function matchesNamePattern(name: string, pattern: string): boolean {
  const source = [...pattern].map((character) => {
    if (character === '*') return '.*';
    if (character === '%') return '.';
    return character.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source.join('').replace(/(\.\*)+/g, '.*')}$`, 'is').test(name);
}

export const hasWildcard = (pattern: string): boolean => /[*%]/.test(pattern);
