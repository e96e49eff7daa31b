/** Which message answers which, while that is found out; circles are refused. Source: RFC 5256 §3 (REFERENCES, step 1). */

/** Steps up that are taken for a message to find circles; in threads that are deeper, what could close one is not linked. */
const MOST_STEPS = 10_000;
/** Messages that nobody has seen: for each that was found so many, and these. */
const UNSEEN_EACH = 8;
const UNSEEN = 10_000;
const NONE = -1;

export class ThreadLinks {
  /** By node; -1 for none. */
  readonly parents: number[] = [];
  /** By node, the message it is; -1 for none. */
  readonly places: number[] = [];
  readonly #childCounts: number[] = [];
  readonly #nodes = new Map<string, number>();
  #seen = 0;
  /** Taken for the message that is looked at. */
  #steps = 0;

  /** The next message, with the identifiers of those it answers: the eldest first. */
  add(id: string | undefined, references: readonly string[]): void {
    const place = this.#seen++;
    this.#steps = 0;
    const node = this.#nodeOf(id, place);
    let before: number | undefined;
    for (const reference of references) {
      const next = this.#referenced(reference);
      if (next === undefined) continue;
      // Who has a parent keeps it: a list of references may leave out some.
      if (before !== undefined && this.parents[next] === NONE) this.#link(before, next);
      before = next;
    }
    if (before !== undefined) this.#link(before, node);
  }

  /** A second message of the same identifier is another, and nobody answers it. */
  #nodeOf(id: string | undefined, place: number): number {
    const known = id === undefined ? undefined : this.#nodes.get(id);
    if (known !== undefined && this.places[known] === NONE) {
      this.places[known] = place;
      return known;
    }
    const node = this.#node(place);
    if (id !== undefined && known === undefined) this.#nodes.set(id, node);
    return node;
  }

  #referenced(id: string): number | undefined {
    const known = this.#nodes.get(id);
    if (known !== undefined) return known;
    if (this.places.length >= (UNSEEN_EACH + 1) * this.#seen + UNSEEN) return undefined;
    const node = this.#node(NONE);
    this.#nodes.set(id, node);
    return node;
  }

  #node(place: number): number {
    this.parents.push(NONE);
    this.#childCounts.push(0);
    return this.places.push(place) - 1;
  }

  #link(parent: number, child: number): void {
    const before = this.parents[child]!;
    if (before === parent || this.#isAbove(child, parent)) return;
    if (before !== NONE) this.#childCounts[before]!--;
    this.parents[child] = parent;
    this.#childCounts[parent]!++;
  }

  #isAbove(node: number, below: number): boolean {
    if (node === below) return true;
    if (this.#childCounts[node] === 0) return false;
    for (let at = below; at !== NONE; at = this.parents[at]!) {
      this.#steps += 1;
      if (at === node || this.#steps > MOST_STEPS) return true;
    }
    return false;
  }
}
