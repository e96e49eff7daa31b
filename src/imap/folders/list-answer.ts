/** Which mailboxes a LIST or an LSUB names, and with which attributes. Sources: RFC 9051 §7.3.1; RFC 5258 §3.5, §4; RFC 3501 §6.3.9. */
import type { ListPattern } from './list-pattern.ts';
import { type ListedMailbox, namesAbove } from './mailbox-tree.ts';
import type { ListSelection } from './parse-list.ts';

export interface ListedLine {
  readonly mailbox: ListedMailbox;
  /** `\HasNoChildren \Trash` */
  readonly attributes: string;
  /** What below it was selected, though itself perhaps not: `"SUBSCRIBED"`. */
  readonly childInfo: readonly string[];
}

/** @param names.nonExistent  `\NonExistent` is understood: else `\Noselect` is said */
export function listed(
  tree: readonly ListedMailbox[],
  patterns: readonly ListPattern[],
  selection: ListSelection,
  names: { readonly nonExistent: boolean; readonly subscribed: boolean },
): ListedLine[] {
  const lines: ListedLine[] = [];
  for (const mailbox of tree) {
    const childInfo = selection.recursive ? childInfoOf(mailbox, selection) : [];
    if (!isSelected(mailbox, selection) && childInfo.length === 0) continue;
    if (!patterns.some((pattern) => pattern.matches(mailbox.name))) continue;
    lines.push({ mailbox, attributes: attributesOf(mailbox, names).join(' '), childInfo });
  }
  return lines;
}

/** LSUB names what is above a name that is subscribed to only where a `%` does not reach down to it. RFC 3501 §6.3.9 */
export function lsubListed(
  tree: readonly ListedMailbox[],
  pattern: ListPattern,
): { readonly name: string; readonly isSubscribed: boolean }[] {
  const isReached = ({ name, isSubscribed }: ListedMailbox): boolean => isSubscribed && pattern.matches(name);
  const aboveReached = new Set(tree.filter(isReached).flatMap(({ name }) => namesAbove(name)));
  return tree
    .filter(
      (each) =>
        isReached(each) ||
        (!each.isSubscribed &&
          each.hasSubscribedBelow &&
          !aboveReached.has(each.name) &&
          pattern.matches(each.name)),
    )
    .map(({ name, isSubscribed }) => ({ name, isSubscribed }));
}

function isSelected(mailbox: ListedMailbox, { subscribed, specialUse }: ListSelection): boolean {
  if (subscribed && !mailbox.isSubscribed) return false;
  if (specialUse && mailbox.use === undefined) return false;
  // A name alone is listed for what is below it, or because it was asked for.
  return subscribed || mailbox.folder !== undefined || mailbox.hasChildren;
}

function childInfoOf(
  { hasSubscribedBelow, hasUseBelow }: ListedMailbox,
  { subscribed, specialUse }: ListSelection,
): string[] {
  const info: string[] = [];
  if (subscribed && hasSubscribedBelow) info.push('"SUBSCRIBED"');
  if (specialUse && hasUseBelow) info.push('"SPECIAL-USE"');
  return info;
}

function attributesOf(
  { folder, hasChildren, isSubscribed, use }: ListedMailbox,
  names: { readonly nonExistent: boolean; readonly subscribed: boolean },
): readonly string[] {
  return [
    ...(folder === undefined ? [names.nonExistent ? '\\NonExistent' : '\\Noselect'] : []),
    hasChildren ? '\\HasChildren' : '\\HasNoChildren',
    ...(names.subscribed && isSubscribed ? ['\\Subscribed'] : []),
    ...(use === undefined ? [] : [use]),
  ];
}
