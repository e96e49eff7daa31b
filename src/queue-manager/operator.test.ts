import { expect, test } from 'vitest';
import { newEntry } from '../../test/contract/queue-store/test-entries.ts';
import { createMemoryQueueStore } from '../adapters/memory/queue-store.ts';
import type { MailChange } from '../ports/queue-manager.ts';
import {
  EXECUTION,
  GENERIC,
  jones,
  memoryNode,
  NOON,
  outcomeOf,
  settled,
  startQueueManager,
  submission,
  system,
  testSymbiont,
} from './testing/test-node.ts';

test('refused: unknown entries and queues, entries of others, queues to those without privilege', async () => {
  const { manager } = await memoryNode();
  await manager.submit(submission('', { hold: true }));
  await manager.submit(submission('', { hold: true, userName: 'JONES' }));
  await expect(manager.changeEntries([9], { kind: 'release' }, system)).rejects.toMatchObject({
    ident: 'NOSUCHENT',
  });
  await expect(manager.deleteEntries([1], jones)).rejects.toMatchObject({ ident: 'NOPRIV' });
  await expect(manager.deleteEntries([2, 1], jones)).rejects.toMatchObject({ ident: 'NOPRIV' });
  await expect(manager.stopQueue('NOWHERE', 'next', system)).rejects.toMatchObject({ ident: 'NOSUCHQUE' });
  for (const refused of [
    manager.startQueue(GENERIC, jones),
    manager.stopQueue(GENERIC, 'reset', jones),
    manager.startMail(jones),
    manager.stopMail(jones),
  ]) {
    await expect(refused).rejects.toMatchObject({ ident: 'NOPRIV' });
  }
  expect(await manager.entries({}, jones)).toMatchObject([{ entry: 2 }]);
  await manager.deleteEntries([2], jones);
  expect(await manager.entries({}, system)).toMatchObject([{ entry: 1 }]);
});

test('hold, /AFTER with /NOHOLD, release', async () => {
  const { manager, clock } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission('', { hold: true }));
  const shown = async () => (await manager.entries({}, system))[0];
  await manager.changeEntries([1], { kind: 'after', instant: NOON + 60_000 }, system);
  expect(await shown()).toMatchObject({ state: 'holding' });
  await manager.changeEntries([1], { kind: 'noHold' }, system);
  expect(await shown()).toMatchObject({ state: 'holdingUntil', after: NOON + 60_000 });
  await manager.changeEntries([1], { kind: 'hold' }, system);
  expect(await shown()).toMatchObject({ state: 'holding', heldBy: expect.stringContaining('SYSTEM') });
  await manager.changeEntries([1], { kind: 'noHold' }, system);
  clock.advance(60_000);
  await symbiont.arrivals(1);
});

test('an instant that has passed releases', async () => {
  const { manager } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission('', { after: NOON + 60_000 }));
  await manager.changeEntries([1], { kind: 'after', instant: NOON - 1 }, system);
  await symbiont.arrivals(1);
});

test('a higher priority goes first', async () => {
  const { manager } = await memoryNode();
  await manager.submit(submission());
  await manager.submit(submission());
  await manager.changeEntries([2], { kind: 'priority', priority: 200 }, system);
  const symbiont = await testSymbiont(manager, 1);
  await symbiont.arrivals(1);
  expect(symbiont.assigned[0]?.entry).toBe(2);
});

test('a hold on an entry in hand recalls it, and it holds when it comes back', async () => {
  const { manager } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission());
  await symbiont.arrivals(1);
  await manager.changeEntries([1], { kind: 'hold' }, system);
  expect(symbiont.recalled).toEqual([{ entries: [1], how: 'afterRecipient' }]);
  const shown = async () => (await manager.entries({}, system))[0];
  expect(await shown()).toMatchObject({ state: 'executing', inHandSince: NOON, comesBackAs: 'holding' });
  await manager.changeEntries([1], { kind: 'release' }, system);
  expect(await shown()).not.toHaveProperty('comesBackAs');
  await manager.changeEntries([1], { kind: 'hold' }, system);
  await symbiont.giveBack([1]);
  expect(await shown()).not.toHaveProperty('comesBackAs');
  expect(await shown()).not.toHaveProperty('inHandSince');
  expect(await manager.entries({}, system)).toMatchObject([{ entry: 1, state: 'holding' }]);
});

