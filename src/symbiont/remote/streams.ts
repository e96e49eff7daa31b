/**
 * The symbiont's streams: how many remote transactions run at once, how many of them to one destination, and which destinations
 * are left alone for a while. One that is down is tried by one message at a time, at intervals that grow; the others wait for
 * what becomes of that one. A peer that does not answer, or slowly, holds no stream that others need: a transaction that takes long
 * has a place of its own, those after it have one from the beginning, and of what else is for its destination no more is kept in hand
 * than it will soon take. Source: RFC 5321 §4.5.4.1 (do not try again and again; keep what is known of a host).
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
  /** How long its last transaction took, milliseconds: whether the next one has a place of its own. */
  lastMs: number;
  /** The same, but 0 when that is too long ago to say at what pace its mail is taken. */
  paceMs: number;
  /** When that was over, by the steady clock. */
  endedAt: number;
  /** When the last of those that went back to the queue comes again, by the steady clock. */
  lastTurn: number;
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
/** A destination whose last transaction took so long has places of its own. */
const UNHURRIED_MS = 1_000;
/** So many of both kinds run beside the others: they cost a socket each. */
const STREAMS_ASIDE = 1_000;
/** To a destination that has not answered yet. */
const FIRST_STREAMS = 2;
/** Of a destination whose streams are all slow so many messages wait in hand; the others wait in the queue. */
const KEPT = 2;
const SLOW_PAUSE_MS = 60_000;
/** Of an unhurried one that many wait in hand as it takes in this time; the others come back then, one by one. */
const UNHURRIED_PAUSE_MS = 10_000;
/** One transaction that took for ever says little of the next: between those that come back it counts for so much. */
const TURN_MS = 3_000;
/** They soon come all the same: the host may be as others by then. */
const LAST_TURN_MS = 60_000;
/** But never faster than this one after the other: each that goes back again is work. None waits longer than its own next attempt. */
const LEAST_TURN_MS = 5;
/** The pace of a host longer ago is not that of its next messages. */
const STALE_MS = 60_000;
const STUCK_REPLY = '451 4.4.1 earlier messages for this destination wait for its answer';
const UNHURRIED_REPLY = '451 4.4.5 earlier messages for this destination go first';

