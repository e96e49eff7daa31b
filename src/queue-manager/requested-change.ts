/** What SET ENTRY, DELETE/ENTRY and SEND MAIL make of an entry. Source: queues.md §9. */
import { signal } from '../condition/index.ts';
import type { Caller, EntryChange } from '../ports/queue-manager.ts';
import type { EntryStanding, StoredEntry } from '../ports/queue-store.ts';
import { formatTime } from '../vms-time/index.ts';
import { allowedPriority } from './batch/new-job.ts';
import { type JobEvent, nextState } from './entry-state.ts';
import { JBC } from './messages.ts';

export interface RequestedStanding {
  readonly standing: EntryStanding;
  /** Recipients waiting for their next attempt are tried with the others. */
  readonly tryNow: boolean;
}

/** What a change of the standing is; a batch job's own fields are changed in batch/. */
export type StandingChange = Exclude<EntryChange, { readonly kind: 'batch' }>;

/** Throws JBC EXECUTING for an entry that is being aborted. An instant in the past means now. */
export function requestedStanding(
  entry: StoredEntry,
  change: StandingChange,
  caller: Caller,
  now: number,
): RequestedStanding {
  const event = eventOf(change, entry.state, now);
  const state = nextState(entry.state, event);
  if (state === undefined || state === 'deleted') signal(JBC.EXECUTING);
  const standing: EntryStanding = { ...standingOf(entry), state };
  const heldBy = `${caller.userName.toUpperCase()} ${formatTime(now)}`;
  const after = change.kind === 'after' ? change.instant : undefined;
  // In the hands of a symbiont: a wish, for when it comes back.
  if (entry.state === 'executing') {
    const wishes: Partial<Record<JobEvent, Partial<EntryStanding>>> = {
      hold: { returnTo: 'holding', heldBy },
      after: { returnTo: 'holdingUntil', after },
      priority: {},
      return: { ...returnWish(change), heldBy, after: undefined },
    };
    const wish = wishes[event] ?? { returnTo: undefined, heldBy: undefined, after: undefined };
    return { standing: { ...standing, ...wish, ...priorityOf(change, caller, entry) }, tryNow: false };
  }
  switch (event) {
    case 'hold':
      return { standing: { ...standing, heldBy, errorText: undefined }, tryNow: false };
    case 'noHold':
      return { standing: withoutHold(standing, entry, now), tryNow: false };
    case 'after':
      return { standing: { ...standing, after, errorText: undefined }, tryNow: false };
    case 'priority':
      return { standing: { ...standing, ...priorityOf(change, caller, entry) }, tryNow: false };
    case 'return': {
      const wish = { ...returnWish(change), heldBy, after: undefined, errorText: undefined };
      return { standing: { ...standing, ...wish, symbiontDeaths: 0 }, tryNow: true };
    }
    case 'noAfter':
      return { standing: { ...standing, after: undefined }, tryNow: state === 'pending' };
    default: {
      const released = {
        after: undefined,
        heldBy: undefined,
        errorText: undefined,
        symbiontDeaths: 0,
        returnTo: undefined,
      };
      return { standing: { ...standing, ...released }, tryNow: true };
    }
  }
}

/** The changeable part of an entry. */
export const standingOf = (entry: StoredEntry): EntryStanding => ({
  state: entry.state,
  priority: entry.priority,
  after: entry.after,
  heldBy: entry.heldBy,
  errorText: entry.errorText,
  lease: entry.lease,
  returnTo: entry.returnTo,
  symbiontDeaths: entry.symbiontDeaths,
  attempt: entry.attempt,
});

function eventOf(change: StandingChange, state: StoredEntry['state'], now: number): JobEvent {
  if (change.kind !== 'after') return change.kind;
  if (change.instant === undefined) return 'noAfter';
  if (change.instant > now) return 'after';
  // A hold is lifted by /NOHOLD and /RELEASE alone. queues.md §9
  return state === 'holding' ? 'noAfter' : 'release';
}

/** queues.md §9: raising above MAXQUEPRI needs ALTPRI. */
const priorityOf = (
  change: StandingChange,
  caller: Caller,
  { priority }: StoredEntry,
): Partial<EntryStanding> =>
  change.kind === 'priority' ? { priority: allowedPriority(change.priority, caller, priority) } : {};

const returnWish = (change: StandingChange): Partial<EntryStanding> =>
  change.kind === 'return' ? { returnTo: change.afterAttempt ? 'senderAfterAttempt' : 'sender' } : {};

function withoutHold(standing: EntryStanding, entry: StoredEntry, now: number): EntryStanding {
  if (entry.state !== 'holding') return standing;
  const isLater = entry.after !== undefined && entry.after > now;
  return {
    ...standing,
    heldBy: undefined,
    state: isLater ? 'holdingUntil' : 'pending',
    after: isLater ? entry.after : undefined,
  };
}
