export { JBC, QMAN } from './messages.ts';
export { createQueueManager, type NodeQueueManager, type QueueManagerDeps } from './queue-manager.ts';
export type { Histogram, QueueStatistics } from './statistics.ts';
