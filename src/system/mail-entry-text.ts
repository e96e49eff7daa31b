/**
 * Why mail is still in the queue, and what became of each recipient: for SHOW MAIL/FULL and SHOW ENTRY/FULL alike. Ours; the
 * product shows addresses alone.
 */
import { safeText } from '../mime/safe-text.ts';
import type { EntryInfo, QueueInfo, RecipientInfo } from '../ports/queue-manager.ts';
import { formatTime } from '../vms-time/index.ts';
import { matchesNamePattern } from './name-pattern.ts';
import type { ClosedDestination } from './settings/index.ts';

export interface QueueSituation {
  /** Of the node. */
  readonly queues: readonly QueueInfo[];
  readonly closed: readonly ClosedDestination[];
}

/** One line; undefined: it is over. */
export function whyItWaits(entry: EntryInfo, situation: QueueSituation): string | undefined {
  const { returning, heldBy, after } = entry;
  switch (entry.state) {
    case 'executing':
      return inDelivery(entry);
    case 'aborting':
      return 'is being deleted: its delivery is broken off';
    case 'retainedOnCompletion':
      return undefined;
    case 'retainedOnError':
      return entry.errorText === undefined ? 'failed' : safeText(entry.errorText);
    case 'holding':
      return heldBy === undefined ? 'submitted to be held' : `held by ${heldBy}`;
    case 'holdingUntil':
      return closedReason(entry, situation.closed) ?? timeReason(entry, after);
    case 'pending':
      return stoppedReason(situation.queues) ?? returnReason(returning) ?? 'waits for its turn';
    default:
      return entry.state satisfies never;
  }
}

/** What an operator said meanwhile counts when the recipients in hand are done. */
function inDelivery({ inHandSince, comesBackAs, heldBy, after, returning }: EntryInfo): string | undefined {
  const since = inHandSince === undefined ? undefined : `in delivery since ${formatTime(inHandSince)}`;
  const then =
    comesBackAs === 'holding'
      ? `then held by ${heldBy}`
      : comesBackAs === 'holdingUntil' && after !== undefined
        ? `then it waits until ${formatTime(after)}`
        : returning && `then it ${returnReason(returning)}`;
  return since && then ? `${since}, ${then}` : (then ?? since);
}

function returnReason(returning: EntryInfo['returning']): string | undefined {
  if (returning === undefined) return undefined;
  const how = returning.afterAttempt ? 'after a last attempt' : 'now';
  return `goes back to its sender ${how}, says ${returning.by}`;
}

function stoppedReason(queues: readonly QueueInfo[]): string | undefined {
  const isStopped = ({ state }: QueueInfo): boolean => /^(stopped|stopping|paused|resetting)$/.test(state);
  const generic = queues.find(({ kind }) => kind === 'genericServer');
  if (generic !== undefined && isStopped(generic)) return `queue ${generic.name} is stopped`;
  const execution = queues.filter(({ kind }) => kind === 'server');
  if (execution.length === 0 || !execution.every(isStopped)) return undefined;
  return execution.length === 1
    ? `queue ${execution[0]!.name} is stopped`
    : 'all execution queues are stopped';
}

const isOpen = ({ state }: RecipientInfo): boolean => state === 'unsent' || state === 'retry';

const closedBy = (
  { forwardPath }: RecipientInfo,
  closed: readonly ClosedDestination[],
): ClosedDestination | undefined => {
  const domain = forwardPath.slice(forwardPath.lastIndexOf('@') + 1).toLowerCase();
  return closed.find(({ destination }) => matchesNamePattern(domain, destination));
};

/** Where every recipient that is left is behind a closed destination. */
function closedReason(
  { recipients = [] }: EntryInfo,
  closed: readonly ClosedDestination[],
): string | undefined {
  const open = recipients.filter(isOpen);
  const first = open[0] && closedBy(open[0], closed);
  if (first === undefined || !open.every((each) => closedBy(each, closed) !== undefined)) return undefined;
  return closedText(first);
}

const closedText = ({ destination, by, at }: ClosedDestination): string =>
  `destination ${safeText(destination)} was closed by ${by} ${formatTime(at)}`;

function timeReason({ recipients = [] }: EntryInfo, after: number | undefined): string {
  const until = after === undefined ? '' : ` until ${formatTime(after)}`;
  return recipients.some(({ attempts, state }) => attempts > 0 || state === 'retry')
    ? `waits for its next attempt${until}`
    : `submitted to wait${until}`;
}

const stateWords = {
  unsent: 'Not tried yet',
  retry: 'Waiting',
  sent: 'Sent',
  failed: 'Returned',
  expanded: 'Expanded',
} as const satisfies Record<RecipientInfo['state'], string>;

export interface RecipientText {
  readonly address: string;
  /** `Waiting, 2 attempts, next  7-FEB-1997 03:21:14.58` */
  readonly state: string;
  /** What the other host, or MAIL, said last. */
  readonly reply: string | undefined;
}

export function recipientText(recipient: RecipientInfo, closed: readonly ClosedDestination[]): RecipientText {
  const { state, attempts, nextAttempt, lastReply } = recipient;
  const closure = isOpen(recipient) ? closedBy(recipient, closed) : undefined;
  const next =
    closure !== undefined
      ? closedText(closure)
      : state === 'retry' && nextAttempt !== undefined
        ? `next ${formatTime(nextAttempt)}`
        : undefined;
  return {
    address: safeText(recipient.forwardPath),
    state: [
      stateWords[state],
      ...(attempts === 0 ? [] : [`${attempts} attempt${attempts === 1 ? '' : 's'}`]),
      ...(next === undefined ? [] : [next]),
    ].join(', '),
    reply: lastReply === undefined ? undefined : safeText(lastReply),
  };
}
