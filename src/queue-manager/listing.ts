/** Entries and queues as operators see them. */
import type { Caller, EntryFilter, EntryInfo, JobState, QueueInfo } from '../ports/queue-manager.ts';
import type { StoredEntry, StoredQueue } from '../ports/queue-store.ts';
import { matchesNamePattern } from '../system/name-pattern.ts';
import { returningOf } from './assignment.ts';
import type { Desk } from './desk.ts';
import { fileSpecification } from './job-name.ts';
import type { NodeQueues } from './node-queues.ts';
import { shownQueueState } from './queue-state.ts';
import type { Counts } from './turn-plan.ts';

export interface ShownNode {
  readonly nodeName: string;
  readonly fileDirectory: string;
  /** Streams of an execution queue: jobs it shows as processing at a time. */
  readonly jobLimit: number;
}

export interface PlaceInHand {
  readonly queueName: string;
  readonly isProcessed: boolean;
  /** The symbiont has had it since. */
  readonly since: number;
}

/**
 * Entries in a symbiont's hands, by entry number: the execution queue they stand in, and whether they are among the
 * first of it. The symbiont takes more than it has streams, to group its commits; those behind wait in its hands.
 */
export function placesInHand(desk: Desk, jobLimit: number): ReadonlyMap<number, PlaceInHand> {
  const places = new Map<number, PlaceInHand>();
  const inQueue = new Map<string, number>();
  for (const { entry, queueName, assignedAt } of desk.inHand()) {
    const before = inQueue.get(queueName) ?? 0;
    inQueue.set(queueName, before + 1);
    places.set(entry.entry, { queueName, isProcessed: before < jobLimit, since: assignedAt });
  }
  return places;
}

/** What a symbiont has in its hands and has not come to is pending to operators. */
export const shownState = (
  { state }: StoredEntry,
  place: { readonly isProcessed: boolean } | undefined,
): JobState => (state === 'executing' && place?.isProcessed !== true ? 'pending' : state);

/** @param waitsIn  the queue it stands in where no symbiont has it in hand */
export function entryInfo(
  stored: StoredEntry,
  waitsIn: string,
  place: PlaceInHand | undefined,
  node: ShownNode,
): EntryInfo {
  const state = shownState(stored, place);
  return {
    entry: stored.entry,
    jobName: stored.jobName,
    userName: stored.userName,
    queueName: place?.queueName ?? waitsIn,
    state,
    sizeBlocks: Math.ceil(stored.sizeBytes / 512),
    sizeBytes: stored.sizeBytes,
    submittedAt: stored.submittedAt,
    priority: stored.priority,
    queueKind: place === undefined ? 'genericServer' : 'server',
    reversePath: stored.reversePath,
    fileSpecification: fileSpecification(node.fileDirectory, node.nodeName, stored),
    ...(stored.after === undefined ? {} : { after: stored.after }),
    ...(stored.heldBy === undefined ? {} : { heldBy: stored.heldBy }),
    ...returningOf(stored),
    ...(state === 'executing' && place !== undefined ? { inHandSince: place.since } : {}),
    ...(state === 'executing' && (stored.returnTo === 'holding' || stored.returnTo === 'holdingUntil')
      ? { comesBackAs: stored.returnTo }
      : {}),
    ...(stored.errorText === undefined ? {} : { errorText: stored.errorText }),
    ...(stored.source === undefined ? {} : { source: stored.source }),
  };
}

/** What somebody may know of another's job. Source: DCL Dictionary, F$GETQUI, JOB_INACCESSIBLE. */
export const withoutContent = ({
  entry,
  queueName,
  state,
  sizeBlocks,
  sizeBytes,
  after,
  phase,
}: EntryInfo): EntryInfo => ({
  entry,
  queueName,
  state,
  sizeBlocks,
  sizeBytes,
  ...(after === undefined ? {} : { after }),
  ...(phase === undefined ? {} : { phase }),
  jobName: '',
  userName: '',
  submittedAt: 0,
  priority: 0,
  reversePath: '',
  fileSpecification: '',
  inaccessible: true,
});

/** Whose entries are looked at; undefined: everybody's. @param readsOthers  the caller may see jobs of others somewhere */
export function userNameOf(
  filter: Pick<EntryFilter, 'userName' | 'withInaccessible'>,
  caller: Caller,
  readsOthers: boolean,
): string | undefined {
  if (readsOthers) return filter.userName?.toUpperCase();
  return filter.withInaccessible ? undefined : caller.userName.toUpperCase();
}

/** What the store is asked for: an entry shown as pending may be one that is in hand. */
export const storedStates = (filter: Pick<EntryFilter, 'states'>): readonly JobState[] | undefined =>
  filter.states?.includes('pending') && !filter.states.includes('executing')
    ? [...filter.states, 'executing']
    : filter.states;

export const isWanted = (info: EntryInfo, filter: EntryFilter): boolean =>
  (filter.queue === undefined || matchesNamePattern(info.queueName, filter.queue)) &&
  (filter.states === undefined || filter.states.includes(info.state)) &&
  (filter.userName === undefined || filter.userName.toUpperCase() === info.userName.toUpperCase()) &&
  (filter.jobName === undefined || matchesNamePattern(info.jobName, filter.jobName));

export function queueInfo(
  queue: StoredQueue,
  queues: NodeQueues,
  desk: Desk,
  counts: Counts,
  node: ShownNode,
): QueueInfo {
  const isGeneric = queue.kind === 'genericServer';
  const inHand = isGeneric ? 0 : desk.count(queue.name);
  const executing = Math.min(inHand, node.jobLimit);
  return {
    name: queue.name,
    kind: queue.kind,
    state: shownQueueState(queue.state, inHand, node.jobLimit),
    closed: queue.closed,
    nodeName: node.nodeName,
    ...(isGeneric ? { targets: queues.execution } : { processor: 'TCPIP$SMTP_SYMBIONT' }),
    jobLimit: isGeneric ? 0 : node.jobLimit,
    basePriority: 4,
    owner: '[SYSTEM]',
    protection: '(S:M,O:D,G:R,W:S)',
    retainOnError: true,
    counts: isGeneric
      ? {
          pending: counts.pending,
          executing: 0,
          holding: counts.holding,
          timedRelease: counts.holdingUntil,
          retained: counts.retainedOnError,
        }
      : { pending: inHand - executing, executing, holding: 0, timedRelease: 0, retained: 0 },
  };
}
