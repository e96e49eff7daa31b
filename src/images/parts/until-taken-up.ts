/**
 * ENABLE and DISABLE SERVICE write the service database, which the auxiliary server watches: what is asked next is to show what it has
 * made of it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceState } from '../../management/index.ts';

/** It looks several times a second, and tells as often. */
const MOST_MS = 3_000;
const LOOK_MS = 50;

/**
 * Returns when the auxiliary server has taken a service up as it is now, whether it can listen or not; after three seconds anyway, and at
 * once where none runs.
 * @param isEnabled  false, too, of a service that was removed
 */
export async function untilTakenUp(
  states: () => Promise<readonly ServiceState[]>,
  name: string,
  isEnabled: boolean,
): Promise<void> {
  const end = performance.now() + MOST_MS;
  while (performance.now() < end) {
    const services = await states();
    if (services.length === 0) return;
    const state = services.find(({ service }) => service === name);
    if ((state?.enabled ?? false) === isEnabled) return;
    await pause(LOOK_MS);
  }
}
