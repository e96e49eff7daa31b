/** The life of an entry: submitted, handed over, retried, returned, gone. */
import { expect, test } from 'vitest';
import { createMemoryQueueStore } from '../adapters/memory/queue-store.ts';
import {
  EXECUTION,
  GENERIC,
  memoryNode,
  NOON,
  settled,
  startQueueManager,
  submission,
  system,
  testSymbiont,
} from './testing/test-node.ts';

test('refused: mail before the start, after the stop, and without a recipient', async () => {
  const { manager } = await memoryNode();
  const nobody = { ...submission(), envelope: { reversePath: '', forwardPaths: [] } };
  await expect(manager.submit(nobody)).rejects.toMatchObject({ ident: 'EMPTYJOB' });
  await manager.stop();
  await expect(manager.submit(submission())).rejects.toMatchObject({ ident: 'JOBQUEDIS' });
  await expect(manager.queues()).rejects.toMatchObject({ ident: 'JOBQUEDIS' });
});

test('a message is durable, handed over with its text, and gone after its outcome', async () => {
  const { manager, store } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  const receipt = await manager.submit(submission('Subject: hello\r\n\r\n'));
  expect(receipt.entry).toBe(1);
  expect(receipt.jobName).toMatch(/^260102\d{8}_TCPIP\$SMTP$/);
  expect(await store.counts()).toMatchObject({ executing: 1 });
  const [assignment] = await symbiont.arrivals(1);
  expect(assignment).toMatchObject({
    entry: 1,
    queueName: EXECUTION,
    recipients: [{ index: 0, attempts: 0 }],
  });
  await symbiont.finish([assignment!]);
  expect((await store.find({ limit: 1 })).entries).toEqual([]);
});

test('mail of one turn is one commit, answered after it', async () => {
  const { manager, store } = await memoryNode();
  let commits = 0;
  const commit = store.commit.bind(store);
  store.commit = (...args) => {
    commits++;
    return commit(...args);
  };
  const receipts = await Promise.all(Array.from({ length: 50 }, () => manager.submit(submission())));
  expect(commits).toBe(1);
  expect(receipts.map((each) => each.entry)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
});

test('recipients end one by one: some delivered, some retried, some returned with a bounce', async () => {
  const { manager, store, clock } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  const forwardPaths = ['a@node', 'b@far', 'c@nowhere'];
  await manager.submit({ ...submission(), envelope: { reversePath: 'smith@host.example', forwardPaths } });
  const [assignment] = await symbiont.arrivals(1);
  await symbiont.report([
    {
      entry: 1,
      entryId: assignment!.entryId,
      recipients: [
        { index: 0, outcome: { kind: 'delivered' } },
        { index: 1, outcome: { kind: 'retry', at: NOON + 1_800_000, reply: '450 later' } },
        { index: 2, outcome: { kind: 'returned', reply: '550 no such host' } },
      ],
      submissions: [
        { ...submission('bounce'), envelope: { reversePath: '', forwardPaths: ['smith@host.example'] } },
      ],
    },
  ]);
  expect(await store.recipients(1)).toMatchObject([
    { state: 'sent', attempts: 1 },
    { state: 'retry', attempts: 1, nextAttempt: NOON + 1_800_000, lastReply: '450 later' },
    { state: 'failed', lastReply: '550 no such host' },
  ]);
  expect((await symbiont.arrivals(2))[1]).toMatchObject({ entry: 2, reversePath: '' });
  expect((await manager.entries({ entries: [1] }, system))[0]).toMatchObject({
    state: 'holdingUntil',
    after: NOON + 1_800_000,
    queueName: GENERIC,
  });
  clock.advance(1_799_999);
  await settled();
  expect(symbiont.assigned).toHaveLength(2);
  clock.advance(1);
  const again = (await symbiont.arrivals(3))[2]!;
  expect(again).toMatchObject({
    entry: 1,
    entryId: assignment!.entryId,
    recipients: [{ index: 1, attempts: 1 }],
  });
  await symbiont.finish([again]);
  expect((await store.find({ entries: [1], limit: 1 })).entries).toEqual([]);
});

test('an expanded list becomes recipients of the same entry; who has a copy gets no second one', async () => {
  const { manager, store } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  await manager.submit({
    ...submission(),
    envelope: { reversePath: '', forwardPaths: ['list@node', 'a@node'] },
  });
  const [first] = await symbiont.arrivals(1);
  await symbiont.report([
    {
      entry: 1,
      entryId: first!.entryId,
      recipients: [
        { index: 0, outcome: { kind: 'expanded', forwardPaths: ['a@node', 'b@node', 'b@node'] } },
        { index: 1, outcome: { kind: 'delivered' } },
      ],
    },
  ]);
  const again = (await symbiont.arrivals(2))[1]!;
  expect(again.recipients).toEqual([{ index: 2, forwardPath: 'b@node', attempts: 0 }]);
  await symbiont.finish([again]);
  expect(await store.counts()).toMatchObject({ executing: 0, pending: 0 });
});

test('an address that expands to itself again and again is kept for the operator, not lost', async () => {
  const { manager } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission());
  for (let round = 1; round <= 3; round++) {
    const assignment = (await symbiont.arrivals(round))[round - 1]!;
    await symbiont.finish([assignment], { kind: 'expanded', forwardPaths: ['jones@node.example'] });
  }
  expect((await manager.entries({}, system))[0]).toMatchObject({
    state: 'retainedOnError',
    errorText: 'jones@node.example is forwarded to itself',
  });
});

