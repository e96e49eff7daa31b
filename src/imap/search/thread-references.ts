/** Threads by who answers whom, and by subjects where that is not said. Source: RFC 5256 §3 (REFERENCES). */
import type { Breath } from '../breath.ts';
import { type ThreadedMessages, ThreadForest, type ThreadNode } from './thread-forest.ts';
import type { ThreadLinks } from './thread-links.ts';

/** Nodes looked at without a pause. */
const AT_ONCE = 4_096;

export async function threadByReferences(
  messages: ThreadedMessages,
  links: ThreadLinks,
  breath: Breath,
): Promise<ThreadForest> {
  const forest = new ThreadForest(messages, links.places);
  const roots = await withoutUnseen(forest, links.parents, breath);
  forest.roots = await gathered(forest, await forest.sorted(roots, breath), breath);
  return forest;
}

/** (2), (3): trees, without nodes nobody has seen; but for roots that hold several together. Children are sorted. */
async function withoutUnseen(
  forest: ThreadForest,
  parents: readonly number[],
  breath: Breath,
): Promise<ThreadNode[]> {
  const { roots, below } = await treesOf(parents, breath);
  const order: ThreadNode[] = [...roots];
  for (let at = 0; at < order.length; at++) {
    if (at % AT_ONCE === 0) await breath.take();
    for (const child of below.get(order[at]!) ?? []) order.push(child);
  }
  // From the leaves up: what is below has been cleared before.
  for (let at = order.length - 1; at >= 0; at--) {
    if (at % AT_ONCE === 0) await breath.take();
    const node = order[at]!;
    const children = mergedChildren(forest, below.get(node) ?? []);
    below.delete(node);
    forest.setChildren(node, forest.isEmpty(node) ? children : await forest.sorted(children, breath));
  }
  const kept: ThreadNode[] = [];
  for (const root of roots) {
    const children = forest.children(root);
    if (!forest.isEmpty(root)) kept.push(root);
    else if (children.length === 1) kept.push(children[0]!);
    else if (children.length > 1) {
      forest.setChildren(root, await forest.sorted([...children], breath));
      kept.push(root);
    }
  }
  return kept;
}

async function treesOf(
  parents: readonly number[],
  breath: Breath,
): Promise<{ readonly roots: ThreadNode[]; readonly below: Map<ThreadNode, ThreadNode[]> }> {
  const roots: ThreadNode[] = [];
  const below = new Map<ThreadNode, ThreadNode[]>();
  for (let node = 0; node < parents.length; node++) {
    if (node % AT_ONCE === 0) await breath.take();
    const parent = parents[node]!;
    const siblings = below.get(parent);
    if (parent === -1) roots.push(node);
    else if (siblings === undefined) below.set(parent, [node]);
    else siblings.push(node);
  }
  return { roots, below };
}

/** In place of those nobody has seen their children. The longest list takes up the others, so that none is copied often. */
function mergedChildren(forest: ThreadForest, nodes: readonly ThreadNode[]): ThreadNode[] {
  const seen = nodes.filter((node) => !forest.isEmpty(node));
  const lists: ThreadNode[][] = [seen];
  for (const node of nodes) if (forest.isEmpty(node)) lists.push(forest.children(node) as ThreadNode[]);
  if (lists.length === 1) return seen;
  let longest = seen;
  for (const list of lists) if (list.length > longest.length) longest = list;
  for (const list of lists) if (list !== longest) for (const node of list) longest.push(node);
  return longest;
}

/** (4) to (6): threads of the same subject become one. @param roots  sorted */
async function gathered(
  forest: ThreadForest,
  roots: readonly ThreadNode[],
  breath: Breath,
): Promise<ThreadNode[]> {
  const bySubject = rootsBySubject(forest, roots);
  const kept = new Set<ThreadNode>();
  const changed = new Set<ThreadNode>();
  for (const root of roots) {
    const subject = forest.subject(root);
    const known = subject === 0 ? root : bySubject.get(subject)!;
    if (known === root) {
      kept.add(root);
      continue;
    }
    const isAnswer = forest.isReply(root) && !forest.isReply(known);
    if (forest.isEmpty(known) || isAnswer) {
      forest.addChildren(known, forest.isEmpty(root) ? forest.children(root) : [root]);
      changed.add(known);
    } else {
      const pair = forest.add([known, root]);
      bySubject.set(subject, pair);
      kept.delete(known);
      kept.add(pair);
      changed.add(pair);
    }
  }
  for (const node of changed) {
    await breath.take();
    forest.setChildren(node, await forest.sorted([...forest.children(node)], breath));
  }
  return forest.sorted([...kept], breath);
}

/** (5 B): of each subject a root nobody has seen, else one that is no answer, else the first. */
function rootsBySubject(forest: ThreadForest, roots: readonly ThreadNode[]): Map<number, ThreadNode> {
  const found = new Map<number, ThreadNode>();
  for (const root of roots) {
    const subject = forest.subject(root);
    if (subject === 0) continue;
    const known = found.get(subject);
    const isBetter =
      known === undefined ||
      (!forest.isEmpty(known) && (forest.isEmpty(root) || (forest.isReply(known) && !forest.isReply(root))));
    if (isBetter) found.set(subject, root);
  }
  return found;
}
