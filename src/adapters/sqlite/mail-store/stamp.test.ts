import { expect, test } from 'vitest';
import { createStamp } from './stamp.ts';

test('after millions of writes of others a single one of our own is still seen', () => {
  let others = 2 ** 23;
  let own = 7;
  const stamp = createStamp(
    () => others,
    () => own,
  );
  const seen = new Set([stamp()]);
  own++;
  seen.add(stamp());
  others++;
  seen.add(stamp());
  // One counter set back by as much as the other has grown.
  others--;
  own++;
  seen.add(stamp());
  expect(seen.size).toBe(4);
  expect(stamp()).toBe(stamp());
});
