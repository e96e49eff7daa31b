import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMemorySystemStore } from '../adapters/memory/system-store.ts';
import { intrusionNode, isEvaded, type LoginSource, noteFailure, noteSuccess } from './intrusion.ts';
import { loginParameters as parameters } from './login-parameters.ts';

const SECOND = 1_000;
const network = (address: string): LoginSource => ({ kind: 'network', address });
const rules = (random = () => 0) => ({ records: createMemorySystemStore(), parameters, random });
type Rules = ReturnType<typeof rules>;

const evaded = (made: Rules, source: LoginSource, user: string, now: number) =>
  isEvaded(made, source, user, now, parameters);

async function fail(made: Rules, source: LoginSource, user: string, times: number, now = 0) {
  let became = 0;
  for (let n = 0; n < times; n += 1)
    if ((await noteFailure(made, source, user, now)).becameIntruder) became += 1;
  return became;
}

test('suspect, intruder, evasion, clean slate', async () => {
  const made = rules();
  const here = network('192.0.2.7');
  expect(await fail(made, here, 'smith', 4)).toBe(0);
  expect(await made.records.intrusions()).toContainEqual({
    class: 'NETWORK',
    source: '192.0.2.7::SMITH',
    count: 4,
    expires: 4 * 300 * SECOND,
    isIntruder: false,
  });
  expect(await evaded(made, here, 'SMITH', 0)).toBe(false);
  expect(await fail(made, here, 'Smith', 1)).toBe(1);
  expect(await evaded(made, here, 'SMITH', 299 * SECOND)).toBe(true);
  // From elsewhere the user is let in, and here the others are.
  expect(await evaded(made, network('192.0.2.8'), 'SMITH', 0)).toBe(false);
  expect(await evaded(made, here, 'JONES', 0)).toBe(false);
  expect(await evaded(made, here, 'SMITH', 300 * SECOND)).toBe(false);
  expect(await fail(made, here, 'SMITH', 1, 300 * SECOND)).toBe(0);
  expect((await made.records.intrusions()).map(({ source, count }) => [source, count])).toContainEqual([
    '192.0.2.7::SMITH',
    1,
  ]);
});

test('failures that lie further apart than LGI_BRK_TMO never add up', async () => {
  const made = rules();
  for (let n = 0; n < 50; n += 1)
    await fail(made, network('192.0.2.7'), 'SMITH', 1, n * (parameters.LGI_BRK_TMO * SECOND));
  expect(await evaded(made, network('192.0.2.7'), 'SMITH', 50 * 300 * SECOND - 1)).toBe(false);
});

test('a host that fails with many users is evaded for all; one user who fails often is not its fault', async () => {
  const made = rules();
  const office = network('192.0.2.7');
  await fail(made, office, 'SMITH', 20);
  expect(await evaded(made, office, 'JONES', 1)).toBe(false);
  for (const user of ['A', 'B', 'C']) await fail(made, office, user, 1);
  expect(await evaded(made, office, 'JONES', 1)).toBe(false);
  expect((await noteFailure(made, office, 'D', 1)).becameIntruder).toBe(true);
  expect(await evaded(made, office, 'JONES', 1)).toBe(true);
});

test('two users of an office who fail in turn, for hours, do not make it an intruder', async () => {
  const made = rules();
  const office = network('192.0.2.7');
  for (let now = 0; now < 20_000; now += 290)
    await fail(made, office, now % 580 === 0 ? 'SMITH' : 'JONES', 1, now * SECOND);
  expect(await evaded(made, office, 'GREEN', 20_000 * SECOND)).toBe(false);
});

test('who gives the right password is no suspect any more; its host remains one', async () => {
  const made = rules();
  const here = network('192.0.2.7');
  await fail(made, here, 'SMITH', 4);
  await noteSuccess(made, here, 'SMITH', 1);
  expect((await made.records.intrusions()).map(({ source }) => source)).toEqual(['192.0.2.7::*']);
  await fail(made, here, 'SMITH', 4, 2);
  expect(await evaded(made, here, 'SMITH', 3)).toBe(false);
});

test('a terminal counts by user and terminal, a process by user, LGI_BRK_TERM=0 by user too', async () => {
  const made = rules();
  await fail(made, { kind: 'terminal', terminal: '_FTA1:' }, 'SMITH', 1);
  await fail(made, { kind: 'process' }, 'SMITH', 1);
  await fail(
    { ...made, parameters: { ...parameters, LGI_BRK_TERM: 0 } as never },
    { kind: 'terminal', terminal: 'FTA1:' },
    'SMITH',
    1,
  );
  expect((await made.records.intrusions()).map((each) => [each.class, each.source, each.count])).toEqual([
    ['TERM_USER', 'FTA1:SMITH', 1],
    ['USERNAME', 'SMITH', 2],
  ]);
});

test('an intruder is evaded for LGI_HID_TIM to one and a half of it, however often it tries', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.nat(20),
      async (random, more) => {
        const made = rules(() => random);
        await fail(made, network('192.0.2.7'), 'SMITH', 5 + more);
        const hidden = 300 * SECOND;
        expect(await evaded(made, network('192.0.2.7'), 'SMITH', hidden - 1)).toBe(true);
        expect(await evaded(made, network('192.0.2.7'), 'SMITH', hidden * 1.5 + 1)).toBe(false);
      },
    ),
  );
});

test('nobody is evaded before five failures within the time, whatever the order of events', async () => {
  const events = fc.array(
    fc.record({ wait: fc.nat(400), isFailure: fc.boolean(), user: fc.constantFrom('SMITH', 'JONES') }),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(events, async (list) => {
      const made = rules();
      const here = network('192.0.2.7');
      const since = new Map<string, number>();
      let now = 0;
      for (const { wait, isFailure, user } of list) {
        now += wait * SECOND;
        const isOut = await evaded(made, here, user, now);
        // Two users never make an intruder of their host.
        if (isOut) expect(since.get(user) ?? 0).toBeGreaterThanOrEqual(5);
        if (isOut) continue;
        if (isFailure) {
          await noteFailure(made, here, user, now);
          since.set(user, (since.get(user) ?? 0) + 1);
        } else {
          await noteSuccess(made, here, user, now);
          since.set(user, 0);
        }
      }
    }),
  );
});

describe('the node of an address', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8::1', '2001:DB8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:DB8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'FE80:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', '64:FF9B:0:0::/64'],
    ['1:2:3:4:5:6:192.0.2.7', '1:2:3:4::/64'],
    ['node.example', 'NODE.EXAMPLE'],
  ])('%s is %s', (address, node) => {
    expect(intrusionNode(address)).toBe(node);
  });
});
