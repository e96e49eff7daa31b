/**
 * Strangers that are connected, for when there are too many of them. Whoever has got nothing done for longest makes room for whoever
 * comes; and while the process is late with everything, who has had much of its time already waits longest. A client that means
 * well is done within moments; one that holds on to a connection, or floods it, is in front of both lines.
 * RFC 5321 §4.5.3.2 wants minutes of patience, §3.8 lets a server close under load, with 421.
 */
export interface CrowdMember {
  /** Ends it, with 421; false when that would break something off that is being done for the client. */
  dismiss(): boolean;
}

/** So many are asked, before somebody else has to make room. */
const LOOKED_AT = 20;
/** So few are never too many. */
const FEW = 50;
/** A turn of the event loop that takes longer than this keeps clients waiting that have done nothing for it. */
const LATE_MS = 50;
const LONGEST_PAUSE_MS = 15_000;

export class Crowd {
  /** Who has got something done last comes last. */
  readonly #members = new Set<CrowdMember>();
  readonly #now: () => number;
  readonly #atEndOfTurn: (look: () => void) => void;
  #isLooking = false;
  /** Of late turns the longest, forgotten by and by. */
  #turnMs = 0;

  /**
   * @param now  milliseconds, of any beginning
   * @param atEndOfTurn  calls when all that has come with this turn of the event loop was taken
   */
  constructor(now = () => performance.now(), atEndOfTurn: (look: () => void) => void = setImmediate) {
    this.#now = now;
    this.#atEndOfTurn = atEndOfTurn;
  }

  enter(member: CrowdMember): void {
    this.#members.add(member);
  }

  leave(member: CrowdMember): void {
    this.#members.delete(member);
  }

  /** A message, or a good part of one, has come from the member. */
  progressed(member: CrowdMember): void {
    if (this.#members.delete(member)) this.#members.add(member);
  }

  /** One more wants to come in. */
  makeRoom(): void {
    let looked = 0;
    for (const member of this.#members) {
      if (++looked > LOOKED_AT) return;
      this.#members.delete(member);
      if (member.dismiss()) return;
      // Something is being done for it: it gets something done.
      this.#members.add(member);
    }
  }

  /**
   * Somebody has sent something.
   * @returns what to call when it has been worked on: milliseconds that took; undefined while nobody has to count them
   */
  begin(): (() => number) | undefined {
    if (this.#members.size <= FEW) return undefined;
    const began = this.#now();
    if (!this.#isLooking) {
      this.#isLooking = true;
      this.#atEndOfTurn(() => {
        this.#isLooking = false;
        this.#turnMs = Math.max(this.#now() - began, this.#turnMs * 0.9);
      });
    }
    return () => this.#now() - began;
  }

  /** How long somebody who took so much time gives way to others, milliseconds; 0 while there is time for everybody. */
  pauseMs(costMs: number): number {
    if (this.#members.size <= FEW || this.#turnMs < LATE_MS) return 0;
    return Math.min(costMs * this.#members.size, LONGEST_PAUSE_MS);
  }
}
