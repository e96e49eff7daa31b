/** The queue manager while it runs: what it was made with, what it keeps in memory, and what the parts of it share. */

import { signal } from '../condition/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { MessageJournal } from '../ports/message-journal.ts';
import type { Spool } from '../ports/message-text.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import type { QueueStore, StoredQueue } from '../ports/queue-store.ts';
import type { BatchScheduler } from './batch/batch-scheduler.ts';
import type { ClockWatch } from './clock-watch.ts';
import type { Desk } from './desk.ts';
import type { EntryNumbers } from './entry-numbers.ts';
import type { GroupCommit } from './group-commit.ts';
import type { ShownNode } from './listing.ts';
import { JBC } from './messages.ts';
import type { NodeQueues } from './node-queues.ts';
import type { TimedRelease } from './timed-release.ts';
import type { Counts } from './turn-plan.ts';

export interface QueueManagerDeps {
  /** Opened and closed by the caller; nobody else may write to it. */
  readonly store: QueueStore;
  readonly spool: Spool;
  readonly clock: Clock;
  readonly log: Log;
  readonly opcom: OperatorCommunication;
  /** Default: nobody is told. */
  readonly journal?: MessageJournal;
  readonly nodeName: string;
  /** Execution queues, 1 to 10, asked for at the start and with START MAIL. Default 1. */
  readonly queues?: () => Promise<number>;
  /** Jobs an execution queue shows as processing at a time. Default 4. */
  readonly jobLimit?: number;
  /** `_HEARTS$DKA0:[TCPIP$SMTP]`: where control files of mail received by SMTP are said to be. */
  readonly fileDirectory: string;
}

/** What exists while it runs. */
export interface Running {
  readonly deps: QueueManagerDeps;
  readonly node: ShownNode;
  readonly queues: NodeQueues;
  readonly desk: Desk;
  readonly counts: Counts;
  readonly numbers: EntryNumbers;
  readonly commits: GroupCommit;
  readonly release: TimedRelease;
  readonly batch: BatchScheduler;
  readonly clockWatch: ClockWatch;
  readonly cancelCleaning: () => void;
}

export const executionQueues = async ({ queues }: QueueManagerDeps): Promise<number> =>
  queues === undefined ? 1 : queues();

/** Where jobs are to go: a queue of mail takes none. Throws JBC INCDSTQUE. */
export function checkDestination({ queues }: Running, name: string | undefined): void {
  if (name !== undefined && queues.find(name) !== undefined) signal(JBC.INCDSTQUE);
}

/** Of mail or of batch. Throws JBC NOSUCHQUE. */
export const findQueue = ({ queues, batch }: Running, name: string): StoredQueue =>
  queues.find(name) ?? batch.queues.find(name) ?? signal(JBC.NOSUCHQUE);
