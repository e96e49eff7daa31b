/** What the tests of the queue manager share: a manager on a store, a clock moved by hand, a spool of names. */

import { type ManualClock, manualClock } from '../../adapters/memory/manual-clock.ts';
import { createMemoryQueueStore } from '../../adapters/memory/queue-store.ts';
import { silentLog } from '../../ports/log.ts';
import type { MessageJournal } from '../../ports/message-journal.ts';
import type { Spool } from '../../ports/message-text.ts';
import type {
  Assignment,
  Caller,
  EntryOutcome,
  RecipientOutcome,
  Submission,
  SymbiontPort,
  SymbiontRegistration,
} from '../../ports/queue-manager.ts';
import type { QueueStore } from '../../ports/queue-store.ts';
import { createQueueManager, type NodeQueueManager } from '../queue-manager.ts';

/** The mail queues of HEARTS with one execution queue. */
export const GENERIC = 'TCPIP$SMTP_HEARTS_00';
export const EXECUTION = 'TCPIP$SMTP_HEARTS_01';

export const NOON = Date.UTC(2026, 0, 2, 12, 0, 0);
export const system: Caller = { userName: 'SYSTEM', privileges: ['OPER'] };
export const jones: Caller = { userName: 'JONES', privileges: ['NETMBX', 'TMPMBX'] };

/** A spool that knows names only. */
export function nameSpool(ids: string[] = []): Spool & { readonly ids: string[] } {
  return {
    ids,
    create: () => {
      throw new Error('not used here');
    },
    read: () => {
      throw new Error('not used here');
    },
    linkTo: () => Promise.reject(new Error('not used here')),
    async remove(id) {
      ids.splice(ids.indexOf(id), ids.includes(id) ? 1 : 0);
    },
    list: async () => [...ids],
    sizeBytes: async (id) => (ids.includes(id) ? 100_000 : undefined),
    strangers: async () => 0,
  };
}

export interface TestNode {
  readonly manager: NodeQueueManager;
  readonly clock: ManualClock;
  readonly spool: ReturnType<typeof nameSpool>;
  readonly messages: string[];
  /** What the alarms among the messages are about. */
  readonly alarms: string[];
}

export async function startQueueManager(options: {
  readonly store: QueueStore;
  readonly clock?: ManualClock;
  readonly spool?: ReturnType<typeof nameSpool>;
  readonly queues?: () => Promise<number>;
  readonly nodeName?: string;
  readonly journal?: MessageJournal;
}): Promise<TestNode> {
  const clock = options.clock ?? manualClock(NOON);
  const spool = options.spool ?? nameSpool();
  const messages: string[] = [];
  const alarms: string[] = [];
  const manager = createQueueManager({
    store: options.store,
    spool,
    clock,
    log: silentLog,
    opcom: {
      operatorMessage(_class, _from, text, alarm) {
        messages.push(text);
        if (alarm !== undefined) alarms.push(alarm.about);
      },
      broadcast() {},
    },
    nodeName: options.nodeName ?? 'HEARTS',
    fileDirectory: '_HEARTS$DKA0:[TCPIP$SMTP]',
    ...(options.journal === undefined ? {} : { journal: options.journal }),
    ...(options.queues === undefined ? {} : { queues: options.queues }),
  });
  await manager.start();
  return { manager, clock, spool, messages, alarms };
}

/** On a store in memory, unless the test has one. */
export async function memoryNode(
  more: {
    readonly queues?: () => Promise<number>;
    readonly store?: ReturnType<typeof createMemoryQueueStore>;
  } = {},
) {
  const store = more.store ?? createMemoryQueueStore();
  return { store, ...(await startQueueManager({ ...more, store })) };
}

/** Everything that was asked for so far has been committed. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

export function submission(
  text = 'Subject: test\r\n\r\ntext\r\n',
  more: Partial<Submission> = {},
): Submission {
  return {
    envelope: { reversePath: 'smith@host.example', forwardPaths: ['jones@node.example'] },
    text: { kind: 'inline', bytes: Buffer.from(text) },
    userName: 'TCPIP$SMTP',
    ...more,
  };
}

/** A symbiont that collects what it is given, and does what the test says. */
export interface TestSymbiont extends SymbiontRegistration {
  readonly assigned: Assignment[];
  readonly recalled: { readonly entries: readonly number[]; readonly how: string }[];
  /** Resolves once `count` assignments have come, in all. */
  arrivals(count: number): Promise<readonly Assignment[]>;
  /** Reports one outcome for every recipient of these assignments. */
  finish(assignments: readonly Assignment[], outcome?: RecipientOutcome): Promise<void>;
}

export async function testSymbiont(manager: NodeQueueManager, capacity = 100): Promise<TestSymbiont> {
  const assigned: Assignment[] = [];
  const recalled: { entries: readonly number[]; how: string }[] = [];
  let noticed: (() => void)[] = [];
  const port: SymbiontPort = {
    process(batch) {
      assigned.push(...batch);
      for (const notice of noticed.splice(0)) notice();
    },
    recall(entries, how) {
      recalled.push({ entries, how });
    },
  };
  const registration = await manager.registerSymbiont(port, capacity);
  noticed = [];
  return {
    ...registration,
    assigned,
    recalled,
    async arrivals(count) {
      while (assigned.length < count) await new Promise<void>((resolve) => noticed.push(resolve));
      return assigned;
    },
    finish: (assignments, outcome = { kind: 'delivered' }) =>
      registration.report(assignments.map((each) => outcomeOf(each, outcome))),
  };
}

export const outcomeOf = (assignment: Assignment, outcome: RecipientOutcome): EntryOutcome => ({
  entry: assignment.entry,
  entryId: assignment.entryId,
  recipients: assignment.recipients.map(({ index }) => ({ index, outcome })),
});
