/** Time as a port: tests move it by hand. Instants are milliseconds since 1-JAN-1970 UTC. */
export interface Clock {
  now(): number;
  /** Milliseconds since whenever, which no change of date and time moves: how long something takes is measured by them. */
  steadyMs(): number;
  /**
   * Calls `callback` once, when as much time has passed as lies between now and `instant`, whatever the clock is set to meanwhile.
   * Returns the way to call it off. Never keeps a process alive.
   */
  at(instant: number, callback: () => void): () => void;
  /** Calls `callback` once, when `ms` milliseconds have passed. Else as `at`. */
  after(ms: number, callback: () => void): () => void;
}
