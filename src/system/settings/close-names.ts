/** The name somebody most likely meant. */

const MOST_DIFFERENT = 2;

/** @returns the one of `names` that differs in MOST_DIFFERENT characters at most; undefined when none or several do equally */
export function matchName(typed: string, names: readonly string[]): string | undefined {
  const ranked = names
    // Others differ in more, however long what was typed is.
    .filter(({ length }) => Math.abs(length - typed.length) <= MOST_DIFFERENT)
    .map((name) => ({ name, distance: editDistance(typed.toUpperCase(), name.toUpperCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best, next] = ranked;
  if (best === undefined || best.distance > MOST_DIFFERENT) return undefined;
  return next !== undefined && next.distance === best.distance ? undefined : best.name;
}

function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced));
    }
    row = next;
  }
  return row[other.length]!;
}
