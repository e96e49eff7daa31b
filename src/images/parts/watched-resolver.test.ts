import { expect, test } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import { createMemoryResolver } from '../../adapters/memory/resolver.ts';
import { silentLog } from '../../ports/log.ts';
import type { Resolver } from '../../ports/resolver.ts';
import { watchedResolver } from './watched-resolver.ts';

function rig() {
  const clock = manualClock();
  const told: string[] = [];
  const down = new Set<string>();
  const known = createMemoryResolver({ addresses: { 'near.example': ['192.0.2.1'] } });
  const flaky: Resolver = {
    ...known,
    mx: async (name) =>
      [...down].some((each) => name.endsWith(each))
        ? { kind: 'temporary', reason: 'ETIMEOUT' }
        : known.mx(name),
  };
  const resolver = watchedResolver(flaky, { clock, log: silentLog, tell: (text) => void told.push(text) });
  return { clock, told, down, resolver };
}

test('operators hear once that no name server answers, and once that one does again', async () => {
  const { clock, told, down, resolver } = rig();
  down.add('example');
  for (let asked = 0; asked < 20; asked++) await resolver.mx(`d${asked}.example`);
  expect(told).toEqual(['Name servers give no answers: ETIMEOUT']);
  down.clear();
  await resolver.mx('near.example');
  clock.advance(10_000);
  expect(told.slice(1)).toEqual(['Name servers give answers again']);
});

test('names that nobody answers for are their own trouble, while others are answered', async () => {
  const { told, down, resolver } = rig();
  down.add('dead.example');
  for (let asked = 0; asked < 20; asked++) {
    await resolver.mx('one.dead.example');
    await resolver.mx('two.dead.example');
    await resolver.addresses('near.example');
  }
  for (let asked = 0; asked < 20; asked++) await resolver.mx('one.dead.example');
  expect(told).toEqual([]);
});
