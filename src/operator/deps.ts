/** What the operator's verbs need of the node. */
import type { QueueManager } from '../ports/queue-manager.ts';

export interface OperatorDeps {
  /** Rejects with JBC JOBQUEDIS when no node runs. */
  readonly queueManager: () => Promise<QueueManager>;
}