export function createStreams(deps: {
  readonly clock: Clock;
  readonly streams: number;
  /** Asked each time. */
  readonly perDestination: () => number;
}): Streams {
  const destinations = new Map<string, Destination>();
  /** Those that could begin something, in the order of their turns: a thousand others are not looked at for each message. */
  const ready = new Set<Destination>();
  /** Those that have nothing to do and answered last time, and took their time: the longest idle first. */
  const idle = new Set<Destination>();
  /** Without those that have a place of their own. */
  let active = 0;
  let aside = 0;

  const isStuck = (destination: Destination): boolean =>
    destination.slow > 0 && destination.slow >= limitOf(destination);
  const limitOf = ({ failures, hasAnswered }: Destination): number => {
    if (failures > 0) return 1;
    return hasAnswered ? deps.perDestination() : Math.min(deps.perDestination(), FIRST_STREAMS);
  };
  const keptOf = (destination: Destination): number => {
    if (isStuck(destination)) return KEPT;
    // Who waits for what becomes of one that tries a host that was down is told then.
    if (destination.failures > 0 || destination.paceMs < UNHURRIED_MS) return Number.POSITIVE_INFINITY;
    return Math.max(KEPT, Math.ceil((limitOf(destination) * UNHURRIED_PAUSE_MS) / destination.paceMs));
  };
  /** Each comes again when it is likely to be taken: together they would only go back once more. */
  const slowDown = (destination: Destination): DestinationDown => {
    const now = deps.clock.steadyMs();
    const isSilent = isStuck(destination);
    const step = Math.max(LEAST_TURN_MS, Math.min(destination.paceMs, TURN_MS) / limitOf(destination));
    destination.lastTurn = Math.max(
      now + (isSilent ? SLOW_PAUSE_MS : UNHURRIED_PAUSE_MS),
      Math.min(
        destination.lastTurn + step,
        Math.max(now + LAST_TURN_MS, destination.lastTurn + LEAST_TURN_MS),
      ),
    );
    const until = Math.ceil(deps.clock.now() + destination.lastTurn - now);
    return { reply: isSilent ? STUCK_REPLY : UNHURRIED_REPLY, until };
  };

  /** After whatever has changed what it may do. Who is in line keeps the place there. */
  const noteReady = (destination: Destination): void => {
    if (destination.waiting.length > 0 && destination.active < limitOf(destination)) ready.add(destination);
    else ready.delete(destination);
  };

  /** @returns what to call when it has ended */
  const running = (destination: Destination): (() => void) => {
    const began = deps.clock.steadyMs();
    let isAside = destination.lastMs >= UNHURRIED_MS && aside < STREAMS_ASIDE;
    let isSlow = false;
    if (isAside) aside++;
    else active++;
    destination.active++;
    const callOff = deps.clock.after(SLOW_MS, () => {
      if (!isAside && aside >= STREAMS_ASIDE) return;
      if (!isAside) {
        isAside = true;
        active--;
        aside++;
      }
      isSlow = true;
      destination.slow++;
      if (isStuck(destination)) shed(destination);
      start();
    });
    return () => {
      callOff();
      destination.endedAt = deps.clock.steadyMs();
      destination.lastMs = destination.endedAt - began;
      destination.paceMs = destination.lastMs;
      if (destination.lastMs < UNHURRIED_MS) destination.lastTurn = 0;
      destination.active--;
      if (isSlow) destination.slow--;
      if (isAside) aside--;
      else active--;
    };
  };

  /** Who waits for a slow destination goes back to the queue, but for those it will soon take. */
  const shed = (destination: Destination): void => {
    const back: Waiting[] = [];
    const most = keptOf(destination);
    let kept = 0;
    for (const each of destination.waiting.splice(0)) {
      if (each.isWanted || kept++ < most) destination.waiting.push(each);
      else back.push(each);
    }
    noteReady(destination);
    for (const each of back) each.skip(slowDown(destination));
  };

  const finished = (destination: Destination, reason: string | undefined): void => {
    if (reason === undefined) {
      destination.failures = 0;
      destination.down = undefined;
      destination.hasAnswered = true;
      if (destination.waiting.length > keptOf(destination)) shed(destination);
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

  const forgetIfIdle = (destination: Destination): void => {
    const { name, active, waiting, failures, lastMs } = destination;
    if (active > 0 || waiting.length > 0) return;
    if (failures === 0 && lastMs < UNHURRIED_MS) {
      destinations.delete(name);
      return;
    }
    if (failures === 0) idle.add(destination);
    if (destinations.size <= DESTINATIONS_REMEMBERED) return;
    // That a host is down is worth more than that one takes its time.
    const least = idle.values().next().value ?? destination;
    idle.delete(least);
    destinations.delete(least.name);
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
          lastMs: 0,
          paceMs: 0,
          endedAt: 0,
          lastTurn: 0,
          waiting: [],
          hasAnswered: false,
          failures: 0,
          down: undefined,
        };
        destinations.set(name, destination);
      }
      idle.delete(destination);
      const isIdle = destination.active === 0 && destination.waiting.length === 0;
      if (isIdle && deps.clock.steadyMs() - destination.endedAt > STALE_MS) {
        destination.paceMs = 0;
        destination.lastTurn = 0;
      }
      const { down } = destination;
      if (down !== undefined && isAhead(down, deps.clock.now()) && !isWanted) return skip(down);
      if (destination.waiting.length >= keptOf(destination) && !isWanted) return skip(slowDown(destination));
      destination.waiting.push({ task, skip, isWanted });
      noteReady(destination);
      start();
    },
    forget() {
      for (const destination of destinations.values()) {
        destination.failures = 0;
        destination.lastMs = 0;
        destination.paceMs = 0;
        destination.lastTurn = 0;
        destination.down = undefined;
        idle.delete(destination);
        noteReady(destination);
        forgetIfIdle(destination);
      }
      start();
    },
    get active() {
      return active + aside;
    },
  };
}

/** A clock set back must not leave a destination alone for longer. */
const isAhead = ({ until }: DestinationDown, now: number): boolean =>
  until > now && until - now <= LONGEST_PAUSE_MS;
