import { expect, test } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import { remembered } from './remembered.ts';

const counting = () => {
  const asked: string[] = [];
  const ask = async (key: string): Promise<string> => {
    asked.push(key);
    if (key === 'BROKEN') throw new Error('broken');
    return `${key} ${asked.length}`;
  };
  return { asked, ask };
};

test('an answer counts until it is too old, in either direction of the clock', async () => {
  const { ask } = counting();
  const clock = manualClock(1_000_000);
  const answer = remembered(ask, clock, 200);
  expect(await answer('SMITH')).toBe('SMITH 1');
  clock.advance(199);
  expect(await answer('SMITH')).toBe('SMITH 1');
  expect(await answer('JONES')).toBe('JONES 2');
  clock.advance(1);
  expect(await answer('SMITH')).toBe('SMITH 3');
});

test('with 0 every question is asked, and a failure is never remembered', async () => {
  const { asked, ask } = counting();
  const clock = manualClock(1_000_000);
  const direct = remembered(ask, clock, 0);
  await direct('SMITH');
  await direct('SMITH');
  expect(asked).toHaveLength(2);
  const answer = remembered(ask, clock, 200);
  await expect(answer('BROKEN')).rejects.toThrow('broken');
  await expect(answer('BROKEN')).rejects.toThrow('broken');
  expect(asked.filter((key) => key === 'BROKEN')).toHaveLength(2);
});