test('an attempt that somebody asked for is told from one whose time has come', async () => {
  const { manager, clock } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission());
  await symbiont.arrivals(1);
  expect(symbiont.assigned[0]?.recipients[0]?.isWanted).toBeUndefined();
  const later = () => ({ kind: 'retry' as const, reply: '451 later', at: clock.now() + 60_000 });
  await symbiont.finish(symbiont.assigned, later());
  expect(await manager.sendMail({ entries: [1] }, system)).toBe(1);
  await symbiont.arrivals(2);
  expect(symbiont.assigned[1]?.recipients[0]).toMatchObject({ attempts: 1, isWanted: true });
  await symbiont.finish(symbiont.assigned.slice(1), later());
  clock.advance(60_000);
  await symbiont.arrivals(3);
  expect(symbiont.assigned[2]?.recipients[0]).toMatchObject({ attempts: 2 });
  expect(symbiont.assigned[2]?.recipients[0]?.isWanted).toBeUndefined();
});

test('entry numbers go on after a restart, entry ids never come twice', async () => {
  const store = createMemoryQueueStore();
  const first = await startQueueManager({ store });
  const one = await testSymbiont(first.manager);
  await first.manager.submit(submission());
  await one.finish(await one.arrivals(1));
  await first.manager.stop();
  const second = await startQueueManager({ store });
  const two = await testSymbiont(second.manager);
  expect((await second.manager.submit(submission())).entry).toBe(2);
  await two.arrivals(1);
  expect(two.assigned[0]?.entryId).not.toBe(one.assigned[0]?.entryId);
});

test('mail that cannot be returned to its sender now waits, and is returned then', async () => {
  const { manager, clock } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  const { entry } = await manager.submit(submission('x', { hold: true }));
  await manager.changeEntries([entry], { kind: 'return', afterAttempt: false }, system);
  const [first] = await symbiont.arrivals(1);
  await symbiont.finish([first!], { kind: 'retry', at: clock.now() + 60_000, reply: '451 no space' });
  await settled();
  expect(symbiont.assigned).toHaveLength(1);
  clock.advance(60_000);
  const [, second] = await symbiont.arrivals(2);
  expect(second?.returning).toEqual({ afterAttempt: false, by: 'SYSTEM' });
});

test('mail whose records are damaged is kept, and operators hear of it', async () => {
  const whole = createMemoryQueueStore();
  const damage = 'its text is gone';
  const store: typeof whole = {
    ...whole,
    commit: async (...parts) => (await whole.commit(...parts)).map((each) => ({ ...each, damage })),
  };
  const { manager, messages, alarms } = await memoryNode({ store });
  const symbiont = await testSymbiont(manager);
  const { entry } = await manager.submit(submission('x', { hold: true }));
  await manager.changeEntries([entry], { kind: 'release' }, system);
  await settled();
  expect(symbiont.assigned).toEqual([]);
  expect(await manager.entries({}, system)).toMatchObject([{ state: 'retainedOnError', errorText: damage }]);
  expect(messages).toEqual([`Entry ${entry} retained on error: ${damage}`]);
  expect(alarms).toEqual(['entries retained on error']);
});
