/** Print queues of a node that has none: what the job controller says of them. */
import { condition, JBC } from '../../condition/index.ts';
import type { PrintQueues } from '../../ports/print-queues.ts';
import type { QueueManager } from '../../ports/queue-manager.ts';

/** JOBQUEDIS where no node runs; INCQUETYP for a queue of another kind; else NOSUCHQUE. */
export const noPrintQueues = (queueManager: () => Promise<Pick<QueueManager, 'queues'>>): PrintQueues => ({
  async createJob(queueName) {
    const queues = await (await queueManager()).queues();
    const isThere = queues.some(({ name }) => name === queueName.toUpperCase());
    throw condition(isThere ? JBC.INCQUETYP : JBC.NOSUCHQUE);
  },
});
