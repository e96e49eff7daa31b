/** Wildcards of file specifications: `*` any run of characters, `%` exactly one, `...` any depth. Source: dcl.md §12. */

/** Upper case on both sides; linear in time for one star, never exponential. */
export function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let index = 0;
  let star = -1;
  let retry = 0;
  while (index < text.length) {
    const wanted = pattern.charAt(at);
    if (wanted === '*') {
      star = at;
      retry = index;
      at += 1;
    } else if (at < pattern.length && (wanted === '%' || wanted === text.charAt(index))) {
      at += 1;
      index += 1;
    } else if (star !== -1) {
      at = star + 1;
      retry += 1;
      index = retry;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

/** Does a directory of these components fit the pattern's components? `...` stands for none or more. */
export function matchesDirectory(pattern: readonly string[], components: readonly string[]): boolean {
  const [first, ...others] = pattern;
  if (first === undefined) return components.length === 0;
  if (first === '...') {
    return (
      components.some((_, skip) => matchesDirectory(others, components.slice(skip))) ||
      matchesDirectory(others, [])
    );
  }
  const [component, ...deeper] = components;
  return component !== undefined && matchesWildcard(first, component) && matchesDirectory(others, deeper);
}
