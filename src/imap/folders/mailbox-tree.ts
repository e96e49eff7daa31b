/**
 * The mailboxes of a user by name, with names above them that are none themselves, and with those somebody has subscribed to.
 * Source: RFC 9051 §6.3.9, §7.3.1; RFC 5258 §3.
 */
import { NEWMAIL } from '../../mail/index.ts';
import { DELIMITER, INBOX } from '../folder-name.ts';
import { type SpecialUse, specialUseOf } from './special-use.ts';
import type { Spelling } from './spelling.ts';

export interface ListedMailbox {
  readonly name: string;
  /** Undefined: there is no such folder, but others below it, or it was subscribed to. */
  readonly folder: string | undefined;
  readonly hasChildren: boolean;
  readonly isSubscribed: boolean;
  readonly use: SpecialUse | undefined;
  /** Something below is subscribed to. */
  readonly hasSubscribedBelow: boolean;
  readonly hasUseBelow: boolean;
}

/**
 * INBOX is first, the others by name.
 * @param folders  those that are there
 * @param spelling  what they are called
 * @param subscriptions  what the user has said of folders. Of those that are there he sees all others, too: mail gets into folders that no
 * program has made, and many programs show nothing else.
 */
export function mailboxTree(
  folders: Iterable<string>,
  subscriptions: ReadonlyMap<string, boolean>,
  wastebasket: string,
  spelling: Pick<Spelling, 'nameOf'>,
): readonly ListedMailbox[] {
  const standing = new Map([...folders].filter(hasName).map((folder) => [spelling.nameOf(folder), folder]));
  const uses = specialUseOf(new Set(standing.values()), wastebasket);
  const subscribed = new Set(
    [...new Set([...standing.values(), ...subscriptions.keys()])]
      .filter((folder) => subscriptions.get(folder) !== false)
      .map((folder) => spelling.nameOf(folder)),
  );
  const parents = new Set<string>();
  const aboveSubscribed = new Set<string>();
  const aboveUses = new Set<string>();
  for (const [name, folder] of standing) {
    for (const above of namesAbove(name)) {
      parents.add(above);
      if (uses.has(folder)) aboveUses.add(above);
    }
  }
  for (const name of subscribed) for (const above of namesAbove(name)) aboveSubscribed.add(above);
  const names = new Set([...standing.keys(), ...parents, ...subscribed, ...aboveSubscribed]);
  return [...names].sort(byName).map((name) => {
    const folder = standing.get(name);
    return {
      name,
      folder,
      hasChildren: parents.has(name),
      isSubscribed: subscribed.has(name),
      use: folder === undefined ? undefined : uses.get(folder),
      hasSubscribedBelow: aboveSubscribed.has(name),
      hasUseBelow: aboveUses.has(name),
    };
  });
}

/** Deviation: a folder that MAIL calls INBOX is not seen by clients, for whom NEWMAIL has that name. */
const hasName = (folder: string): boolean => folder !== INBOX;

/** `a/b/c` is below `a/b` and `a`. */
export function namesAbove(name: string): readonly string[] {
  const above: string[] = [];
  for (let at = name.indexOf(DELIMITER); at !== -1; at = name.indexOf(DELIMITER, at + 1)) {
    if (at > 0 && name[at - 1] !== DELIMITER) above.push(name.slice(0, at));
  }
  return above;
}

export const isBelow = (name: string, above: string): boolean => namesAbove(name).includes(above);

const byName = (a: string, b: string): number => {
  if (a === INBOX || b === INBOX) return a === b ? 0 : a === INBOX ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
};

/** NEWMAIL and the wastebasket are there whether there is mail in them or not. */
export const standingFolders = (
  folders: readonly { readonly name: string }[],
  wastebasket: string,
): ReadonlySet<string> =>
  new Set([NEWMAIL, ...(wastebasket === '' ? [] : [wastebasket]), ...folders.map(({ name }) => name)]);