test('a hold that comes too late changes nothing for a delivered entry', async () => {
  const { manager } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission());
  const [assignment] = await symbiont.arrivals(1);
  await manager.changeEntries([1], { kind: 'hold' }, system);
  await symbiont.finish([assignment!]);
  expect(await manager.entries({}, system)).toEqual([]);
});

test('deleting an entry in hand aborts it; it is gone however that ends, a restart included', async () => {
  const { manager, store } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission());
  const [assignment] = await symbiont.arrivals(1);
  await manager.deleteEntries([1], system);
  expect(symbiont.recalled).toEqual([{ entries: [1], how: 'abort' }]);
  expect(await manager.entries({}, system)).toMatchObject([{ state: 'aborting' }]);
  await expect(manager.changeEntries([1], { kind: 'hold' }, system)).rejects.toMatchObject({
    ident: 'EXECUTING',
  });
  const crashed = await startQueueManager({ store: store.copy() });
  expect(await crashed.manager.entries({}, system)).toEqual([]);
  await symbiont.report([outcomeOf(assignment!, { kind: 'retry', at: NOON + 1, reply: '450 later' })]);
  expect(await manager.entries({}, system)).toEqual([]);
});

test('SEND MAIL tries what waits for its next attempt now; holds only when they are named', async () => {
  const { manager } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission());
  await symbiont.finish(await symbiont.arrivals(1), {
    kind: 'retry',
    at: NOON + 1_800_000,
    reply: '450 later',
  });
  await manager.submit(submission('', { hold: true }));
  expect(await manager.sendMail({}, jones)).toBe(0);
  expect(await manager.sendMail({}, system)).toBe(1);
  await symbiont.arrivals(2);
  expect(symbiont.assigned[1]).toMatchObject({ entry: 1, recipients: [{ index: 0, attempts: 1 }] });
  expect(await manager.sendMail({ entries: [2] }, system)).toBe(1);
  await symbiont.arrivals(3);
});

test('all mail of a selection is changed stretch by stretch, own mail only without privilege, and mail arrives meanwhile', async () => {
  const { manager } = await memoryNode();
  const many = 2_400;
  for (let n = 0; n < many; n++)
    await manager.submit(submission('', { hold: true, userName: n % 3 === 0 ? 'JONES' : 'GREEN' }));
  const all = async (caller: typeof jones, change: MailChange): Promise<number[]> => {
    const stretches: number[] = [];
    for (let afterEntry: number | undefined = 0; afterEntry !== undefined; ) {
      const selection = { states: ['holding'], afterEntry } as const;
      const { changed, last } = await manager.changeMail(selection, change, caller);
      stretches.push(changed);
      afterEntry = last;
    }
    return stretches;
  };
  const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0);
  expect(sum(await all(jones, { kind: 'priority', priority: 50 }))).toBe(many / 3);
  const deleted = all(system, { kind: 'delete' });
  await expect(manager.submit(submission())).resolves.toMatchObject({ entry: many + 1 });
  const stretches = await deleted;
  expect(sum(stretches)).toBe(many);
  expect(Math.max(...stretches)).toBeLessThanOrEqual(1_600);
  expect(await manager.entries({}, system)).toMatchObject([{ entry: many + 1, state: 'pending' }]);
});

test('a backlog of mail that comes again fills half of the hands, and new mail passes it', async () => {
  const store = createMemoryQueueStore();
  const again = (entry: number) => newEntry(entry, { submittedAt: NOON - 1_000, attempt: 1 });
  await store.commit([1, 2, 3, 4, 5, 6].map((entry) => ({ kind: 'add', entry: again(entry) })));
  await store.commit([{ kind: 'nextEntry', entry: 7 }]);
  const { manager } = await startQueueManager({ store });
  const symbiont = await testSymbiont(manager, 4);
  await symbiont.arrivals(2);
  await settled();
  expect(symbiont.assigned.map(({ entry }) => entry)).toEqual([1, 2]);
  await manager.submit(submission());
  await manager.submit(submission());
  await manager.submit(submission());
  await symbiont.arrivals(4);
  // A retry that ends makes room for what is new and waits, then for the next retry.
  await symbiont.finish([symbiont.assigned[0]!]);
  await symbiont.finish([symbiont.assigned[2]!]);
  await symbiont.arrivals(6);
  await settled();
  expect(symbiont.assigned.map(({ entry }) => entry)).toEqual([1, 2, 7, 8, 9, 3]);
});

