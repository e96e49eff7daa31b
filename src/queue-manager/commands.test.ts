/** Every command on an entry and on a queue, in every state they can be in. What is forbidden stands with its condition. */
import { expect, test } from 'vitest';
import { createMemoryQueueStore } from '../adapters/memory/queue-store.ts';
import { isCondition } from '../condition/index.ts';
import { type JobEnd, type JobSubmission, plainJob } from '../ports/batch.ts';
import type { JobState, QueueKind } from '../ports/queue-manager.ts';
import { jobTransitions } from './entry-state.ts';
import { queueTransitions } from './queue-state.ts';
import {
  EXECUTION,
  GENERIC,
  NOON,
  startQueueManager,
  submission,
  system,
  testSymbiont,
} from './testing/test-node.ts';

const LATER = NOON + 60_000;

type Node = Awaited<ReturnType<typeof node>>;

async function node() {
  const store = createMemoryQueueStore();
  const { manager } = await startQueueManager({ store });
  const ends: ((end: JobEnd) => void)[] = [];
  // A process that goes on until the test ends it, whatever it is told.
  manager.runBatch({
    run: () => ({ ended: new Promise((resolve) => ends.push(resolve)), abort() {}, pause() {}, resume() {} }),
  });
  const make = async (name: string, kind: QueueKind) => {
    await manager.initializeQueue(name, { kind }, system);
    await manager.startQueue(name, system);
  };
  await make('BATCH', 'batch');
  await make('OTHER', 'batch');
  await make('PRINTER', 'printer');
  await make('OTHER_PRINTER', 'printer');
  const settle = () => new Promise((resolve) => setTimeout(resolve, 1));
  const end = async (how: JobEnd) => {
    for (const each of ends.splice(0)) each(how);
    await settle();
  };
  const stateOf = async (entry: number) =>
    (await manager.entries({ entries: [entry] }, system))[0]?.state ?? 'gone';
  return { manager, store, end, settle, stateOf };
}

const job = (kind: 'batch' | 'print', more: Partial<JobSubmission> = {}): JobSubmission => ({
  queueName: kind === 'batch' ? 'BATCH' : 'PRINTER',
  jobName: 'JOB',
  userName: 'SYSTEM',
  sizeBytes: 512,
  batch: {
    ...plainJob,
    files: ['DKA0:[SYSMGR]A.COM;1'],
    restart: true,
    retain: 'always',
    ...(kind === 'print' ? { print: { form: '', jobCount: 1, copies: 1 } } : {}),
  },
  ...more,
});

/** Puts an entry into a state; undefined where such an entry is never in it. */
type Entrance = (node: Node) => Promise<number>;

const entrances = (kind: 'batch' | 'print'): Record<JobState, Entrance> => {
  const queue = job(kind).queueName;
  const submit = async ({ manager }: Node, more: Partial<JobSubmission> = {}) =>
    (await manager.submitJob(job(kind, more), system)).entry;
  const ended = (how: JobEnd) => async (each: Node) => {
    const entry = await submit(each);
    await each.end(how);
    return entry;
  };
  return {
    async pending(each) {
      await each.manager.stopQueue(queue, 'next', system);
      return submit(each);
    },
    executing: (each) => submit(each),
    holding: (each) => submit(each, { hold: true }),
    holdingUntil: (each) => submit(each, { after: LATER }),
    retainedOnError: ended({ kind: 'completed', status: 0x2c, text: '%SYSTEM-F-ABORT, abort' }),
    retainedOnCompletion: ended({ kind: 'completed', status: 1 }),
    async aborting(each) {
      const entry = await submit(each);
      await each.manager.deleteEntries([entry], system);
      return entry;
    },
  };
};

const mailEntrances: Record<Exclude<JobState, 'retainedOnCompletion'>, Entrance> = {
  async pending({ manager }) {
    return (await manager.submit(submission())).entry;
  },
  async executing({ manager }) {
    const symbiont = await testSymbiont(manager);
    const { entry } = await manager.submit(submission());
    await symbiont.arrivals(1);
    return entry;
  },
  holding: async ({ manager }) => (await manager.submit(submission(undefined, { hold: true }))).entry,
  holdingUntil: async ({ manager }) => (await manager.submit(submission(undefined, { after: LATER }))).entry,
  async retainedOnError({ manager }) {
    const symbiont = await testSymbiont(manager);
    const { entry } = await manager.submit(submission());
    const [assigned] = await symbiont.arrivals(1);
    await symbiont.report([
      { entry, entryId: assigned!.entryId, recipients: [], retainedOnError: '%JBC-E-SYMDEL, gone' },
    ]);
    await symbiont.close();
    return entry;
  },
  async aborting({ manager }) {
    const symbiont = await testSymbiont(manager);
    const { entry } = await manager.submit(submission());
    await symbiont.arrivals(1);
    await manager.deleteEntries([entry], system);
    return entry;
  },
};

