/**
 * Abbreviation of verbs, qualifiers and keywords: any unique prefix, and only four characters are significant.
 * Source: dcl.md §6.1.
 */
export type Match =
  | { readonly kind: 'unique'; readonly name: string }
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'none' };

const SIGNIFICANT = 4;

/** @param typed upper case. @param names upper case; duplicates count once. */
export function matchAbbreviation(typed: string, names: Iterable<string>): Match {
  const strict = matchPrefix(typed, names);
  return strict.kind === 'none' ? matchSignificant(typed, names) : strict;
}

/** What is typed must be the beginning of the name. */
export function matchPrefix(typed: string, names: Iterable<string>): Match {
  const found = new Set<string>();
  if (typed === '') return { kind: 'none' };
  for (const name of names) {
    if (name === typed) return { kind: 'unique', name };
    if (name.startsWith(typed)) found.add(name);
  }
  return only(found);
}

/** Characters beyond the fourth are not looked at: `DIRECTROY` is DIRECTORY. */
export function matchSignificant(typed: string, names: Iterable<string>): Match {
  if (typed.length <= SIGNIFICANT) return { kind: 'none' };
  const start = typed.slice(0, SIGNIFICANT);
  const found = new Set([...names].filter((name) => name.startsWith(start)));
  return found.size === 1 ? only(found) : { kind: 'none' };
}

function only(found: ReadonlySet<string>): Match {
  const [name] = found;
  if (name === undefined) return { kind: 'none' };
  return found.size === 1 ? { kind: 'unique', name } : { kind: 'ambiguous' };
}
