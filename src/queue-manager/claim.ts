/** What a turn takes up of the mail that waits: as much as there is room for, and of suspects one at a time. DESIGN §5. */
import { HANGS_AFTER_MS } from '../ports/hanging.ts';
import type { Claim } from '../ports/queue-store.ts';
import type { Desk, InHand, Symbiont } from './desk.ts';
import { LEASE_MS } from './lease-renewal.ts';
import type { Room } from './room.ts';

/** A suspect that is in hand for longer is innocent of the next end of its symbiont: one that hangs is ended before. */
export const SUSPICION_MS = HANGS_AFTER_MS + 9_000;
/** A crash follows sooner, and a process that hangs reports nothing: one that does after this time has survived its suspect. */
const SURVIVED_MS = 10_000;
const CLAIM_AT_MOST = 256;
/** Retries taken up by a turn while new mail comes, or an operator changes a long queue: they can wait, these cannot. */
const RETRIES_BESIDE = 32;

export interface ClaimSituation {
  readonly room: Room;
  readonly desk: Desk;
  /** `node/incarnation`, owner of all leases. */
  readonly owner: string;
  /** New mail comes, or a long queue is being changed. */
  readonly isBusy: boolean;
  /** Entries that leave a symbiont's hands with this turn. */
  readonly isSettled: (entry: number) => boolean;
}

/** @returns undefined without room */
export function claimFor(situation: ClaimSituation, now: number): Claim | undefined {
  const { room, owner, isBusy } = situation;
  const { free, freeForRetries } = room;
  if (free === 0) return undefined;
  return {
    limit: Math.min(free, CLAIM_AT_MOST),
    retries: isBusy ? Math.min(freeForRetries, RETRIES_BESIDE) : freeForRetries,
    bytes: room.freeBytes,
    suspects: hasSuspectInHand(situation, now) ? 0 : 1,
    owner,
    until: now + LEASE_MS,
  };
}

/** One suspect at a time, so that the next crash convicts the right one. */
function hasSuspectInHand({ desk, isSettled }: ClaimSituation, now: number): boolean {
  for (const symbiont of desk.symbionts)
    for (const held of symbiont.inHand.values())
      if (isSuspect(symbiont, held, now) && !isSettled(held.entry.entry)) return true;
  return false;
}

/** It was in hand when a symbiont died, and may be why the one that has it now will. */
export const isSuspect = (
  { heardAt }: Pick<Symbiont, 'heardAt'>,
  { entry, assignedAt }: Pick<InHand, 'entry' | 'assignedAt'>,
  now: number,
): boolean =>
  entry.symbiontDeaths > 0 && now - assignedAt < SUSPICION_MS && heardAt - assignedAt < SURVIVED_MS;
