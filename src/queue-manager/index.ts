export { JBC } from './messages.ts';
export { createQueueManager, type NodeQueueManager } from './queue-manager.ts';
export type { Histogram, QueueStatistics } from './statistics.ts';
