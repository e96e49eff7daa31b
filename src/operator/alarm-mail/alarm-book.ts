/**
 * Which alarms the next mail tells of: each at once, and one that is about the same only when enough time has passed since it was
 * told. What was held back meanwhile is told then, so that nobody believes in an end that was none.
 *
 *   raised ──► pending ──► taken, with all that is due ──► told ─── `repeatMs` ──► forgotten
 *                 ▲            │ not sent                    │ raised again: pending, and held until then
 *                 └────────────┘                             └ the first end of it is told at once
 */
export interface RaisedAlarm {
  /** One that is about the same is the same alarm, whatever its words. */
  readonly about: string;
  readonly from: string;
  readonly text: string;
  readonly at: number;
  readonly isOver?: boolean;
}

export interface PendingAlarm {
  readonly about: string;
  /** The first messages, and the last one. */
  readonly messages: readonly { readonly from: string; readonly text: string; readonly at: number }[];
  /** All that came, those that are not kept too. */
  readonly count: number;
  /** Of the last. */
  readonly isOver: boolean;
  /** Not held back by what was told before. */
  readonly isUrgent: boolean;
}

/** What outlives the process. */
export interface KeptAlarms {
  readonly pending: readonly PendingAlarm[];
  readonly told: readonly Told[];
}

interface Told {
  readonly about: string;
  readonly at: number;
  readonly isOver: boolean;
}

/** Of one alarm; the rest is counted. */
const MOST_MESSAGES = 5;
const LONGEST_TEXT = 2_000;
/** What alarms are about is a few dozen things: more is a mistake somewhere, and shall fill no memory. */
const MOST_ALARMS = 100;

export class AlarmBook {
  readonly #pending: Map<string, PendingAlarm>;
  readonly #told: Map<string, Told>;
  /** On their way into the queue. */
  #taken: readonly PendingAlarm[] = [];

  constructor(kept: KeptAlarms = { pending: [], told: [] }) {
    this.#pending = byWhat(kept.pending);
    this.#told = byWhat(kept.told);
  }

  /** @param repeatMs  how long one that is about the same is held back */
  raise(alarm: RaisedAlarm, repeatMs: number): void {
    const { about, from, at, isOver = false } = alarm;
    const before = this.#pending.get(about);
    if (before === undefined && this.#pending.size >= MOST_ALARMS) return;
    const told = this.#told.get(about);
    const isNews = told === undefined || !isHeld(told, at, repeatMs) || (isOver && !told.isOver);
    const kept = before?.messages ?? [];
    this.#pending.set(about, {
      about,
      messages: [...kept.slice(0, MOST_MESSAGES - 1), { from, text: alarm.text.slice(0, LONGEST_TEXT), at }],
      count: (before?.count ?? 0) + 1,
      isOver,
      isUrgent: isNews || before?.isUrgent === true,
    });
  }

  /** How long until something is due, milliseconds; 0: something is; undefined: there is nothing. */
  waitMs(now: number, repeatMs: number): number | undefined {
    const waits = [...this.#pending.values()].map((each) => {
      const told = this.#told.get(each.about);
      return each.isUrgent || told === undefined || !isHeld(told, now, repeatMs)
        ? 0
        : Math.min(repeatMs, told.at + repeatMs - now);
    });
    return waits.length === 0 ? undefined : Math.max(0, Math.min(...waits));
  }

  /** What is due: told from now on, unless `putBack`. `sent` or that follows, before the next `take`. */
  take(now: number, repeatMs: number): readonly PendingAlarm[] {
    for (const [about, told] of this.#told) if (!isHeld(told, now, repeatMs)) this.#told.delete(about);
    const due = [...this.#pending.values()].filter((each) => each.isUrgent || !this.#told.has(each.about));
    for (const { about, isOver } of due) {
      this.#pending.delete(about);
      this.#told.set(about, { about, at: now, isOver });
    }
    this.#taken = due;
    return due;
  }

  /** The queue has them. */
  sent(): void {
    this.#taken = [];
  }

  /** They could not be sent. What is about the same and came meanwhile goes with them. */
  putBack(alarms: readonly PendingAlarm[]): void {
    this.#taken = [];
    for (const alarm of alarms) {
      const later = this.#pending.get(alarm.about);
      this.#told.delete(alarm.about);
      this.#pending.set(alarm.about, {
        ...(later ?? alarm),
        messages: [
          ...alarm.messages.slice(0, MOST_MESSAGES - (later === undefined ? 0 : 1)),
          ...(later?.messages.slice(-1) ?? []),
        ],
        count: alarm.count + (later?.count ?? 0),
        isUrgent: true,
      });
    }
  }

  /** Nobody wants them any more. */
  clear(): void {
    this.#pending.clear();
    this.#told.clear();
  }

  /** With what is on its way as pending: a process that ends before the queue has it tells it after the next start. */
  get kept(): KeptAlarms {
    const now = { pending: [...this.#pending.values()], told: [...this.#told.values()] };
    if (this.#taken.length === 0) return now;
    const interrupted = new AlarmBook(now);
    interrupted.putBack(this.#taken);
    return interrupted.kept;
  }
}

/** A clock that was set by hours holds nothing back for longer. */
const isHeld = (told: Told, now: number, repeatMs: number): boolean => Math.abs(now - told.at) < repeatMs;

const byWhat = <T extends { readonly about: string }>(list: readonly T[]): Map<string, T> =>
  new Map(list.map((each) => [each.about, each]));
