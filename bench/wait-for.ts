import { setTimeout as delay } from 'node:timers/promises';

/** Resolves when it is true; rejects when it has not become so in ten minutes. */
export async function waitFor(isTrue: () => boolean, everyMs = 50): Promise<void> {
  const until = performance.now() + 600_000;
  while (!isTrue()) {
    if (performance.now() > until) throw new Error('waited in vain for ten minutes');
    await delay(everyMs);
  }
}
