/** Batch queues over a store that survives, with processes that do what the test says. */
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import { createMemoryQueueStore } from '../../adapters/memory/queue-store.ts';
import {
  type BatchJob,
  type JobEnd,
  type JobSubmission,
  plainJob,
  type StartedJob,
} from '../../ports/batch.ts';
import type { QueueStore } from '../../ports/queue-store.ts';
import { jones, NOON, startQueueManager, system } from './test-node.ts';

export const QUEUE = 'SYS$BATCH';
export const JOBABORT = 0x48084;
export const SYSFAIL = 0x480f4;
export const good: JobEnd = { kind: 'completed', status: 1 };
export const bad: JobEnd = { kind: 'completed', status: 0x2c, text: '%SYSTEM-F-ABORT, abort' };
export const died: JobEnd = { kind: 'died' };

export const job = (
  more: Partial<BatchJob> = {},
  submission: Partial<JobSubmission> = {},
): JobSubmission => ({
  queueName: QUEUE,
  jobName: 'POLL',
  userName: 'JONES',
  sizeBytes: 512,
  batch: {
    ...plainJob,
    files: ['DKA0:[JONES]POLL.COM;1'],
    logSpecification: 'SYS$LOGIN:POLL.LOG',
    ...more,
  },
  ...submission,
});

export interface TestProcess {
  readonly job: StartedJob;
  aborted: boolean;
  end(how: JobEnd): Promise<void>;
}

export async function batchNode(store: QueueStore = createMemoryQueueStore(), clock = manualClock(NOON)) {
  const { manager } = await startQueueManager({ store, clock });
  const processes: TestProcess[] = [];
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
  const begin = () =>
    manager.runBatch({
      run(started) {
        let resolve!: (end: JobEnd) => void;
        const ended = new Promise<JobEnd>((done) => {
          resolve = done;
        });
        const process: TestProcess = {
          job: started,
          aborted: false,
          async end(how) {
            resolve(how);
            await settled();
          },
        };
        processes.push(process);
        return {
          ended,
          abort() {
            process.aborted = true;
          },
        };
      },
    });
  begin();
  const states = async () =>
    (await manager.entries({ kind: 'batch' }, system)).map(({ entry, state }) => `${entry} ${state}`);
  const submit = async (...args: Parameters<typeof job>) =>
    (await manager.submitJob(job(...args), jones)).entry;
  return { manager, processes, states, submit, settled, store, clock };
}
