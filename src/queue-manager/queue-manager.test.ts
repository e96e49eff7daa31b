import { expect, test } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { createMemoryQueueStore } from '../adapters/memory/queue-store.ts';
import { condition, RMS } from '../condition/index.ts';
import { SUSPICION_MS } from './claim.ts';
import { LEASE_MS } from './lease-renewal.ts';
import {
  NOON,
  nameSpool,
  outcomeOf,
  startQueueManager,
  submission,
  system,
  testSymbiont,
} from './testing/test-node.ts';

const GENERIC = 'TCPIP$SMTP_HEARTS_00';
const EXECUTION = 'TCPIP$SMTP_HEARTS_01';

async function node(
  more: { queues?: () => Promise<number>; store?: ReturnType<typeof createMemoryQueueStore> } = {},
) {
  const store = more.store ?? createMemoryQueueStore();
  return { store, ...(await startQueueManager({ ...more, store })) };
}

/** Everything that was asked for so far has been committed. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

test('refused: mail before the start, after the stop, and without a recipient', async () => {
  const { manager } = await node();
  const nobody = { ...submission(), envelope: { reversePath: '', forwardPaths: [] } };
  await expect(manager.submit(nobody)).rejects.toMatchObject({ ident: 'EMPTYJOB' });
  await manager.stop();
  await expect(manager.submit(submission())).rejects.toMatchObject({ ident: 'JOBQUEDIS' });
  await expect(manager.queues()).rejects.toMatchObject({ ident: 'JOBQUEDIS' });
});

test('a message is durable, handed over with its text, and gone after its outcome', async () => {
  const { manager, store } = await node();
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
  const { manager, store } = await node();
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

test('what a symbiont has no room for waits in the store and follows in order', async () => {
  const { manager, store } = await node();
  const symbiont = await testSymbiont(manager, 2);
  await Promise.all(Array.from({ length: 5 }, () => manager.submit(submission())));
  await settled();
  expect(symbiont.assigned.map((each) => each.entry)).toEqual([1, 2]);
  expect(await store.counts()).toMatchObject({ executing: 2, pending: 3 });
  await symbiont.finish(symbiont.assigned.slice(0, 1));
  await symbiont.arrivals(3);
  await symbiont.finish(symbiont.assigned.slice(1, 3));
  await symbiont.arrivals(5);
  expect(symbiont.assigned.map((each) => each.entry)).toEqual([1, 2, 3, 4, 5]);
});

test('two symbionts share the work, and one that leaves gives its share back', async () => {
  const { manager } = await node();
  const first = await testSymbiont(manager, 4);
  const second = await testSymbiont(manager, 2);
  await Promise.all(Array.from({ length: 6 }, () => manager.submit(submission())));
  await settled();
  expect([first.assigned.length, second.assigned.length]).toEqual([4, 2]);
  await second.finish(second.assigned);
  await first.close();
  await second.arrivals(4);
  await second.finish(second.assigned.slice(2));
  await second.arrivals(6);
  const entries = [...new Set(second.assigned.map((each) => each.entry))].sort();
  expect(entries).toEqual([1, 2, 3, 4, 5, 6]);
});

test('an outcome of another entry id, or of somebody else’s entry, changes nothing', async () => {
  const { manager, store } = await node();
  const symbiont = await testSymbiont(manager);
  const other = await testSymbiont(manager, 1);
  await manager.submit(submission());
  const [assignment] = await symbiont.arrivals(1);
  const delivered = outcomeOf(assignment!, { kind: 'delivered' });
  await expect(symbiont.report([{ ...delivered, entryId: 'an earlier one' }])).rejects.toMatchObject({
    ident: 'NOSUCHENT',
  });
  await expect(other.report([delivered])).rejects.toMatchObject({ ident: 'NOSUCHENT' });
  expect(await store.counts()).toMatchObject({ executing: 1 });
});

test('recipients end one by one: some delivered, some retried, some returned with a bounce', async () => {
  const { manager, store, clock } = await node();
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
  const { manager, store } = await node();
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
  const { manager } = await node();
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

test('the spool file goes with its entry, unless the bounce needs it', async () => {
  const store = createMemoryQueueStore();
  const spool = nameSpool();
  const { manager } = await startQueueManager({ store, spool });
  await settled();
  spool.ids.push('one', 'two');
  const symbiont = await testSymbiont(manager);
  const file = (spoolId: string) => ({ kind: 'file', spoolId, sizeBytes: 100_000 }) as const;
  await manager.submit({ ...submission(), text: file('one') });
  await manager.submit({ ...submission(), text: file('two') });
  const [one, two] = await symbiont.arrivals(2);
  await symbiont.finish([one!]);
  await symbiont.report([
    {
      ...outcomeOf(two!, { kind: 'returned', reply: 'no' }),
      submissions: [{ ...submission(), text: file('two') }],
    },
  ]);
  expect(spool.ids).toEqual(['two']);
});

const HOUR = 3_600_000;
const chief = { userName: 'SYSTEM', privileges: ['SYSPRV'] };

test('orphans of the spool are removed an hour after the start, what an entry refers to is kept', async () => {
  const store = createMemoryQueueStore();
  const spool = nameSpool(['kept', 'orphan']);
  const first = await startQueueManager({ store, spool: nameSpool() });
  await first.manager.submit({ ...submission(), text: { kind: 'file', spoolId: 'kept', sizeBytes: 1 } });
  await first.manager.stop();
  const { clock } = await startQueueManager({ store, spool });
  clock.advance(HOUR);
  await settled();
  expect(spool.ids).toEqual(['kept']);
});

test('a text that is being written is no orphan, though the clock is set forward by a day, before the start or after', async () => {
  const created = new Map<string, number>();
  const names = nameSpool();
  const spool = {
    ...names,
    list: async (before = Number.POSITIVE_INFINITY) => names.ids.filter((id) => created.get(id)! < before),
  };
  const clock = manualClock(NOON);
  const begin = (id: string): void => {
    names.ids.push(id);
    created.set(id, clock.now());
  };
  begin('before the start');
  clock.set(24 * HOUR);
  const { manager } = await startQueueManager({ store: createMemoryQueueStore(), spool, clock });
  await settled();
  expect(names.ids).toEqual(['before the start']);
  clock.advance(HOUR);
  await settled();
  expect(names.ids).toEqual([]);

  clock.advance(23.5 * HOUR);
  begin('before the day is over');
  clock.set(24 * HOUR);
  clock.advance(HOUR);
  await settled();
  expect(names.ids).toEqual(['before the day is over']);
  expect((await manager.analyzeMail(chief)).orphans).toEqual([]);
  clock.advance(HOUR);
  expect((await manager.analyzeMail(chief)).orphans).toHaveLength(1);
});

test('and every day what was left since: a node that runs for a year does not fill its disk', async () => {
  const spool = nameSpool();
  const { manager, clock } = await startQueueManager({ store: createMemoryQueueStore(), spool });
  await settled();
  spool.ids.push('kept', 'left by a crash');
  await manager.submit(submission('', { text: { kind: 'file', spoolId: 'kept', sizeBytes: 1 }, hold: true }));
  for (const left of ['left by a crash', 'left another day']) {
    if (!spool.ids.includes(left)) spool.ids.push(left);
    clock.advance(25 * 3_600_000);
    await settled();
    expect(spool.ids).toEqual(['kept']);
  }
  await manager.stop();
  spool.ids.push('after the stop');
  clock.advance(25 * 3_600_000);
  await settled();
  expect(spool.ids).toContain('after the stop');
});

test('a full store refuses mail with its condition, keeps outcomes, and says so once', async () => {
  const { manager, store, clock, messages } = await node();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission());
  const [assignment] = await symbiont.arrivals(1);
  store.failWith(condition(RMS.FUL));
  await expect(manager.submit(submission())).rejects.toMatchObject({ ident: 'FUL' });
  await expect(manager.submit(submission())).rejects.toMatchObject({ ident: 'FUL' });
  store.failWith(new Error('input/output error'));
  await expect(manager.submit(submission())).rejects.toMatchObject({ ident: 'WRITEERR' });
  const report = symbiont.finish([assignment!]);
  await settled();
  expect(messages).toEqual([
    '%QMAN-E-STOREFAIL, error writing QMAN$MASTER.DAT, new mail is refused\n-RMS-F-FUL, device full (insufficient space for allocation)',
  ]);
  store.failWith(undefined);
  clock.advance(1_000);
  await report;
  expect((await store.find({ limit: 1 })).entries).toEqual([]);
  await manager.submit(submission());
  clock.advance(10_000);
  expect(messages).toHaveLength(2);
  expect(messages[1]).toContain('is writable again');
});

test('the text of a bounce that waits for a failing store is no orphan', async () => {
  const { manager, store, spool, clock } = await node();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission());
  const [assignment] = await symbiont.arrivals(1);
  spool.ids.push('bounce', 'orphan');
  store.failWith(new Error('input/output error'));
  const bounce = submission('', { text: { kind: 'file', spoolId: 'bounce', sizeBytes: 100_000 } });
  const outcome = outcomeOf(assignment!, { kind: 'returned', reply: 'no' });
  const report = symbiont.report([{ ...outcome, submissions: [bounce] }]);
  await settled();
  expect(await manager.removeOrphan('bounce', chief)).toBe(false);
  store.failWith(undefined);
  clock.advance(1_000);
  await report;
  expect(await manager.removeOrphan('bounce', chief)).toBe(false);
  expect(await manager.removeOrphan('orphan', chief)).toBe(true);
  expect(spool.ids).toEqual(['bounce']);
});

test('a report that the stop overtakes on a failing store is refused, and its entry comes again', async () => {
  const { manager, store } = await node();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission());
  store.failWith(new Error('input/output error'));
  const refused = expect(symbiont.finish(await symbiont.arrivals(1))).rejects.toMatchObject({
    ident: 'JOBQUEDIS',
  });
  await settled();
  await manager.stop();
  await refused;
  store.failWith(undefined);
  const again = await startQueueManager({ store });
  await (await testSymbiont(again.manager)).arrivals(1);
});

test('a symbiont that cannot be handed its work gets it again', async () => {
  const { manager } = await node();
  let attempts = 0;
  await new Promise<void>((resolve) => {
    const process = (): void => {
      if (++attempts === 1) throw new RangeError('too long');
      resolve();
    };
    void manager.registerSymbiont({ process, recall() {} }, 1).then(() => manager.submit(submission()));
  });
  expect(attempts).toBe(2);
});

test('no more text than its memory should hold is handed to a symbiont', async () => {
  const { manager } = await node();
  const symbiont = await testSymbiont(manager, 2_000);
  const text = 'x'.repeat(65_000);
  await Promise.all(Array.from({ length: 1_000 }, () => manager.submit(submission(text))));
  await settled();
  expect(symbiont.assigned.length).toBeLessThan(800);
  for (let finished = 0; finished < 1_000; ) {
    const inHand = symbiont.assigned.slice(finished);
    finished += inHand.length;
    await symbiont.finish(inHand);
    await settled();
  }
});

test.each(['as it comes', 'from the queue'])(
  'nor more recipients: messages with ten thousand each, %s',
  async (how) => {
    const { manager } = await startQueueManager({ store: createMemoryQueueStore() });
    const forwardPaths = Array.from(
      { length: 10_000 },
      (_, index) => `${'x'.repeat(140)}.${index}@node.example`,
    );
    const many = Array.from({ length: 30 }, () =>
      submission('x', { envelope: { reversePath: 'smith@host.example', forwardPaths } }),
    );
    const submitAll = () => Promise.all(many.map((each) => manager.submit(each)));
    if (how === 'from the queue') await submitAll();
    const symbiont = await testSymbiont(manager, 1_000);
    if (how === 'as it comes') await submitAll();
    await symbiont.arrivals(10);
    // 2.5 MB each, 32 MiB in hand.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    const first = [...symbiont.assigned];
    expect(first.length).toBeLessThan(26);
    await symbiont.finish(first);
    let done = first.length;
    while (done < many.length) {
      const next = (await symbiont.arrivals(done + 1)).slice(done);
      done += next.length;
      await symbiont.finish(next);
    }
    expect(await manager.entries({}, system)).toEqual([]);
  },
);

test('a failed commit uses up no room at the symbiont', async () => {
  const { manager, store } = await node();
  const symbiont = await testSymbiont(manager, 1);
  store.failWith(condition(RMS.FUL));
  await expect(manager.submit(submission())).rejects.toThrow();
  store.failWith(undefined);
  await manager.submit(submission());
  await symbiont.arrivals(1);
  expect(symbiont.assigned).toHaveLength(1);
});

test('an entry on which two symbionts died is retained; the others are not accused', async () => {
  const { manager, messages, alarms } = await node();
  const first = await testSymbiont(manager);
  await Promise.all([1, 2, 3].map(() => manager.submit(submission())));
  await first.arrivals(3);
  await first.close('died');
  // One suspect at a time.
  const second = await testSymbiont(manager);
  await settled();
  expect(second.assigned.map((each) => each.entry)).toEqual([1]);
  await second.close('died');
  const third = await testSymbiont(manager);
  await settled();
  expect(third.assigned.map((each) => each.entry)).toEqual([2]);
  await third.finish(third.assigned);
  await third.arrivals(2);
  await third.finish(third.assigned.slice(1));
  const [kept, ...others] = await manager.entries({}, system);
  expect(others).toEqual([]);
  expect(kept).toMatchObject({
    entry: 1,
    state: 'retainedOnError',
    errorText: '%JBC-E-SYMDEL, unexpected symbiont process termination',
  });
  expect(messages).toContain('%QMAN-W-POISON, entry 1 stopped the symbiont twice, retained on error');
  expect(alarms).toEqual(['entries retained on error']);
  await manager.changeEntries([1], { kind: 'release' }, system);
  await third.arrivals(3);
});

test('an entry of alarms on which two symbionts died makes no alarm', async () => {
  const { manager, messages, alarms } = await node();
  await manager.submit(submission(undefined, { userName: 'OPCOM' }));
  for (let count = 1; count <= 2; count++) {
    const symbiont = await testSymbiont(manager);
    await symbiont.arrivals(1);
    await symbiont.close('died');
  }
  expect(messages).toContain('%QMAN-W-POISON, entry 1 stopped the symbiont twice, retained on error');
  expect(alarms).toEqual([]);
});

test('an attempt that somebody asked for is told from one whose time has come', async () => {
  const { manager, clock } = await node();
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

test('a suspect that takes its time does not hold up the next', async () => {
  const { manager, clock } = await node();
  const first = await testSymbiont(manager);
  await Promise.all([1, 2].map(() => manager.submit(submission())));
  await first.arrivals(2);
  await first.close('died');
  const second = await testSymbiont(manager);
  await second.arrivals(1);
  clock.advance(SUSPICION_MS);
  await second.arrivals(2);
});

test('leases are renewed while the symbiont is there', async () => {
  const { manager, store, clock } = await node();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission());
  await symbiont.arrivals(1);
  for (let half = 0; half < 4; half++) {
    clock.advance(LEASE_MS / 2);
    await settled();
  }
  const [entry] = (await store.find({ limit: 1 })).entries;
  expect(entry?.lease?.until).toBeGreaterThan(clock.now());
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

test('the number of execution queues counts from the next START MAIL', async () => {
  let count = 2;
  const store = createMemoryQueueStore();
  const { manager } = await startQueueManager({ store, queues: async () => count });
  const symbiont = await testSymbiont(manager, 4);
  const states = async () =>
    (await manager.queues('TCPIP$SMTP*')).map(({ name, state }) => `${name.slice(-2)} ${state}`);
  await Promise.all([manager.submit(submission()), manager.submit(submission())]);
  const inHand = [...(await symbiont.arrivals(2))];
  expect(await states()).toEqual(['00 idle', '01 available', '02 available']);
  count = 1;
  // A queue that still has a job stays.
  await manager.startMail(system);
  expect(await states()).toEqual(['00 idle', '01 available', '02 available']);
  await manager.stopMail(system);
  await symbiont.finish(inHand);
  await manager.startMail(system);
  expect(await states()).toEqual(['00 idle', '01 idle']);
  count = 3;
  await manager.stopMail(system);
  expect(await states()).toEqual(['00 stopped', '01 stopped']);
  await manager.startMail(system);
  expect(await states()).toEqual(['00 idle', '01 idle', '02 idle', '03 idle']);
  await Promise.all([1, 2, 3].map(() => manager.submit(submission())));
  const queues = (await symbiont.arrivals(5)).slice(2).map((each) => each.queueName.slice(-2));
  expect(queues.sort()).toEqual(['01', '02', '03']);
});

test('queues as operators see them', async () => {
  const { manager } = await node({ queues: async () => 2 });
  const symbiont = await testSymbiont(manager, 20);
  await Promise.all(Array.from({ length: 12 }, () => manager.submit(submission())));
  await manager.submit(submission('', { hold: true }));
  await manager.submit(submission('', { after: NOON + 5_000 }));
  await symbiont.arrivals(12);
  const shown = await manager.queues('tcpip$smtp_*');
  expect(shown.map(({ name, kind, state, counts }) => ({ name, kind, state, ...counts }))).toEqual([
    {
      name: GENERIC,
      kind: 'genericServer',
      state: 'idle',
      pending: 0,
      executing: 0,
      holding: 1,
      timedRelease: 1,
      retained: 0,
    },
    {
      name: EXECUTION,
      kind: 'server',
      state: 'busy',
      pending: 2,
      executing: 4,
      holding: 0,
      timedRelease: 0,
      retained: 0,
    },
    {
      name: 'TCPIP$SMTP_HEARTS_02',
      kind: 'server',
      state: 'busy',
      pending: 2,
      executing: 4,
      holding: 0,
      timedRelease: 0,
      retained: 0,
    },
  ]);
  expect(shown[0]?.targets).toEqual([EXECUTION, 'TCPIP$SMTP_HEARTS_02']);
  expect(await manager.queues('OTHER*')).toEqual([]);
  const processing = await manager.entries({ states: ['executing'] }, system);
  expect(processing).toHaveLength(8);
  const waiting = await manager.entries({ states: ['pending'], queue: '*_01' }, system);
  expect(waiting).toHaveLength(2);
  expect(waiting[0]?.fileSpecification).toMatch(
    /^_HEARTS\$DKA0:\[TCPIP\$SMTP\]\d{14}_TCPIP\$SMTP\.TCPIP_HEARTS;1$/,
  );
});

test('mail of a node that got another name stands in the generic queue of its new name', async () => {
  const { manager, store } = await node();
  await manager.submit({ ...submission(), hold: true });
  await manager.stop();
  const renamed = await startQueueManager({ store, nodeName: 'OTHER' });
  const [entry] = await renamed.manager.entries({ queue: 'TCPIP$SMTP_OTHER_00' }, system);
  expect(entry).toMatchObject({ entry: 1, state: 'holding', queueName: 'TCPIP$SMTP_OTHER_00' });
  await renamed.manager.stop();
});
