/** Threads as they are answered: trees of messages, and roots that stand for a message nobody has seen. Source: RFC 5256 §3, §4. */
import type { Breath } from '../breath.ts';
import { sortedIndexes } from './merge-sort.ts';

/** A place in a ThreadForest. */
export type ThreadNode = number;

/** What there is to know of the messages that are threaded, by their places: numbers ascend. */
export interface ThreadedMessages {
  readonly sequences: readonly number[];
  readonly dates: readonly number[];
  /** The same number for the same base subject; 0 for none. */
  readonly subjects: readonly number[];
  readonly areReplies: readonly boolean[];
}

/** Nodes looked at without a pause. */
const AT_ONCE = 4_096;

export class ThreadForest {
  readonly #messages: ThreadedMessages;
  /** Places in `messages`; -1 for a node nobody has seen. */
  readonly #places: number[];
  readonly #children: (number[] | undefined)[];
  #roots: ThreadNode[] = [];

  /** @param places  of nodes, in `messages`; -1 for one that has none */
  constructor(messages: ThreadedMessages, places: number[]) {
    this.#messages = messages;
    this.#places = places;
    this.#children = [];
  }

  get roots(): readonly ThreadNode[] {
    return this.#roots;
  }
  set roots(roots: ThreadNode[]) {
    this.#roots = roots;
  }

  add(children: ThreadNode[]): ThreadNode {
    const node = this.#places.push(-1) - 1;
    this.#children[node] = children;
    return node;
  }

  /** Whether nobody has seen it. */
  isEmpty(node: ThreadNode): boolean {
    return this.#places[node] === -1;
  }

  children(node: ThreadNode): readonly ThreadNode[] {
    return this.#children[node] ?? [];
  }

  setChildren(node: ThreadNode, children: ThreadNode[]): void {
    this.#children[node] = children.length === 0 ? undefined : children;
  }

  addChildren(node: ThreadNode, children: readonly ThreadNode[]): void {
    const known = this.#children[node];
    if (known === undefined) this.setChildren(node, [...children]);
    else for (const child of children) known.push(child);
  }

  /** That of the first child, where nobody has seen the node; 0 for none. */
  subject(node: ThreadNode): number {
    return this.#messages.subjects[this.#shown(node)] ?? 0;
  }
  isReply(node: ThreadNode): boolean {
    return this.#messages.areReplies[this.#shown(node)] ?? false;
  }

  /** By the date they were sent, then by number. RFC 5256 §2.2, §3 */
  async sorted(nodes: ThreadNode[], breath: Breath): Promise<ThreadNode[]> {
    const { dates } = this.#messages;
    const compare = (a: ThreadNode, b: ThreadNode): number => {
      const [first, second] = [this.#shown(a), this.#shown(b)];
      return (dates[first] ?? 0) - (dates[second] ?? 0) || first - second;
    };
    if (nodes.length < 2) return nodes;
    if (nodes.length <= AT_ONCE) return nodes.sort(compare);
    const order = await sortedIndexes(nodes.length, (a, b) => compare(nodes[a]!, nodes[b]!), breath);
    return Array.from(order, (index) => nodes[index]!);
  }

  /**
   * `(2)(3 6 (4 23)(44 7 96))`, in pieces. thread-list = "(" (thread-members / thread-nested) ")"
   * @param numberOf  what a message is called, by its sequence number
   */
  *lists(numberOf: (sequence: number) => number): Generator<string> {
    const open: (ThreadNode | undefined)[] = this.#roots.toReversed();
    let text = '';
    while (open.length > 0) {
      const next = open.pop();
      text += next === undefined ? ')' : `(${this.#members(next, open, numberOf)}`;
      if (text.length > 32_768) {
        yield text;
        text = '';
      }
    }
    yield text;
  }

  /** One below the other, down to where there are several; those, and the end of the list, come next. */
  #members(
    first: ThreadNode,
    open: (ThreadNode | undefined)[],
    numberOf: (sequence: number) => number,
  ): string {
    let members = '';
    open.push(undefined);
    for (let node = first; ; ) {
      const place = this.#places[node]!;
      if (place !== -1)
        members += `${members === '' ? '' : ' '}${numberOf(this.#messages.sequences[place]!)}`;
      const children = this.children(node);
      if (children.length === 1) {
        node = children[0]!;
        continue;
      }
      if (children.length === 0) return members;
      for (let index = children.length - 1; index >= 0; index--) open.push(children[index]);
      return members === '' ? '' : `${members} `;
    }
  }

  /** The message a node is known by. */
  #shown(node: ThreadNode): number {
    let shown = node;
    while (this.#places[shown] === -1) {
      const [first] = this.children(shown);
      if (first === undefined) return -1;
      shown = first;
    }
    return this.#places[shown]!;
  }
}
