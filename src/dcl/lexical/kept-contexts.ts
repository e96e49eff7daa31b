/** Contexts of a session by function and stream; of each function the latest, so that a procedure can use up no memory. */

/** Streams of one function that are kept; the oldest goes. */
const MOST_STREAMS = 256;

/** @param prefix  what the keys of the function begin with */
export function keepContext(
  contexts: Map<string, unknown>,
  prefix: string,
  stream: string | number,
  value: unknown,
): void {
  const key = `${prefix}${stream}`;
  contexts.delete(key);
  contexts.set(key, value);
  const own = [...contexts.keys()].filter((each) => each.startsWith(prefix) && each !== prefix);
  for (const each of own.slice(0, Math.max(0, own.length - MOST_STREAMS))) contexts.delete(each);
}