test('STOP/QUEUE/NEXT: what is in hand ends, nothing new is taken up, START/QUEUE goes on', async () => {
  const { manager, store } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  const state = async () => (await manager.queues(EXECUTION))[0]?.state;
  await manager.submit(submission());
  await symbiont.arrivals(1);
  await manager.stopQueue(EXECUTION.toLowerCase(), 'next', system);
  expect([await state(), symbiont.recalled]).toEqual(['stopping', []]);
  await manager.submit(submission());
  await symbiont.finish(symbiont.assigned);
  expect(await state()).toBe('stopped');
  await settled();
  expect(symbiont.assigned).toHaveLength(1);
  expect(await store.counts()).toMatchObject({ pending: 1 });
  await manager.startQueue(EXECUTION, system);
  await symbiont.arrivals(2);
});

test('STOP/QUEUE/RESET recalls at once, STOP/QUEUE after the recipient in hand', async () => {
  const { manager } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission());
  await symbiont.arrivals(1);
  await manager.stopQueue(EXECUTION, 'pause', system);
  await manager.stopQueue(EXECUTION, 'reset', system);
  expect(symbiont.recalled).toEqual([
    { entries: [1], how: 'afterRecipient' },
    { entries: [1], how: 'abort' },
  ]);
  expect((await manager.queues(EXECUTION))[0]?.state).toBe('resetting');
  await symbiont.giveBack([1]);
  expect((await manager.queues(EXECUTION))[0]?.state).toBe('stopped');
});

test('STOP MAIL stops all queues, which stay stopped over a restart; mail is still taken', async () => {
  const { manager, store } = await memoryNode();
  await manager.stopMail(system);
  await manager.submit(submission());
  await manager.stop();
  const again = await startQueueManager({ store });
  expect((await again.manager.queues('TCPIP$SMTP*')).map((each) => each.state)).toEqual([
    'stopped',
    'stopped',
  ]);
  const symbiont = await testSymbiont(again.manager);
  await settled();
  expect(symbiont.assigned).toEqual([]);
  await again.manager.startMail(system);
  await symbiont.arrivals(1);
});

test('a stopped generic queue passes nothing on', async () => {
  const { manager } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  await manager.stopQueue(GENERIC, 'next', system);
  await manager.submit(submission());
  await settled();
  expect(symbiont.assigned).toEqual([]);
});

test('a long listing comes in pages', async () => {
  const { manager } = await memoryNode();
  await Promise.all(Array.from({ length: 1_200 }, () => manager.submit(submission())));
  expect(await manager.entries({}, system)).toHaveLength(1_200);
  const page = await manager.entries({ afterEntry: 1_000, limit: 100, withRecipients: true }, system);
  expect(page.map((each) => each.entry)).toEqual(Array.from({ length: 100 }, (_, index) => 1_001 + index));
  expect(page[0]?.recipients).toHaveLength(1);
  await manager.changeEntries(
    page.map((each) => each.entry),
    { kind: 'hold' },
    system,
  );
  expect((await manager.queues(GENERIC))[0]?.counts).toMatchObject({ pending: 1_100, holding: 100 });
});

test('START/QUEUE/MANAGER/NEW_VERSION destroys all there is, also where mail comes to its end meanwhile', async () => {
  const { manager, store } = await memoryNode();
  const chief = { userName: 'SYSTEM', privileges: ['OPER', 'SYSNAM'] };
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission());
  const [assigned] = await symbiont.arrivals(1);
  await manager.submit(submission('', { hold: true }));
  await manager.moveManager('stop', chief);
  const find = store.find.bind(store);
  store.find = async (query) => {
    const page = await find(query);
    store.find = find;
    await symbiont.finish([assigned!]);
    return page;
  };
  await manager.moveManager('new', chief);
  expect(await manager.entries({}, system)).toEqual([]);
});
