/**
 * Jobs of other users between the jobs a listing shows: `(n intervening jobs)` of SHOW QUEUE. Somebody who sees only his
 * own jobs still sees how long the queue in front of them is. Source: queues.md §8.1.
 */
import type { EntryInfo } from '../ports/queue-manager.ts';
import type { QueueStore } from '../ports/queue-store.ts';
import type { Desk } from './desk.ts';
import { breath } from './entry-pages.ts';

/** Entries counted at a time: a queue of a million is counted without keeping mail waiting. */
const AT_ONCE = 5_000;

/**
 * Those of other users than the entry's that stand in the same queue, behind entry `after` and before this one.
 * @param genericQueue  where everything stands that no symbiont has in hand
 */
export async function interveningJobs(
  store: Pick<QueueStore, 'countOthers'>,
  desk: Desk,
  genericQueue: string,
  { entry, userName, queueName }: EntryInfo,
  after: number,
): Promise<number> {
  const inHand = countInHand(
    desk,
    queueName === genericQueue ? undefined : queueName,
    userName,
    after,
    entry,
  );
  if (queueName !== genericQueue) return inHand;
  let stored = 0;
  for (let last: number | undefined = after; last !== undefined; ) {
    const page = await store.countOthers(userName, last, entry, AT_ONCE);
    stored += page.count;
    last = page.last;
    if (last !== undefined) await breath();
  }
  // What is taken up meanwhile is counted on both sides.
  return Math.max(0, stored - inHand);
}

function countInHand(
  desk: Desk,
  queueName: string | undefined,
  userName: string,
  after: number,
  before: number,
): number {
  let count = 0;
  for (const { entry } of desk.inHand(queueName)) {
    if (entry.userName !== userName && entry.entry > after && entry.entry < before) count++;
  }
  return count;
}
