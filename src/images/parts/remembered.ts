/** Answers that may be a moment old, where asking for each message costs more than the answer is worth. */
import type { Clock } from '../../ports/clock.ts';

/** More keys than this in a moment are somebody guessing. */
const REMEMBERED = 10_000;

/**
 * @param freshMs  how old an answer may be, milliseconds; 0: `ask` is called each time
 * A question that fails is asked again.
 */
export function remembered<T>(
  ask: (key: string) => Promise<T>,
  clock: Clock,
  freshMs: number,
): (key: string) => Promise<T> {
  if (freshMs === 0) return ask;
  const known = new Map<string, { readonly at: number; readonly answer: Promise<T> }>();
  return (key) => {
    const now = clock.now();
    const last = known.get(key);
    // A clock set back must not keep an answer alive.
    if (last !== undefined && Math.abs(now - last.at) < freshMs) return last.answer;
    if (known.size >= REMEMBERED) known.clear();
    const answer = ask(key);
    known.set(key, { at: now, answer });
    answer.catch(() => known.delete(key));
    return answer;
  };
}
