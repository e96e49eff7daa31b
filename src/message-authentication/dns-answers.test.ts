import { expect, test } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { createMemoryResolver } from '../adapters/memory/resolver.ts';
import { DnsAnswers } from './dns-answers.ts';

const DAY = 86_400_000;

test.each([DAY, -DAY])('the time for questions is not moved by a clock that is set by %d ms', async (by) => {
  const clock = manualClock();
  const table = createMemoryResolver({ txt: { 'node.example': ['known'] } });
  const never = new Promise<never>(() => {});
  const answers = new DnsAnswers(
    { ...table, txt: (name) => (name === 'slow.example' ? never : table.txt(name)) },
    clock,
  );
  const ask = answers.askFor(10_000);
  clock.advance(4_000);
  clock.set(by);
  expect(await ask('node.example', 'TXT')).toEqual([['known']]);
  const slow = ask('slow.example', 'TXT').catch((error: { code?: string }) => error.code);
  clock.advance(6_000);
  expect(await slow).toBe('ETIMEOUT');
  await expect(ask('node.example', 'TXT')).rejects.toMatchObject({ code: 'ETIMEOUT' });
});
