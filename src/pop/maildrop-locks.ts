/** Which maildrops are being served: one session each. RFC 1939 §4: an exclusive-access lock. One for each server process. */
export class MaildropLocks {
  readonly #held = new Set<string>();
  readonly #loggedInAt = new Map<string, number>();

  /** False where another session has it. */
  take(userName: string): boolean {
    if (this.#held.has(userName)) return false;
    this.#held.add(userName);
    return true;
  }

  release(userName: string): void {
    this.#held.delete(userName);
  }

  /** RFC 2449 §6.5: whether the user may log in so soon after the last time; if so, it is noted. */
  isPatient(userName: string, now: number, delaySeconds: number): boolean {
    if (delaySeconds === 0) return true;
    const last = this.#loggedInAt.get(userName);
    // A clock set back must not keep a user out.
    if (last !== undefined && Math.abs(now - last) < delaySeconds * 1_000) return false;
    this.#loggedInAt.set(userName, now);
    return true;
  }

  users(): readonly string[] {
    return [...this.#held].sort();
  }
}
