/**
 * The symbiont's streams: how many remote transactions run at once, how many of them to one destination, and which destinations
 * are left alone for a while. One that is down is tried by one message at a time, at intervals that grow; the others wait for
 * what becomes of that one. Source: RFC 5321 §4.5.4.1 (do not try again and again; keep what is known of a host).
 */
import type { Clock } from '../../ports/clock.ts';

/** Why nothing is tried, and when something will be. */
export interface DestinationDown {
  readonly reply: string;
  readonly until: number;
}

export interface Streams {
  /**
   * Runs `task` when a stream is free for the destination, or says through `skip`, instead, that the destination is down.
   * @param task  returns why the destination did not answer, or undefined
   * @param isWanted  somebody asked for it: it is tried, even while the destination is left alone
   */
  run(
    destination: string,
    task: () => Promise<string | undefined>,
    skip: (down: DestinationDown) => void,
    isWanted?: boolean,
  ): void;
  /** What was known of destinations counts no more: the way to them may be another one now. */
  forget(): void;
  readonly active: number;
}

interface Waiting {
  readonly task: () => Promise<string | undefined>;
  readonly skip: (down: DestinationDown) => void;
  readonly isWanted: boolean;
}

interface Destination {
  active: number;
  readonly waiting: Waiting[];
  /** Failures since it answered last. */
  failures: number;
  down: DestinationDown | undefined;
}

/** After the first failure; twice as long after each further one. */
const FIRST_PAUSE_MS = 60_000;
/** Below half an hour, after which each message itself is tried again. */
const LONGEST_PAUSE_MS = 15 * 60_000;
const DESTINATIONS_REMEMBERED = 10_000;

export function createStreams(deps: {
  readonly clock: Clock;
  readonly streams: number;
  /** Asked each time. */
  readonly perDestination: () => number;
}): Streams {
  const destinations = new Map<string, Destination>();
  let active = 0;

  const finished = (name: string, destination: Destination, reason: string | undefined): void => {
    active--;
    destination.active--;
    if (reason === undefined) {
      destination.failures = 0;
      destination.down = undefined;
    } else {
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(destination.failures, 10));
      destination.failures++;
      const down = { reply: reason, until: deps.clock.now() + pause };
      destination.down = down;
      for (const each of destination.waiting.splice(0)) each.skip(down);
    }
    forgetIfIdle(name, destination);
    start();
  };

  const forgetIfIdle = (name: string, destination: Destination): void => {
    if (destination.active > 0 || destination.waiting.length > 0) return;
    if (destination.failures === 0 || destinations.size > DESTINATIONS_REMEMBERED) destinations.delete(name);
  };

  const start = (): void => {
    for (const [name, destination] of destinations) {
      if (active >= deps.streams) return;
      const limit = destination.failures === 0 ? deps.perDestination() : 1;
      const next = destination.active < limit ? destination.waiting.shift() : undefined;
      if (next === undefined) continue;
      active++;
      destination.active++;
      // To the end of the line: destinations take turns.
      destinations.delete(name);
      destinations.set(name, destination);
      void next.task().then((reason) => finished(name, destination, reason));
      start();
      return;
    }
  };

  return {
    run(name, task, skip, isWanted = false) {
      let destination = destinations.get(name);
      if (destination === undefined) {
        destination = { active: 0, waiting: [], failures: 0, down: undefined };
        destinations.set(name, destination);
      }
      const { down } = destination;
      if (down !== undefined && down.until > deps.clock.now() && !isWanted) return skip(down);
      destination.waiting.push({ task, skip, isWanted });
      start();
    },
    forget() {
      for (const [name, destination] of destinations) {
        destination.failures = 0;
        destination.down = undefined;
        forgetIfIdle(name, destination);
      }
      start();
    },
    get active() {
      return active;
    },
  };
}
