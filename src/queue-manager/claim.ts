/** What a turn takes up of the mail that waits: as much as there is room for, and of suspects one at a time. DESIGN §5. */
import type { Claim } from '../ports/queue-store.ts';
import type { Desk } from './desk.ts';
import { LEASE_MS } from './lease-renewal.ts';
import type { Room } from './room.ts';

/** A crash follows soon: a suspect that is in hand for longer is innocent of the next one. */
export const SUSPICION_MS = 10_000;
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
  for (const { entry, assignedAt } of desk.inHand()) {
    const isFresh = entry.symbiontDeaths > 0 && now - assignedAt < SUSPICION_MS;
    if (isFresh && !isSettled(entry.entry)) return true;
  }
  return false;
}
