/** Our node passes every case that it can be asked. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allCases } from './case-file.ts';
import { startOurs } from './ours.ts';
import { play } from './play.ts';
import { missingFor, type Offers, offersOf, type Target } from './target.ts';

const cases = allCases();
const notAsked = new Set<string>();
const asked = new Set<string>();
let target: Target & AsyncDisposable;
let offers: Offers;

beforeAll(async () => {
  target = await startOurs();
  offers = await offersOf(target);
});
afterAll(async () => await target?.[Symbol.asyncDispose]());

describe.each([...new Set(cases.map(({ id }) => id.split(' ')[0]!))])('%s', (name) => {
  test.for(cases.filter(({ id }) => id.startsWith(`${name} `)))(
    '$id $level: $rule',
    async (subject, { skip }) => {
      const missing = missingFor(subject, target, offers);
      if (missing !== undefined) {
        notAsked.add(missing);
        skip(missing);
      }
      for (const need of subject.needs) asked.add(need);
      const wrong = await play(subject, target);
      const note = subject.notes.get('ours');
      if (note === undefined) expect(wrong).toBeUndefined();
      else expect(wrong, `does as the rule says, although a note says it does not: ${note}`).toBeDefined();
    },
  );
});

test('no keyword is offered that no case was played for', () => {
  if (notAsked.size > 0) console.warn(`NOT PLAYED, because: ${[...notAsked].sort().join('; ')}`);
  const offered = new Set([...offers.keywords.values()].flatMap((each) => [...each]));
  expect([...offered].filter((keyword) => !asked.has(keyword) && keyword !== 'HELP')).toEqual([]);
});