type EntryCommand = (node: Node, entry: number, other: string) => Promise<unknown>;
const entryCommands: Record<string, EntryCommand> = {
  'SET ENTRY/HOLD': ({ manager }, entry) => manager.changeEntries([entry], { kind: 'hold' }, system),
  'SET ENTRY/NOHOLD': ({ manager }, entry) => manager.changeEntries([entry], { kind: 'noHold' }, system),
  'SET ENTRY/RELEASE': ({ manager }, entry) => manager.changeEntries([entry], { kind: 'release' }, system),
  'SET ENTRY/AFTER': ({ manager }, entry) =>
    manager.changeEntries([entry], { kind: 'after', instant: LATER }, system),
  'SET ENTRY/NOAFTER': ({ manager }, entry) =>
    manager.changeEntries([entry], { kind: 'after', instant: undefined }, system),
  'SET ENTRY/PRIORITY': ({ manager }, entry) =>
    manager.changeEntries([entry], { kind: 'priority', priority: 7 }, system),
  'SET ENTRY/NOTE': ({ manager }, entry) =>
    manager.changeEntries([entry], { kind: 'batch', batch: { note: 'n' } }, system),
  'SET ENTRY/REQUEUE': ({ manager }, entry, other) =>
    manager.changeEntries([entry], { kind: 'batch', batch: {}, queueName: other }, system),
  'STOP/QUEUE/ENTRY': ({ manager }, entry) => manager.stopJob(entry, {}, system),
  'STOP/QUEUE/REQUEUE': ({ manager }, entry) => manager.stopJob(entry, { requeue: {} }, system),
  'STOP/QUEUE/REQUEUE/HOLD': ({ manager }, entry) =>
    manager.stopJob(entry, { requeue: { hold: true } }, system),
  'SET RESTART_VALUE': ({ manager }, entry) => manager.setRestartValue(entry, 'A', system),
  'DELETE/ENTRY': ({ manager }, entry) => manager.deleteEntries([entry], system),
};

async function outcome(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!isCondition(error)) throw error;
    return error.definition.ident;
  }
}

/** `state: ident` where it is refused, `state: next state` where it is done. */
async function walk(states: Record<string, Entrance>, other: string): Promise<Record<string, string>> {
  const rows: [string, string][] = [];
  for (const [name, command] of Object.entries(entryCommands)) {
    const cells: string[] = [];
    for (const [state, enter] of Object.entries(states)) {
      const each = await node();
      const entry = await enter(each);
      expect([name, await each.stateOf(entry)]).toEqual([name, state]);
      const refusal = await outcome(() => command(each, entry, other));
      await each.settle();
      cells.push(refusal ?? (await each.stateOf(entry)));
      await Promise.race([each.manager.stop(), each.settle()]);
    }
    rows.push([name, cells.join(' ')]);
  }
  return Object.fromEntries(rows);
}

test('the states are all there are', () => {
  expect(Object.keys(entrances('batch')).sort()).toEqual(Object.keys(jobTransitions).sort());
});

// pending executing holding holdingUntil retainedOnError retainedOnCompletion aborting
const ofJobs = {
  'SET ENTRY/HOLD': 'holding EXECUTING holding holding holding holding EXECUTING',
  'SET ENTRY/NOHOLD':
    'pending EXECUTING executing holdingUntil retainedOnError retainedOnCompletion EXECUTING',
  'SET ENTRY/RELEASE': 'pending EXECUTING executing executing executing executing EXECUTING',
  'SET ENTRY/AFTER': 'holdingUntil EXECUTING holding holdingUntil holdingUntil holdingUntil EXECUTING',
  'SET ENTRY/NOAFTER': 'pending EXECUTING holding executing retainedOnError retainedOnCompletion EXECUTING',
  'SET ENTRY/PRIORITY':
    'pending EXECUTING holding holdingUntil retainedOnError retainedOnCompletion EXECUTING',
  'SET ENTRY/NOTE': 'pending EXECUTING holding holdingUntil retainedOnError retainedOnCompletion EXECUTING',
  'SET ENTRY/REQUEUE': 'executing EXECUTING holding holdingUntil executing executing EXECUTING',
  'STOP/QUEUE/ENTRY': 'JOBNOTEXEC aborting JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC',
  // It executes until its process has ended.
  'STOP/QUEUE/REQUEUE': 'JOBNOTEXEC executing JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC',
  'STOP/QUEUE/REQUEUE/HOLD': 'JOBNOTEXEC executing JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC',
  'SET RESTART_VALUE': 'JOBNOTEXEC executing JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC aborting',
  'DELETE/ENTRY': 'gone aborting gone gone gone gone aborting',
};

