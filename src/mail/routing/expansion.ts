/** Forwarding and lists, followed to their ends in one go: a loop is seen here, never on the queue. Source: vms-mail.md §5.5; RFC 5321 §3.9. */
import { condition } from '../../condition/index.ts';
import { MAIL } from '../messages.ts';
import type { AddressStep } from './address-step.ts';
import type { Destination } from './destination.ts';

/** Where `root` leads; `expanded` where that is more than one place, or a list with an owner. */
export async function expansion(
  root: string,
  step: (path: string) => Promise<AddressStep>,
): Promise<Destination> {
  /** Ends found, by their forward-path: a set, so that a member of two lists gets one copy. */
  const ends = new Map<string, { readonly path: string; readonly destination: Destination }>();
  const finished = new Set<string>();
  const above: { readonly key: string; readonly isList: boolean }[] = [];
  let rootLoop: Destination | undefined;
  /** The list that is reached first: its owner looks after those it leads to, in whatever lists they are named. */
  let list: Extract<AddressStep, { kind: 'list' }> | undefined;

  const follow = async (path: string): Promise<void> => {
    const next = await step(path);
    if (next.kind !== 'forward' && next.kind !== 'list') {
      const endName = endKey(next, path);
      if (!ends.has(endName)) ends.set(endName, { path, destination: next });
      return;
    }
    if (next.kind === 'list') list ??= next;
    const key = next.kind === 'list' ? `list ${next.name}` : `user ${next.userName}`;
    const seenAt = above.findIndex((each) => each.key === key);
    if (seenAt !== -1) {
      // Through a list everybody on it gets the message anyway; a loop of SET FORWARD reaches nobody. vms-mail.md §5.5
      if (next.kind === 'list' || above.slice(seenAt).some((each) => each.isList)) return;
      const loop: Destination = {
        kind: 'failed',
        reply: condition(MAIL.FORWLOOP, next.userName).message,
      };
      if (seenAt === 0) rootLoop = loop;
      ends.set(`loop ${key}`, { path, destination: loop });
      return;
    }
    if (finished.has(key)) return;
    above.push({ key, isList: next.kind === 'list' });
    for (const each of next.paths) await follow(each);
    above.pop();
    finished.add(key);
  };

  await follow(root);
  if (rootLoop !== undefined) return rootLoop;
  const found = [...ends.values()];
  const good = found.filter((each) => each.destination.kind !== 'failed');
  const only = found[0];
  if (only === undefined) return { kind: 'failed', reply: `550 5.1.1 <${root}> ... List is empty.` };
  if (good.length === 0) return only.destination;
  const isRootItself = found.length === 1 && only.path === root;
  const owner = list?.owner;
  if (isRootItself || (found.length === 1 && only.destination.kind === 'mailbox' && owner === undefined))
    return only.destination;
  const isList = (await step(root)).kind === 'list';
  return {
    ...(owner === undefined ? {} : { owner }),
    kind: 'expanded',
    forwardPaths: found.map(({ path, destination }) =>
      destination.kind === 'remote' ? destination.forwardPath : path,
    ),
    by: isList ? 'list' : 'forward',
  };
}

/** The same for all addresses that lead to one end. @param path  that led there */
export function endKey(end: Exclude<AddressStep, { kind: 'forward' | 'list' }>, path: string): string {
  switch (end.kind) {
    case 'mailbox':
      return `user ${end.userName} ${end.folder?.toUpperCase() ?? ''}`;
    case 'procedure':
      return `procedure ${end.alias.name}`;
    case 'remote':
      return end.forwardPath;
    case 'failed':
      return `failed ${path}`;
  }
}
