/** The symbiont behind the real queue manager: entries come, change and go as operators see them. */
import { afterEach, describe, expect, it } from 'vitest';
import { startSink } from '../../test/support/smtp-sink.ts';
import { type RigOptions, startRig } from '../../test/support/symbiont-rig.ts';
import { startQueueNode, until } from '../../test/support/symbiont-with-queue-manager.ts';
import type { NodeQueueManager } from '../queue-manager/index.ts';

const operator = { userName: 'SYSTEM', privileges: ['OPER'] };
const dns = { addresses: { 'far.example': ['127.0.0.1'] } };
const DAY_MS = 86_400_000;
let manager: NodeQueueManager;
let entries: Awaited<ReturnType<typeof startQueueNode>>['entries'];

async function startNode(options: RigOptions) {
  const node = await startQueueNode(options);
  manager = node.manager;
  entries = node.entries;
  return node;
}
const submit = (
  forwardPaths: readonly string[],
  reversePath = 'jones@pluto.acme.com',
  after: number | undefined = undefined,
) =>
  manager.submit({
    envelope: { reversePath, forwardPaths },
    text: {
      kind: 'inline',
      bytes: Buffer.from('From: jones@pluto.acme.com\r\nSubject: Hi\r\n\r\nHello\r\n'),
    },
    userName: 'TCPIP$SMTP',
    ...(after === undefined ? {} : { after }),
  });
const queueIsEmpty = () => until(async () => (await entries()).length === 0);

afterEach(() => manager.stop());

