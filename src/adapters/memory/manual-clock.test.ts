import { expect, test } from 'vitest';
import { manualClock } from './manual-clock.ts';

test('callbacks run in the order of their instants, each at its own time', () => {
  const clock = manualClock(1000);
  const seen: string[] = [];
  clock.at(1300, () => seen.push(`late ${clock.now()}`));
  clock.at(1100, () => {
    seen.push(`early ${clock.now()}`);
    clock.at(1200, () => seen.push(`chained ${clock.now()}`));
  });
  const callOff = clock.after(150, () => seen.push('called off'));
  callOff();
  clock.advance(500);
  expect(seen).toEqual(['early 1100', 'chained 1200', 'late 1300']);
  expect(clock.now()).toBe(1500);
});
