/** What every QueueStore must do: run on each adapter by queue-store.test.ts. */
import type { QueueStore } from '../../../src/ports/queue-store.ts';
import { describeClaims } from './claims.ts';
import { describeEntries } from './entries.ts';
import { describeJobs } from './jobs.ts';

/** @param make  an empty store, for each test */
export function describeQueueStore(name: string, make: () => Promise<QueueStore>): void {
  describeEntries(name, make);
  describeClaims(name, make);
  describeJobs(name, make);
}
