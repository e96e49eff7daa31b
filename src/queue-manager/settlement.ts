/** What becomes of an entry that leaves a symbiont's hands: a function of the entry and of how it left. */
import { condition } from '../condition/index.ts';
import type { EntryOutcome, RecipientInfo, Submission } from '../ports/queue-manager.ts';
import type { EntryStanding } from '../ports/queue-store.ts';
import type { InHand } from './desk.ts';
import { type JobEvent, nextState } from './entry-state.ts';
import { JBC } from './messages.ts';
import { settleRecipients } from './outcome.ts';

export type Leaving =
  | { readonly kind: 'outcome'; readonly outcome: EntryOutcome }
  | { readonly kind: 'giveBack' }
  /** Its symbiont died, and it may be the reason. */
  | { readonly kind: 'symbiontDied' };

/** Symbionts an entry may take with it before it is kept for the operator. */
const SYMBIONT_DEATHS_AT_MOST = 2;

export interface Settled {
  /** undefined: the entry is gone. */
  readonly standing: EntryStanding | undefined;
  readonly changedRecipients: readonly RecipientInfo[];
  /** Bounces: new entries of the same transaction. */
  readonly submissions: readonly Submission[];
  /** It was kept because it stopped its symbiont again and again. */
  readonly poison: boolean;
  /** Every recipient is done with. An entry that is gone otherwise was deleted. */
  readonly isComplete: boolean;
}

export function settle(held: InHand, leaving: Leaving, now: number): Settled {
  const { entry } = held;
  const deaths = leaving.kind === 'symbiontDied' ? entry.symbiontDeaths + 1 : entry.symbiontDeaths;
  const poison = deaths >= SYMBIONT_DEATHS_AT_MOST;
  const plain = { changedRecipients: [], submissions: [], poison, isComplete: false };
  const back = (event: JobEvent, details: Partial<EntryStanding>): EntryStanding | undefined =>
    standingAfter(held, event, { symbiontDeaths: deaths, ...details }, now);
  switch (leaving.kind) {
    case 'giveBack':
      return { ...plain, poison: false, standing: back('giveBack', {}) };
    case 'symbiontDied':
      return poison
        ? { ...plain, standing: back('fail', { errorText: condition(JBC.SYMDEL).message }) }
        : { ...plain, standing: back('giveBack', {}) };
    case 'outcome': {
      const { outcome } = leaving;
      const { changed, progress } = settleRecipients(held.recipients, outcome, now);
      const result = {
        changedRecipients: changed,
        submissions: outcome.submissions ?? [],
        poison: false,
        isComplete: progress.kind === 'complete',
      };
      switch (progress.kind) {
        case 'complete':
          return { ...result, standing: back('complete', {}) };
        case 'continue':
          // Nothing came of it: as if given back.
          return {
            ...result,
            standing: back(changed.length === 0 ? 'giveBack' : 'continue', { symbiontDeaths: 0 }),
          };
        case 'retry':
          return { ...result, standing: back('retry', { after: progress.at, symbiontDeaths: 0 }) };
        case 'fail':
          return { ...result, standing: back('fail', { errorText: progress.reason }) };
      }
    }
  }
}

const isTriedAtOnce = (event: JobEvent): boolean => event === 'giveBack' || event === 'continue';

/** An operator's wish counts for an entry that would wait or run again. */
function standingAfter(
  held: InHand,
  event: JobEvent,
  details: Partial<EntryStanding>,
  now: number,
): EntryStanding | undefined {
  const { entry } = held;
  const next = nextState(entry.state, event);
  if (next === undefined) throw new Error(`an entry that is ${entry.state} cannot ${event}`);
  if (next === 'deleted') return undefined;
  const base = {
    state: next,
    priority: entry.priority,
    // What comes back to be tried at once is as new as it was.
    attempt: isTriedAtOnce(event) ? Math.max(0, entry.attempt - 1) : entry.attempt,
    symbiontDeaths: entry.symbiontDeaths,
    ...details,
  };
  if (next !== 'pending' && next !== 'holdingUntil') return base;
  if (entry.returnTo === 'sender' || entry.returnTo === 'senderAfterAttempt') {
    const wish = { ...base, returnTo: entry.returnTo, heldBy: entry.heldBy };
    // Whatever it came back for: it goes to its sender now, unless that is what could not be done.
    return held.isReturning && next === 'holdingUntil'
      ? wish
      : { ...wish, state: 'pending', after: undefined };
  }
  if (entry.returnTo === 'retainedOnError')
    return { ...base, state: 'retainedOnError', after: undefined, errorText: entry.errorText };
  if (entry.returnTo === 'holding') return { ...base, state: 'holding', heldBy: entry.heldBy };
  if (entry.returnTo === 'holdingUntil' && entry.after !== undefined && entry.after > now) {
    return { ...base, state: 'holdingUntil', after: Math.max(entry.after, details.after ?? 0) };
  }
  return base;
}
