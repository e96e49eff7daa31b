import { expect, test } from 'vitest';
import { createMemoryQueueStore } from '../adapters/memory/queue-store.ts';
import type { MessageEvent } from '../ports/message-journal.ts';
import { startQueueManager, submission, system, testSymbiont } from './testing/test-node.ts';

async function node() {
  const events: MessageEvent[] = [];
  const { manager, clock } = await startQueueManager({
    store: createMemoryQueueStore(),
    journal: (event) => void events.push(event()),
  });
  return { events, manager, clock };
}

test('the journal has a message from its acceptance to its end, under its entry number', async () => {
  const { events, manager, clock } = await node();
  const symbiont = await testSymbiont(manager);
  const { entry, jobName } = await manager.submit(submission());
  const [assignment] = await symbiont.arrivals(1);
  clock.advance(2_500);
  await symbiont.finish([assignment!], { kind: 'relayed', host: 'mx.node.example', reply: '250 OK' });
  expect(events).toEqual([
    expect.objectContaining({
      event: 'accepted',
      entry,
      jobName,
      userName: 'TCPIP$SMTP',
      reversePath: 'smith@host.example',
      forwardPaths: ['jones@node.example'],
    }),
    {
      event: 'attempt',
      entry,
      forwardPath: 'jones@node.example',
      outcome: 'relayed',
      host: 'mx.node.example',
      reply: '250 OK',
    },
    { event: 'completed', entry, seconds: 2.5 },
  ]);
  expect(manager.statistics()).toMatchObject({
    submissions: 1,
    completed: 1,
    recipients: { relayed: 1, delivered: 0 },
  });
});

test('what an operator deletes, and what is kept for him, is in it too', async () => {
  const { events, manager } = await node();
  const waiting = await manager.submit(submission(undefined, { hold: true }));
  await manager.deleteEntries([waiting.entry], system);
  const symbiont = await testSymbiont(manager);
  const { entry } = await manager.submit(submission());
  const [assignment] = await symbiont.arrivals(1);
  await symbiont.report([{ entry, entryId: assignment!.entryId, recipients: [], retainedOnError: 'poison' }]);
  expect(events.filter(({ event }) => event !== 'accepted')).toEqual([
    { event: 'deleted', entry: waiting.entry, seconds: 0 },
    { event: 'retained', entry, reason: 'poison' },
  ]);
});

test('a recipient who is taken off is told of, and the entry is completed without him', async () => {
  const { events, manager } = await node();
  const submitted = submission(undefined, { hold: true });
  const { entry } = await manager.submit({
    ...submitted,
    envelope: { ...submitted.envelope, forwardPaths: ['a@far.example', 'b@near.example'] },
  });
  await manager.changeMail({ destination: 'far.example' }, { kind: 'delete' }, system);
  expect(events.at(-1)).toEqual({
    event: 'removed',
    entry,
    forwardPath: 'a@far.example',
    reply: 'removed by SYSTEM',
  });
});

test('what is deleted while a symbiont has it is not told as completed, unless all of it was done', async () => {
  const { events, manager } = await node();
  const symbiont = await testSymbiont(manager);
  const ends = async (nth: number, kind: 'delivered' | 'retry') => {
    const { entry } = await manager.submit(submission());
    const assignment = (await symbiont.arrivals(nth)).at(-1);
    await manager.deleteEntries([entry], system);
    const outcome = kind === 'retry' ? { kind, at: 1e15, reply: '451 later' } : { kind };
    await symbiont.finish([assignment!], outcome);
    return events.at(-1);
  };
  expect(await ends(1, 'retry')).toMatchObject({ event: 'deleted' });
  expect(manager.statistics().completed).toBe(0);
  expect(await ends(2, 'delivered')).toMatchObject({ event: 'completed' });
  expect(manager.statistics().completed).toBe(1);
});

test('so is what was still to be deleted when the queue manager died', async () => {
  const store = createMemoryQueueStore();
  const { manager, clock } = await startQueueManager({ store });
  const symbiont = await testSymbiont(manager);
  const { entry } = await manager.submit(submission());
  await symbiont.arrivals(1);
  await manager.deleteEntries([entry], system);
  const events: MessageEvent[] = [];
  clock.advance(2_000);
  const next = await startQueueManager({
    store: store.copy(),
    clock,
    journal: (event) => void events.push(event()),
  });
  expect(events).toEqual([{ event: 'deleted', entry, seconds: 2 }]);
  expect(await next.manager.entries({}, system)).toEqual([]);
});

test('it has the Message-ID, of texts in the spool too', async () => {
  const { events, manager } = await node();
  const start = Buffer.from('Subject: x\r\nMessage-ID: <1@far.example>\r\n\r\ny\r\n');
  const spooled = { kind: 'file', spoolId: 'S', sizeBytes: 100_000 } as const;
  await manager.submit({ ...submission(), text: { kind: 'inline', bytes: start } });
  await manager.submit({ ...submission(), text: { ...spooled, known: { start, lines: 4 } } });
  await manager.submit({ ...submission(), text: { ...spooled, messageId: '<2@far.example>' } });
  await manager.submit({ ...submission(), text: spooled });
  expect(events.map((each) => 'messageId' in each && each.messageId)).toEqual([
    '<1@far.example>',
    '<1@far.example>',
    '<2@far.example>',
    undefined,
  ]);
});
