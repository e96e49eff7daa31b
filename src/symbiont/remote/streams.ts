/**
 * The symbiont's streams: how many remote transactions run at once, how many of them to one destination, and which destinations
 * are left alone for a while. One that is down is tried by one message at a time, at intervals that grow; the others wait for
 * what becomes of that one. A peer that accepts and does not answer holds no stream that others need: a transaction that takes long
 * has a place of its own, and of what else is for its destination hardly anything is kept in hand. Source: RFC 5321 §4.5.4.1 (do not try again and again; keep what is known of a host).
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
  readonly name: string;
  /** The slow ones, too. */
  active: number;
  slow: number;
  readonly waiting: Waiting[];
  /** Since it is remembered. */
  hasAnswered: boolean;
  /** Failures since it answered last. */
  failures: number;
  down: DestinationDown | undefined;
}

/** After the first failure; twice as long after each further one. */
const FIRST_PAUSE_MS = 60_000;
/** Below half an hour, after which each message itself is tried again. */
const LONGEST_PAUSE_MS = 15 * 60_000;
const DESTINATIONS_REMEMBERED = 10_000;
/** A transaction that has taken so long waits for its peer, or for the wire. */
const SLOW_MS = 10_000;
/** So many of those run beside the others: they cost a socket each. */
const SLOW_STREAMS = 1_000;
/** To a destination that has not answered yet. */
const FIRST_STREAMS = 2;
/** Of a destination whose streams are all slow so many messages wait in hand; the others wait in the queue. */
const KEPT = 2;
const SLOW_PAUSE_MS = 60_000;
const SLOW_REPLY = '451 4.4.1 earlier messages for this destination wait for its answer';

export function createStreams(deps: {
  readonly clock: Clock;
  readonly streams: number;
  /** Asked each time. */
  readonly perDestination: () => number;
}): Streams {
  const destinations = new Map<string, Destination>();
  /** Those that could begin something, in the order of their turns: a thousand others are not looked at for each message. */
  const ready = new Set<Destination>();
  /** Without the slow ones. */
  let active = 0;
  let slow = 0;

  const isStuck = (destination: Destination): boolean =>
    destination.slow > 0 && destination.slow >= limitOf(destination);
  const limitOf = ({ failures, hasAnswered }: Destination): number => {
    if (failures > 0) return 1;
    return hasAnswered ? deps.perDestination() : Math.min(deps.perDestination(), FIRST_STREAMS);
  };
  const slowDown = (): DestinationDown => ({ reply: SLOW_REPLY, until: deps.clock.now() + SLOW_PAUSE_MS });

  /** After whatever has changed what it may do. Who is in line keeps the place there. */
  const noteReady = (destination: Destination): void => {
    if (destination.waiting.length > 0 && destination.active < limitOf(destination)) ready.add(destination);
    else ready.delete(destination);
  };

  /** @returns what to call when it has ended */
  const running = (destination: Destination): (() => void) => {
    active++;
    destination.active++;
    let isSlow = false;
    const callOff = deps.clock.after(SLOW_MS, () => {
      if (slow >= SLOW_STREAMS) return;
      isSlow = true;
      active--;
      slow++;
      destination.slow++;
      if (isStuck(destination)) shed(destination);
      start();
    });
    return () => {
      callOff();
      destination.active--;
      if (!isSlow) active--;
      else {
        slow--;
        destination.slow--;
      }
    };
  };

  /** Who waits for a slow destination goes back to the queue, but for a few. */
  const shed = (destination: Destination): void => {
    const back: Waiting[] = [];
    let kept = 0;
    for (const each of destination.waiting.splice(0)) {
      if (each.isWanted || kept++ < KEPT) destination.waiting.push(each);
      else back.push(each);
    }
    noteReady(destination);
    for (const each of back) each.skip(slowDown());
  };

  const finished = (destination: Destination, reason: string | undefined): void => {
    if (reason === undefined) {
      destination.failures = 0;
      destination.down = undefined;
      destination.hasAnswered = true;
    } else {
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(destination.failures, 10));
      destination.failures++;
      const down = { reply: reason, until: deps.clock.now() + pause };
      destination.down = down;
      for (const each of destination.waiting.splice(0)) each.skip(down);
    }
    noteReady(destination);
    forgetIfIdle(destination);
    start();
  };

  const forgetIfIdle = ({ name, active, waiting, failures }: Destination): void => {
    if (active > 0 || waiting.length > 0) return;
    if (failures === 0 || destinations.size > DESTINATIONS_REMEMBERED) destinations.delete(name);
  };

  const start = (): void => {
    while (active < deps.streams) {
      const destination = ready.values().next().value;
      if (destination === undefined) return;
      // To the end of the line: destinations take turns.
      ready.delete(destination);
      const next = destination.active < limitOf(destination) ? destination.waiting.shift() : undefined;
      if (next === undefined) continue;
      const end = running(destination);
      noteReady(destination);
      void next.task().then((reason) => {
        end();
        finished(destination, reason);
      });
    }
  };

  return {
    run(name, task, skip, isWanted = false) {
      let destination = destinations.get(name);
      if (destination === undefined) {
        destination = {
          name,
          active: 0,
          slow: 0,
          waiting: [],
          hasAnswered: false,
          failures: 0,
          down: undefined,
        };
        destinations.set(name, destination);
      }
      const { down } = destination;
      if (down !== undefined && isAhead(down, deps.clock.now()) && !isWanted) return skip(down);
      if (isStuck(destination) && destination.waiting.length >= KEPT && !isWanted) return skip(slowDown());
      destination.waiting.push({ task, skip, isWanted });
      noteReady(destination);
      start();
    },
    forget() {
      for (const destination of destinations.values()) {
        destination.failures = 0;
        destination.down = undefined;
        noteReady(destination);
        forgetIfIdle(destination);
      }
      start();
    },
    get active() {
      return active + slow;
    },
  };
}

/** A clock set back must not leave a destination alone for longer. */
const isAhead = ({ until }: DestinationDown, now: number): boolean =>
  until > now && until - now <= LONGEST_PAUSE_MS;
