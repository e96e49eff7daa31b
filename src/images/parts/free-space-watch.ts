/** Tells operators when the file system of the root is nearly full, before mail is refused, and when there is room again: once each. */
import type { Clock } from '../../ports/clock.ts';
import type { OperatorCommunication } from '../../ports/operator-communication.ts';

const MIB = 1_048_576;
/** With less the next large message may not fit: /health says so, too. */
export const LEAST_FREE_BYTES = 100 * MIB;
/** What comes and goes at the edge is told once. */
const ENOUGH_BYTES = 2 * LEAST_FREE_BYTES;
const LOOK_MS = 60_000;

export const leftSpace = (bytes: number): string =>
  `${Math.floor(bytes / MIB)} MiB are left on the file system of the root`;

/**
 * Looks now and every minute. @param freeBytes  what the node may still use; one that throws says nothing
 * @returns the way to call it off
 */
export function watchFreeSpace(
  freeBytes: () => number,
  deps: { readonly clock: Clock; readonly operator: Pick<OperatorCommunication, 'operatorMessage'> },
): () => void {
  const about = 'file system of the root';
  let isLow = false;
  let callOff = (): void => {};
  const tell = (bytes: number, alarm: { readonly isOver?: true }): void =>
    deps.operator.operatorMessage(['CENTRAL', 'DISKS'], 'JOB_CONTROL', leftSpace(bytes), { about, ...alarm });
  const look = (): void => {
    callOff = deps.clock.after(LOOK_MS, look);
    let bytes: number;
    try {
      bytes = freeBytes();
    } catch {
      return;
    }
    if (!isLow && bytes < LEAST_FREE_BYTES) {
      isLow = true;
      tell(bytes, {});
    } else if (isLow && bytes >= ENOUGH_BYTES) {
      isLow = false;
      tell(bytes, { isOver: true });
    }
  };
  look();
  return () => callOff();
}
