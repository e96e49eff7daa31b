/**
 * What is to be done when the process is asked to stop. One listener for all sessions: a signal looks through all it has with each
 * that comes or goes, and thousands of connections would spend their time with that.
 */
const calls = new WeakMap<AbortSignal, Set<() => void>>();

/** @returns what takes it back */
export function whenStopping(signal: AbortSignal | undefined, call: () => void): () => void {
  if (signal === undefined || signal.aborted) return () => {};
  let known = calls.get(signal);
  if (known === undefined) {
    const all = new Set<() => void>();
    known = all;
    calls.set(signal, all);
    signal.addEventListener('abort', () => {
      for (const each of all) each();
    });
  }
  known.add(call);
  return () => known.delete(call);
}
