/** Which messages of those a client knows are gone. Source: RFC 7162 §3.2.5.1, §3.2.6. */
import type { MailboxChanges } from '../ports/mailboxes.ts';
import type { MailboxView } from './mailbox-view.ts';
import { isInRanges, type NumberSet, rangesOf } from './syntax/number-set.ts';

/** Numbers told where the store has forgotten which have vanished. */
const MOST_ABSENT = 1_000_000;

/** Ascending. @param known  undefined: all that there ever were */
export function vanishedOf(
  view: MailboxView,
  changes: Pick<MailboxChanges, 'vanished'>,
  known: NumberSet | undefined,
): readonly number[] {
  const isKnown = memberOf(known);
  const vanished = changes.vanished ?? [...absentNumbers(view, known)];
  return vanished.filter((uid) => uid < view.nextUid && view.sequenceOf(uid) === undefined && isKnown(uid));
}

/** What vanished is forgotten: every number that is not there may have. */
function* absentNumbers(view: MailboxView, known: NumberSet | undefined): Generator<number> {
  let told = 0;
  for (const { first, last } of rangesOf(known ?? [{ from: 1, to: '*' }], view.nextUid - 1))
    for (let uid = first; uid <= Math.min(last, view.nextUid - 1) && told < MOST_ABSENT; uid++, told++)
      yield uid;
}

/** @param set  undefined: every number is in it */
export function memberOf(set: NumberSet | undefined): (uid: number) => boolean {
  if (set === undefined) return () => true;
  const ranges = rangesOf(set, Number.MAX_SAFE_INTEGER);
  return (uid) => isInRanges(ranges, uid);
}
