/** Operators hold, release, stop and start at random while mail flows: nothing is lost, nothing comes twice. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectNode } from '../../src/adapters/node/node-link/index.ts';
import type { Caller, QueueManager } from '../../src/ports/queue-manager.ts';
import { createProcessNode, pause } from '../support/process-node.ts';
import { accountFor } from './account-for.ts';
import { startLoad } from './load.ts';

const users = ['ADAMS', 'BAKER', 'CLARK', 'DAVIS'];
const SENDER = 'SENDER';
const GONE = 'GONE';
const address = (user: string): string => `${user.toLowerCase()}@hearts.example`;
const system: Caller = { userName: 'SYSTEM', privileges: ['OPER'] };

const anyOf = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)]!;

async function operate(manager: QueueManager, queues: readonly string[]): Promise<string> {
  const entries = (await manager.entries({ limit: 20 }, system)).map((each) => each.entry);
  const some = entries.filter(() => Math.random() < 0.3);
  const later = { kind: 'after', instant: Date.now() + 300 } as const;
  const [name, work] = anyOf<[string, () => Promise<unknown>]>([
    ['hold', () => manager.changeEntries(some, { kind: 'hold' }, system)],
    ['release', () => manager.changeEntries(entries, { kind: 'release' }, system)],
    ['noHold', () => manager.changeEntries(entries, { kind: 'noHold' }, system)],
    ['after', () => manager.changeEntries(some, later, system)],
    ['priority', () => manager.changeEntries(some, { kind: 'priority', priority: 200 }, system)],
    ['send', () => manager.sendMail({}, system)],
    ['pause', () => manager.stopQueue(anyOf(queues), 'pause', system)],
    ['next', () => manager.stopQueue(anyOf(queues), 'next', system)],
    ['reset', () => manager.stopQueue(anyOf(queues), 'reset', system)],
    ['start', () => manager.startMail(system)],
    ['start', () => manager.startMail(system)],
    ['stop', () => manager.stopMail(system)],
  ]);
  // An entry may be gone meanwhile: NOSUCHENT refuses the command as a whole.
  return work().then(
    () => name,
    (error: unknown) => `${name}: ${(error as Error).message}`,
  );
}

test('what operators do to the queue while mail flows loses nothing and doubles nothing', async () => {
  await using node = await createProcessNode({ users: [...users, SENDER] });
  writeFileSync(join(node.paths.root, 'TCPIP$SMTP', `${GONE}.DIS`), `${address('NOBODY_HERE')}\n`);
  expect((await node.start()).status).toBe(0);
  await node.whole();
  const client = await connectNode(node.paths.socketPath);
  const manager = client.queueManager;
  const queues = (await manager.queues()).map((each) => each.name);
  const load = startLoad({
    port: node.smtpPort,
    sessions: 6,
    reversePath: address(SENDER),
    recipients: (n) => [
      ...users.slice(0, 1 + (n % users.length)).map(address),
      ...(n % 10 === 0 ? [address(GONE)] : []),
    ],
    sizeBytes: (n) => (n % 40 === 0 ? 100_000 : 1_500),
    pauseMs: 1,
  });
  const done = new Map<string, number>();
  const end = Date.now() + 4_000;
  while (Date.now() < end) {
    const name = await operate(manager, queues);
    done.set(name, (done.get(name) ?? 0) + 1);
    await pause(Math.random() * 20);
  }
  await load.stop();
  await manager.startMail(system);
  // What a symbiont has in hand, too: it is held as soon as that gives it back.
  for (const late = Date.now() + 30_000; Date.now() < late; await pause(50)) {
    const entries = await manager.entries({ kind: 'mail' }, system);
    if (entries.length === 0) break;
    const held = entries.filter(({ state }) => state === 'holding' || state === 'holdingUntil');
    const numbers = held.map(({ entry }) => entry);
    if (numbers.length > 0) await manager.changeEntries(numbers, { kind: 'release' }, system).catch(() => {});
  }
  console.log(Object.fromEntries(done));
  const isDrained = await node.drained(30_000);
  await client.close();
  expect((await node.stop()).status).toBe(0);
  const account = await accountFor(node.paths, load.messages, {
    users,
    sender: SENDER,
    userOf: (path) => users.find((user) => address(user) === path),
  });
  console.log({
    ...account,
    lost: account.lost.length,
    twice: account.twice.length,
    refusals: load.refusals,
  });
  expect(account.accepted).toBeGreaterThan(100);
  expect(account.lost).toEqual([]);
  expect(account.twice).toEqual([]);
  expect(account.queued).toEqual({});
  expect(isDrained).toBe(true);
}, 90_000);
