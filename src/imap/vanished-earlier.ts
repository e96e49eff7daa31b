/** Which messages of those a client knows are gone. Source: RFC 7162 §3.2.5.1, §3.2.6. */
import type { MailboxChanges } from '../ports/mailboxes.ts';
import type { MailboxView } from './mailbox-view.ts';
import {
  formatNumbers,
  formatRanges,
  isInRanges,
  type NumberRange,
  type NumberSet,
  rangesOf,
} from './syntax/number-set.ts';

type View = Pick<MailboxView, 'nextUid' | 'sequenceOf' | 'places'>;

/** The set of their numbers; empty where there are none. @param known  undefined: all that there ever were */
export function vanishedOf(
  view: View,
  { vanished }: Pick<MailboxChanges, 'vanished'>,
  known: NumberSet | undefined,
): string {
  if (vanished === undefined) return formatRanges(absentRanges(view, known));
  const isKnown = memberOf(known);
  return formatNumbers(
    vanished.filter((uid) => uid < view.nextUid && view.sequenceOf(uid) === undefined && isKnown(uid)),
  );
}

/** The store has forgotten what vanished: every number that is not there may have. What lies between two messages is one range. */
function* absentRanges(view: View, known: NumberSet | undefined): Generator<NumberRange> {
  const greatest = view.nextUid - 1;
  if (greatest === 0) return;
  for (const { first, last } of rangesOf(known ?? [{ from: 1, to: '*' }], greatest)) {
    const end = Math.min(last, greatest);
    if (first > end) continue;
    let next = first;
    for (const { uid } of view.places([{ from: first, to: end }], true)!) {
      if (uid > next) yield { first: next, last: uid - 1 };
      next = uid + 1;
    }
    if (next <= end) yield { first: next, last: end };
  }
}

/** @param set  undefined: every number is in it */
export function memberOf(set: NumberSet | undefined): (uid: number) => boolean {
  if (set === undefined) return () => true;
  const ranges = rangesOf(set, Number.MAX_SAFE_INTEGER);
  return (uid) => isInRanges(ranges, uid);
}