test('every command on a batch job in every state', async () => {
  expect(await walk(entrances('batch'), 'OTHER')).toEqual(ofJobs);
});

test('and on a print job: the same', async () => {
  expect(await walk(entrances('print'), 'OTHER_PRINTER')).toEqual(ofJobs);
});

// pending executing holding holdingUntil retainedOnError aborting
test('every command on mail in every state', async () => {
  expect(await walk(mailEntrances, 'OTHER')).toEqual({
    'SET ENTRY/HOLD': 'holding executing holding holding holding EXECUTING',
    'SET ENTRY/NOHOLD': 'pending executing pending holdingUntil retainedOnError EXECUTING',
    'SET ENTRY/RELEASE': 'pending executing pending pending pending EXECUTING',
    'SET ENTRY/AFTER': 'holdingUntil executing holding holdingUntil holdingUntil EXECUTING',
    'SET ENTRY/NOAFTER': 'pending executing holding pending retainedOnError EXECUTING',
    'SET ENTRY/PRIORITY': 'pending executing holding holdingUntil retainedOnError EXECUTING',
    // Mail is no job of files.
    'SET ENTRY/NOTE': 'INCQUETYP INCQUETYP INCQUETYP INCQUETYP INCQUETYP INCQUETYP',
    'SET ENTRY/REQUEUE': 'INCQUETYP INCQUETYP INCQUETYP INCQUETYP INCQUETYP INCQUETYP',
    // It executes until its symbiont has given it back.
    'STOP/QUEUE/ENTRY': 'JOBNOTEXEC executing JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC',
    'STOP/QUEUE/REQUEUE': 'JOBNOTEXEC executing JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC',
    'STOP/QUEUE/REQUEUE/HOLD': 'JOBNOTEXEC executing JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC JOBNOTEXEC',
    'SET RESTART_VALUE': 'NOSUCHENT NOSUCHENT NOSUCHENT NOSUCHENT NOSUCHENT NOSUCHENT',
    'DELETE/ENTRY': 'gone aborting gone gone gone aborting',
  });
});

// ---- queues -------------------------------------------------------------------------------------------------------

type QueueEntrance = (node: Node, queue: string) => Promise<unknown>;
const queueEntrances: Record<string, QueueEntrance> = {
  async started() {},
  paused: ({ manager }, queue) => manager.stopQueue(queue, 'pause', system),
  async stopping({ manager }, queue) {
    await manager.submitJob({ ...job(queue === 'BATCH' ? 'batch' : 'print'), queueName: queue }, system);
    await manager.stopQueue(queue, 'next', system);
  },
  async resetting({ manager }, queue) {
    await manager.submitJob({ ...job(queue === 'BATCH' ? 'batch' : 'print'), queueName: queue }, system);
    await manager.stopQueue(queue, 'reset', system);
  },
  stopped: ({ manager }, queue) => manager.stopQueue(queue, 'next', system),
};

type QueueCommand = (node: Node, queue: string, other: string) => Promise<unknown>;
const queueCommands: Record<string, QueueCommand> = {
  'INITIALIZE/QUEUE': ({ manager }, queue) =>
    manager.initializeQueue(queue, { kind: queue === 'BATCH' ? 'batch' : 'printer' }, system),
  'START/QUEUE': ({ manager }, queue) => manager.startQueue(queue, system),
  'STOP/QUEUE': ({ manager }, queue) => manager.stopQueue(queue, 'pause', system),
  'STOP/QUEUE/NEXT': ({ manager }, queue) => manager.stopQueue(queue, 'next', system),
  'STOP/QUEUE/RESET': ({ manager }, queue) => manager.stopQueue(queue, 'reset', system),
  'SET QUEUE/DESCRIPTION': ({ manager }, queue) => manager.setQueue(queue, { description: 'd' }, system),
  'SET QUEUE/CLOSE': ({ manager }, queue) => manager.setQueue(queue, { closed: true }, system),
  'START/QUEUE/PROCESSOR': ({ manager }, queue) => manager.setQueue(queue, { processor: 'X' }, system),
  async 'ASSIGN/QUEUE'({ manager }, queue, other) {
    await manager.stopQueue(other, 'next', system);
    await manager.assignQueue(queue, other, system);
  },
  'DEASSIGN/QUEUE': ({ manager }, queue) => manager.assignQueue(queue, undefined, system),
  'ASSIGN/MERGE': ({ manager }, queue, other) => manager.mergeQueue(queue, other, system),
  'DELETE/QUEUE': ({ manager }, queue) => manager.deleteQueue(queue, system),
  SUBMIT: ({ manager }, queue) =>
    manager.submitJob({ ...job(queue === 'BATCH' ? 'batch' : 'print'), queueName: queue }, system),
};

