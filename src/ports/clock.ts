/** Time as a port: tests move it by hand. Instants are milliseconds since 1-JAN-1970 UTC. */
export interface Clock {
  now(): number;
  /** Calls `callback` once at or after `instant`. Returns the way to call it off. Never keeps a process alive. */
  at(instant: number, callback: () => void): () => void;
}
