/**
 * Entries whose text cannot be read now. The machine may be short of something, or a disk not there; where others are read meanwhile
 * it is the text itself, and trying it for ever helps nobody.
 */
import type { Assignment } from '../ports/queue-manager.ts';
import { waitingSince } from './job.ts';
import { isOfTheDisk, PASSING_WAIT_MS } from './passing-failure.ts';
import { nextAttempt } from './retry-schedule.ts';
import type { SymbiontSettings } from './settings.ts';

/** Tries, a minute apart, before one is given up. */
const TRIES = 10;
/** Entries remembered; of more it is a disk that is not there. */
const MOST_ENTRIES = 10_000;

export interface UnreadTexts {
  /** @returns milliseconds until it is tried again; undefined: no more, an operator has to look at it */
  failed(assignment: Assignment, error: unknown): number | undefined;
  /** The text of this entry could be read. */
  read(assignment: Assignment): void;
}

export function createUnreadTexts(deps: {
  readonly settings: () => SymbiontSettings;
  readonly now: () => number;
}): UnreadTexts {
  /** By entry id: failures in a row, and how many other texts had been read before the first. */
  const entries = new Map<string, { tries: number; readonly readBefore: number }>();
  let readFromDisk = 0;
  return {
    failed(assignment, error) {
      const known = entries.get(assignment.entryId) ?? { tries: 0, readBefore: readFromDisk };
      entries.set(assignment.entryId, known);
      if (entries.size > MOST_ENTRIES) entries.delete(entries.keys().next().value!);
      known.tries++;
      if (known.tries < TRIES) return PASSING_WAIT_MS;
      const now = deps.now();
      const settings = deps.settings();
      const next = nextAttempt({ attemptsBefore: 1, since: waitingSince(assignment, now), now }, settings);
      const isOwn = isOfTheDisk(error) && readFromDisk > known.readBefore;
      if (!isOwn && next !== undefined) return isOfTheDisk(error) ? next - now : PASSING_WAIT_MS;
      entries.delete(assignment.entryId);
      return undefined;
    },
    read({ entryId, text }) {
      entries.delete(entryId);
      // Of one that has just been written nothing was read.
      if (text.kind === 'file' && text.known === undefined) readFromDisk++;
    },
  };
}