describe('with the queue manager', () => {
  it('local mail comes and the entry goes', async () => {
    const { rig } = await startNode({});
    await submit(['jones@pluto.acme.com']);
    await queueIsEmpty();
    expect(rig.deliveries).toHaveLength(1);
    expect(rig.forgotten).toEqual(rig.deliveries.map((each) => each.deliveryKey));
    await rig.symbiont.stop();
  });

  it('a bounce is an entry of its own, and ends in the mailbox of the sender', async () => {
    const { rig } = await startNode({});
    await submit(['nobody@pluto.acme.com']);
    await until(async () => rig.deliveries.length === 1);
    await queueIsEmpty();
    expect(rig.deliveries[0]).toMatchObject({
      userName: 'JONES',
      subject: 'Returned mail',
      from: 'SMTP%"TCPIP$SMTP@pluto.acme.com"',
    });
    await rig.symbiont.stop();
  });

  it('a bounce that cannot be delivered ends with a word to the operator', async () => {
    const { rig } = await startNode({});
    await submit(['nobody@pluto.acme.com'], 'noone@pluto.acme.com');
    await until(async () => rig.operatorMessages.length === 1);
    await queueIsEmpty();
    expect(rig.operatorMessages[0]).toContain('<noone@pluto.acme.com>');
    expect(rig.deliveries).toEqual([]);
    await rig.symbiont.stop();
  });

  it('a list becomes its members, and one that waits is tried again alone', async () => {
    let isFull = true;
    await using sink = await startSink({
      reply: (command) => (isFull && command.includes('<full@') ? '452 full' : undefined),
    });
    const { rig, clock } = await startNode({
      dns,
      port: sink.port,
      files: { 'TEAM.DIS': ['jones', 'full@far.example', 'bob@far.example'] },
    });
    await submit(['team@pluto.acme.com']);
    await until(async () => (await entries())[0]?.state === 'holdingUntil');
    const [entry] = await entries();
    expect(entry?.recipients?.map((each) => [each.forwardPath, each.state])).toEqual([
      ['team@pluto.acme.com', 'expanded'],
      ['jones@pluto.acme.com', 'sent'],
      ['full@far.example', 'retry'],
      ['bob@far.example', 'sent'],
    ]);
    isFull = false;
    clock.advance(30 * 60_000);
    await queueIsEmpty();
    expect(sink.messages.map((each) => each.forwardPaths)).toEqual([
      ['bob@far.example'],
      ['full@far.example'],
    ]);
    expect(rig.deliveries).toHaveLength(1);
    await rig.symbiont.stop();
  });

  it.each([
    ['a list', ['TEAM'], { files: { 'TEAM.DIS': ['jones', 'Bob@FAR.example'] } }],
    [
      'lists with an owner',
      ['TEAM'],
      { files: { 'TEAM.DIS': ['! Owner: jones', 'jones', 'Bob@FAR.example'] } },
    ],
    ['a list, of these alone', ['TEAM'], { files: { 'TEAM.DIS': ['Bob@FAR.example'] } }],
    ['an alias', ['STAFF'], { forwarding: { STAFF: 'JONES,SMTP%"Bob@FAR.example"' } }],
  ])(
    'whoever is named beside %s gets one copy, however his address is written',
    async (_name, lists, routing) => {
      await using sink = await startSink();
      const { rig } = await startNode({ dns, port: sink.port, ...routing });
      await submit(['JONES@Pluto', ...lists, 'Bob@far.example.']);
      await sink.received(1);
      await queueIsEmpty();
      expect(rig.deliveries.map(({ userName, subject }) => [userName, subject])).toEqual([['JONES', 'Hi']]);
      expect(sink.messages.map((each) => each.forwardPaths)).toEqual([['Bob@far.example']]);
      await rig.symbiont.stop();
    },
  );

  it('mail that was to be held for days has its whole time from then on', async () => {
    let isBusy = true;
    await using sink = await startSink({
      reply: (command) => (isBusy && command.startsWith('RCPT') ? '451 later' : undefined),
    });
    const { rig, clock } = await startNode({ dns, port: sink.port });
    await submit(['bob@far.example'], undefined, clock.now() + 5 * DAY_MS);
    await until(async () => (await entries())[0]?.state === 'holdingUntil');
    clock.advance(5 * DAY_MS);
    await sink.seen(/^RCPT/);
    await until(async () => (await entries())[0]?.recipients?.[0]?.state !== 'unsent');
    expect((await entries()).map(({ recipients }) => recipients?.[0]?.state)).toEqual(['retry']);
    isBusy = false;
    clock.advance(30 * 60_000);
    await queueIsEmpty();
    expect(sink.messages).toHaveLength(1);
    expect(rig.deliveries).toEqual([]);
    await rig.symbiont.stop();
  });

  it('STOP/QUEUE/RESET takes back what is under way, and START sends it', async () => {
    let isSilent = true;
    const reply = (command: string) => (isSilent && command.startsWith('RCPT') ? 'silent' : undefined);
    await using sink = await startSink({ extensions: [], reply });
    const { rig } = await startNode({ dns, port: sink.port });
    await submit(['bob@far.example']);
    await sink.seen(/^RCPT/);
    await manager.stopQueue('TCPIP$SMTP_PLUTO_01', 'reset', operator);
    await until(async () => (await entries())[0]?.state === 'pending');
    isSilent = false;
    await manager.startQueue('TCPIP$SMTP_PLUTO_01', operator);
    await sink.received(1);
    await queueIsEmpty();
    expect(sink.messages).toHaveLength(1);
    await rig.symbiont.stop();
  });

  /** Mail for a host that does not answer RCPT, until the test lets it. */
  async function underWay() {
    const slow = { isSilent: true };
    const reply = (command: string) =>
      slow.isSilent && command.startsWith('RCPT') ? ('silent' as const) : undefined;
    const sink = await startSink({ extensions: [], reply });
    const { rig } = await startNode({ dns, port: sink.port });
    const { entry } = await submit(['bob@far.example']);
    await sink.seen(/^RCPT/);
    return { sink, rig, entry, slow };
  }
  const stateIs = (wanted: string | undefined) => until(async () => (await entries())[0]?.state === wanted);

  it('STOP/QUEUE/REQUEUE takes one entry back at once, and holds it where it says so', async () => {
    const { sink, rig, entry, slow } = await underWay();
    await using _ = sink;
    await manager.stopJob(entry, { requeue: { hold: true, priority: 120 } }, operator);
    await stateIs('holding');
    expect((await entries())[0]).toMatchObject({ priority: 120, queueName: 'TCPIP$SMTP_PLUTO_00' });
    slow.isSilent = false;
    await manager.changeEntries([entry], { kind: 'release' }, operator);
    await queueIsEmpty();
    expect(sink.messages).toHaveLength(1);
    await rig.symbiont.stop();
  });

  it('STOP/QUEUE/ABORT keeps the mail, retained on error', async () => {
    const { sink, rig, entry, slow } = await underWay();
    await using _ = sink;
    await expect(manager.stopJob(entry, {}, { userName: 'SMITH', privileges: [] })).rejects.toMatchObject({
      ident: 'NOPRIV',
    });
    const elsewhere = { requeue: { queueName: 'SYS$BATCH' } };
    await expect(manager.stopJob(entry, elsewhere, operator)).rejects.toMatchObject({ ident: 'INCDSTQUE' });
    await manager.stopJob(entry, {}, operator);
    await stateIs('retainedOnError');
    expect((await entries())[0]?.errorText).toBe('%JBC-F-JOBABORT, job aborted during execution');
    slow.isSilent = false;
    await manager.changeEntries([entry], { kind: 'release' }, operator);
    await queueIsEmpty();
    expect(sink.messages).toHaveLength(1);
    await rig.symbiont.stop();
  });

  it('DELETE/ENTRY ends a delivery that is under way: nothing of it arrives', async () => {
    const { sink, rig, entry, slow } = await underWay();
    await using _ = sink;
    await manager.deleteEntries([entry], operator);
    await queueIsEmpty();
    slow.isSilent = false;
    expect(sink.messages).toEqual([]);
    await rig.symbiont.stop();
  });

  it('STOP/QUEUE/MANAGER takes back what is under way, and START/QUEUE/MANAGER sends it', async () => {
    const { sink, rig, slow } = await underWay();
    await using _ = sink;
    const manages = { userName: 'SYSTEM', privileges: ['OPER', 'SYSNAM'] };
    await manager.moveManager('stop', manages);
    await expect(submit(['bob@far.example'])).rejects.toMatchObject({ ident: 'JOBQUEDIS' });
    slow.isSilent = false;
    expect(sink.messages).toEqual([]);
    await manager.moveManager('start', manages);
    await queueIsEmpty();
    expect(sink.messages).toHaveLength(1);
    await rig.symbiont.stop();
  });

  it('a symbiont that stops leaves the rest to the next one', async () => {
    await using sink = await startSink({ reply: () => 'silent' });
    const { rig } = await startNode({ dns, port: sink.port });
    await submit(['bob@far.example']);
    await sink.seen(/^EHLO/);
    await rig.symbiont.stop({ graceMs: 0 });
    expect((await entries())[0]?.state).toBe('pending');
    await using other = await startSink();
    const next = await startRig({ dns, port: other.port, dependencies: { queueManager: manager } });
    await other.received(1);
    await queueIsEmpty();
    await next.symbiont.stop();
  });
});
