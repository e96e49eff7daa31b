/** Entries of mail and batch jobs as SHOW MAIL, SHOW QUEUE, SHOW ENTRY and F$GETQUI are told of them. Source: queues.md §8, §14. */
import type { Caller, EntryFilter, EntryInfo, QueueInfo } from '../ports/queue-manager.ts';
import type { EntryQuery, StoredQueue } from '../ports/queue-store.ts';
import { matchesNamePattern } from '../system/name-pattern.ts';
import { accessTo, isOperator, mayRead } from './access.ts';
import { batchQueueInfo } from './batch/batch-queues.ts';
import { isJob, jobInfo } from './batch/job-table.ts';
import { isFor } from './destination.ts';
import { entryPages } from './entry-pages.ts';
import { interveningJobs } from './intervening.ts';
import {
  entryInfo,
  isWanted,
  placesInHand,
  queueInfo,
  storedStates,
  userNameOf,
  withoutContent,
} from './listing.ts';
import { isDone } from './outcome.ts';
import type { Running } from './running.ts';

/** Batch queues, output queues, then those of mail. @param pattern  of names; default all */
export function listQueues(running: Running, pattern: string | undefined): readonly QueueInfo[] {
  const { queues, desk, counts, batch, node } = running;
  const isMeant = ({ name }: StoredQueue): boolean =>
    pattern === undefined || matchesNamePattern(name, pattern);
  return [
    ...batch.queues
      .all()
      .filter(isMeant)
      .map((queue) =>
        batchQueueInfo(
          queue,
          batch.jobs.counts(queue.name),
          batch.jobs.pendingBlocks(queue.name),
          node.nodeName,
          batch.work.definitions,
          {
            phases: batch.work.phasesIn(queue.name),
            isUnavailable: batch.work.unavailable.has(queue.name),
          },
        ),
      ),
    ...queues
      .all()
      .filter(isMeant)
      .map((queue) => queueInfo(queue, queues, desk, counts, node)),
  ];
}

/** Is there a queue whose protection lets the caller see jobs of others? */
const mayReadOthers = ({ batch }: Running, caller: Caller): boolean =>
  isOperator(caller) ||
  [undefined, ...batch.queues.all().map(({ properties }) => properties)].some((queue) => {
    const access = accessTo(queue, caller);
    return access.has('R') || access.has('D');
  });

/** Ascending by entry number; what the caller may not read says only that it is there. */
export async function listEntries(
  running: Running,
  filter: EntryFilter,
  caller: Caller,
): Promise<readonly EntryInfo[]> {
  const { desk, queues, batch, node } = running;
  const { store } = running.deps;
  const limit = filter.limit ?? Number.POSITIVE_INFINITY;
  const found: EntryInfo[] = [];
  let listedBefore = filter.afterEntry ?? 0;
  const where = whereToLook(running, filter);
  if (where === 'nowhere') return found;
  const query = {
    entries: filter.entries,
    states: storedStates(filter),
    kind: filter.kind,
    userName: userNameOf(filter, caller, mayReadOthers(running, caller)),
    destination: filter.destination,
    afterEntry: filter.afterEntry,
    ...where,
  };
  for await (const page of entryPages(store, query)) {
    const places = placesInHand(desk, node.jobLimit);
    for (const stored of page) {
      // The node has had another name since: its mail stands in the generic queue it has now.
      const waitsIn = queues.find(stored.queueName)?.name ?? queues.generic;
      const whole = isJob(stored)
        ? jobInfo(
            stored,
            batch.queues.find(stored.queueName),
            () => batch.work.pendingReason(stored),
            batch.work.phases.get(stored.entry),
          )
        : entryInfo(stored, waitsIn, places.get(stored.entry), node);
      const isReadable = mayRead(caller, stored, batch.queues.find(stored.queueName)?.properties);
      if (!isReadable && !filter.withInaccessible) continue;
      const info = isReadable ? whole : withoutContent(whole);
      if (!isWanted(info, filter)) continue;
      const needsRecipients = filter.withRecipients || filter.destination !== undefined;
      const recipients =
        needsRecipients && !info.inaccessible && !isJob(stored)
          ? await store.recipients(info.entry)
          : undefined;
      if (
        filter.destination !== undefined &&
        !recipients?.some((each) => !isDone(each) && isFor(each, filter.destination))
      )
        continue;
      found.push({
        ...info,
        ...(recipients === undefined ? {} : { recipients }),
        ...(filter.withIntervening
          ? {
              intervening: isJob(stored)
                ? batch.jobs.intervening(info, listedBefore)
                : await interveningJobs(store, desk, queues.generic, info, listedBefore),
            }
          : {}),
      });
      listedBefore = info.entry;
      if (found.length >= limit) return found;
    }
  }
  return found;
}

/**
 * What a queue that is named has of the whole: an execution queue of mail what symbionts have in hand, the others all there
 * is of their kind.
 */
function whereToLook(
  { queues, batch, desk }: Running,
  { queue, kind, entries }: EntryFilter,
): Pick<EntryQuery, 'kind' | 'entries'> | 'nowhere' {
  if (queue === undefined) return {};
  const isMeant = ({ name }: StoredQueue): boolean => matchesNamePattern(name, queue);
  const isOfJobs = batch.queues.all().some(isMeant);
  const ofMail = queues.all().filter(isMeant);
  if (isOfJobs && ofMail.length > 0) return {};
  if (isOfJobs) return kind === 'mail' ? 'nowhere' : { kind: 'batch' };
  if (kind === 'batch' || ofMail.length === 0) return 'nowhere';
  if (ofMail.some(({ name }) => name === queues.generic)) return { kind: 'mail' };
  const inHand = ofMail.flatMap(({ name }) => [...desk.inHand(name)].map(({ entry }) => entry.entry));
  const wanted = entries === undefined ? inHand : inHand.filter((each) => entries.includes(each));
  return { kind: 'mail', entries: wanted };
}
