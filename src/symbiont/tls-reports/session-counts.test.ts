import { expect, it } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import type { SessionCount } from '../../ports/tls-reports.ts';
import { createPlaceLimit } from './place-limit.ts';
import { createSessionCounts } from './session-counts.ts';

const DAY_MS = 86_400_000;
const none = (domain: string) => ({ type: 'no-policy-found', domain, strings: [], mxHosts: [] }) as const;

function counting(add: (day: number, counts: readonly SessionCount[]) => number = () => 0) {
  const clock = manualClock(Date.UTC(2026, 9, 7, 23, 59, 58));
  const written: [day: number, counts: readonly SessionCount[]][] = [];
  const lines: string[] = [];
  const sessions = createSessionCounts({
    store: {
      add(day, counts) {
        written.push([day, counts]);
        return add(day, counts);
      },
    },
    clock,
    log: (line) => void lines.push(line),
  });
  return { clock, written, lines, sessions };
}

it('a thousand sessions are one write, seconds later', () => {
  const { clock, written, sessions } = counting();
  clock.advance(10_000);
  for (let index = 0; index < 1_000; index++) sessions.count('a.example', none('a.example'), []);
  expect(written).toEqual([]);
  clock.advance(5_000);
  expect(written).toHaveLength(1);
  expect(written[0]![1]).toMatchObject([{ domain: 'a.example', successes: 1_000, failures: 0 }]);
  clock.advance(DAY_MS);
  expect(written).toHaveLength(1);
});

it('midnight parts the days', () => {
  const { clock, written, sessions } = counting();
  sessions.count('a.example', none('a.example'), []);
  clock.advance(3_000);
  sessions.count('a.example', none('a.example'), [{ result: 'starttls-not-supported' }]);
  sessions.flush();
  const day = Date.UTC(2026, 9, 7) / DAY_MS;
  expect(written.map(([of, [count]]) => [of, count?.successes, count?.failures])).toEqual([
    [day, 1, 0],
    [day + 1, 0, 1],
  ]);
});

it('never holds more than some hundred, whatever peers say', () => {
  const { written, sessions } = counting();
  for (let index = 0; index < 2_000; index++)
    sessions.count(`d${index}.example`, none(`d${index}.example`), []);
  expect(written).toHaveLength(3);
  for (let index = 0; index < 2_000; index++)
    sessions.count('a.example', none('a.example'), [
      { result: 'validation-failure', reason: `\x1b${index}` },
    ]);
  sessions.flush();
  const [, last] = written.at(-1)!;
  const { failures, details } = last.find(({ domain }) => domain === 'a.example')!;
  expect([failures, details.length, details[0]?.reason]).toEqual([2_000, 100, '?0']);
});

it('a store that is full or broken keeps no mail back', () => {
  const full = counting(() => 1);
  for (let index = 0; index < 3; index++) {
    full.sessions.count('a.example', none('a.example'), []);
    full.sessions.flush();
  }
  expect(full.lines).toHaveLength(1);
  const broken = counting(() => {
    throw new Error('disk is gone');
  });
  broken.sessions.count('a.example', none('a.example'), []);
  broken.clock.advance(6_000);
  expect(broken.lines).toEqual([expect.stringContaining('disk is gone')]);
});

it('to one host or mail domain go so many a day', () => {
  const clock = manualClock();
  const mayGoTo = createPlaceLimit(clock, 2);
  const mail = (forwardPath: string) => mayGoTo({ kind: 'mail', forwardPath });
  const web = (uri: string) => mayGoTo({ kind: 'web', uri });
  expect([mail('a@b.example'), mail('c@B.example'), mail('d@b.example'), mail('a@c.example')]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  expect([web('https://w.example/1'), web('https://w.example:444/2'), web('https://w.example/3')]).toEqual([
    true,
    true,
    false,
  ]);
  clock.advance(DAY_MS);
  expect(mail('d@b.example')).toBe(true);
});
