/** Names with `*` (any characters) and `%` (exactly one), in any case. */
export function matchesWildcard(pattern: string, name: string): boolean {
  const expression = pattern
    .replace(/[\\^$.|?+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('%', '.');
  return new RegExp(`^${expression}$`, 'is').test(name);
}
