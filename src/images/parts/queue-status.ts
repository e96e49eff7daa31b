/** The queues, for who looks at the node from outside: also at one whose queue manager an operator has stopped. */
import { isCondition, JBC } from '../../condition/index.ts';
import type { QueueManager } from '../../ports/queue-manager.ts';
import type { NodeStatus } from '../node-status.ts';

export async function queueStatus(
  queueManager: Pick<QueueManager, 'queues'>,
): Promise<Pick<NodeStatus, 'queueManager' | 'queues'>> {
  try {
    const queues = (await queueManager.queues()).map(({ name, state, counts }) => ({
      name,
      state,
      pending: counts.pending,
      holding: counts.holding + counts.timedRelease,
      executing: counts.executing,
      retained: counts.retained,
    }));
    return { queueManager: 'running', queues };
  } catch (error) {
    if (!isCondition(error) || error.definition.ident !== JBC.JOBQUEDIS.ident) throw error;
    return { queueManager: 'stopped', queues: [] };
  }
}