async function walkQueues(queue: string, other: string, states = Object.keys(queueEntrances)) {
  const rows: [string, string][] = [];
  for (const [name, command] of Object.entries(queueCommands)) {
    const cells: string[] = [];
    for (const state of states) {
      const each = await node();
      await queueEntrances[state]!(each, queue);
      const refusal = await outcome(() => command(each, queue, other));
      await each.settle();
      const [found] = await each.manager.queues(queue);
      cells.push(refusal ?? found?.state ?? 'gone');
      await Promise.race([each.manager.stop(), each.settle()]);
    }
    rows.push([name, cells.join(' ')]);
  }
  return Object.fromEntries(rows);
}

test('the states of queues are all there are', () => {
  expect(Object.keys(queueEntrances).sort()).toEqual(Object.keys(queueTransitions).sort());
});

// started paused stopping resetting stopped
const ofQueues = {
  'INITIALIZE/QUEUE': 'QUENOTMOD QUENOTMOD QUENOTMOD QUENOTMOD stopped',
  'START/QUEUE': 'idle idle busy busy idle',
  'STOP/QUEUE': 'paused paused stopping resetting stopped',
  'STOP/QUEUE/NEXT': 'stopped stopped stopping resetting stopped',
  'STOP/QUEUE/RESET': 'stopped stopped resetting resetting stopped',
  'SET QUEUE/DESCRIPTION': 'idle paused stopping resetting stopped',
  'SET QUEUE/CLOSE': 'idle paused stopping resetting stopped',
  'START/QUEUE/PROCESSOR': 'QUENOTMOD QUENOTMOD QUENOTMOD QUENOTMOD stopped',
  'ASSIGN/QUEUE': 'QUENOTSTOP QUENOTSTOP QUENOTSTOP QUENOTSTOP stopped',
  'DEASSIGN/QUEUE': 'NOTASSIGN NOTASSIGN NOTASSIGN NOTASSIGN NOTASSIGN',
  'ASSIGN/MERGE': 'idle paused stopping resetting stopped',
  'DELETE/QUEUE': 'QUENOTSTOP QUENOTSTOP QUENOTSTOP QUENOTSTOP gone',
  SUBMIT: 'busy paused stopping resetting stopped',
};

test('every command on a batch queue in every state', async () => {
  expect(await walkQueues('BATCH', 'OTHER')).toEqual(ofQueues);
});

test('and on an output queue: the same', async () => {
  expect(await walkQueues('PRINTER', 'OTHER_PRINTER')).toEqual(ofQueues);
});

// started paused stopped
const ofMailQueues = {
  'INITIALIZE/QUEUE': 'INCQUETYP INCQUETYP INCQUETYP',
  'START/QUEUE': 'idle idle idle',
  'STOP/QUEUE': 'paused paused stopped',
  'STOP/QUEUE/NEXT': 'stopped stopped stopped',
  'STOP/QUEUE/RESET': 'stopped stopped stopped',
  'SET QUEUE/DESCRIPTION': 'QUENOTMOD QUENOTMOD INCQUETYP',
  'SET QUEUE/CLOSE': 'idle paused stopped',
  'START/QUEUE/PROCESSOR': 'QUENOTMOD QUENOTMOD INCQUETYP',
  'ASSIGN/QUEUE': 'INCQUETYP INCQUETYP INCQUETYP',
  'DEASSIGN/QUEUE': 'INCQUETYP INCQUETYP INCQUETYP',
  'ASSIGN/MERGE': 'INCQUETYP INCQUETYP INCQUETYP',
  'DELETE/QUEUE': 'REFERENCED REFERENCED REFERENCED',
  SUBMIT: 'INCQUETYP INCQUETYP INCQUETYP',
};

const ofGenericMailQueues = {
  ...ofMailQueues,
  // It has nothing in hand that could be suspended.
  'STOP/QUEUE': 'stopped stopped stopped',
  'SET QUEUE/CLOSE': 'idle stopped stopped',
  'SET QUEUE/DESCRIPTION': 'QUENOTMOD INCQUETYP INCQUETYP',
  'START/QUEUE/PROCESSOR': 'QUENOTMOD INCQUETYP INCQUETYP',
};

test.each([
  [GENERIC, ofGenericMailQueues],
  [EXECUTION, ofMailQueues],
])('and on %s, which the configuration of SMTP makes', async (queue, expected) => {
  const states = ['started', 'paused', 'stopped'];
  expect(await walkQueues(queue, 'OTHER', states)).toEqual(expected);
});
