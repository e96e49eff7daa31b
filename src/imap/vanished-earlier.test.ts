import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Places } from './places.ts';
import { parseNumberSet, rangesOf } from './syntax/number-set.ts';
import { vanishedOf } from './vanished-earlier.ts';

/** A view of the messages of these numbers. @param uids  ascending */
function viewOf(uids: readonly number[], nextUid: number): Parameters<typeof vanishedOf>[0] {
  const numbers = { uidAt: (sequence: number) => uids[sequence - 1]! };
  const indexFrom = (uid: number): number => uids.filter((each) => each < uid).length;
  return {
    nextUid,
    sequenceOf: (uid) => (uids.includes(uid) ? uids.indexOf(uid) + 1 : undefined),
    places: (set) =>
      new Places(
        numbers,
        rangesOf(set, nextUid).map(({ first, last }) => ({
          first: indexFrom(first) + 1,
          last: indexFrom(last + 1),
        })),
      ),
  };
}

const numbersOf = (text: string): readonly number[] =>
  text === ''
    ? []
    : rangesOf(parseNumberSet(text)!, 0).flatMap(({ first, last }) =>
        Array.from({ length: last - first + 1 }, (_, index) => first + index),
      );

test('where the store has forgotten, all that is known and not there has vanished, and nothing else', () => {
  const some = fc.uniqueArray(fc.integer({ min: 1, max: 40 }));
  fc.assert(
    fc.property(some, some, fc.integer({ min: 1, max: 45 }), (there, asked, more) => {
      const uids = there.toSorted((a, b) => a - b);
      const nextUid = Math.max(more, (uids.at(-1) ?? 0) + 1);
      const known = asked.length === 0 ? undefined : parseNumberSet(asked.join(','));
      const gone = Array.from({ length: nextUid - 1 }, (_, index) => index + 1).filter(
        (uid) => !uids.includes(uid) && (known === undefined || asked.includes(uid)),
      );
      expect(numbersOf(vanishedOf(viewOf(uids, nextUid), { vanished: undefined }, known))).toEqual(gone);
    }),
  );
});

test('of a folder that has had four thousand million messages all that are gone are told', () => {
  const view = viewOf([7, 3_000_000_000], 4_000_000_000);
  expect(vanishedOf(view, { vanished: undefined }, undefined)).toBe('1:6,8:2999999999,3000000001:3999999999');
});
