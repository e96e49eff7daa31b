/** Tells operators when the file system of the root is nearly full, before mail is refused, and when there is room again: once each. */
import type { Clock } from '../../ports/clock.ts';
import type { OperatorCommunication } from '../../ports/operator-communication.ts';
import type { SystemStore } from '../../ports/system-store.ts';

const MIB = 1_048_576;
/** With less the next large message may not fit: /health says so, too. */
export const LEAST_FREE_BYTES = 100 * MIB;
/** What comes and goes at the edge is told once. */
const ENOUGH_BYTES = 2 * LEAST_FREE_BYTES;
const LOOK_MS = 60_000;

export const leftSpace = (bytes: number): string =>
  `${Math.floor(bytes / MIB)} MiB are left on the file system of the root`;

/** What operators were told last outlives the node: room that was made while it was stopped is told, too. */
export interface FreeSpaceRecord {
  readonly wasLow: boolean;
  write(isLow: boolean): void;
}

const RECORD = 'FREE_SPACE_LOW';

export const freeSpaceRecord = async (
  store: Pick<SystemStore, 'setting' | 'putSetting'>,
): Promise<FreeSpaceRecord> => ({
  wasLow: (await store.setting(RECORD)) !== undefined,
  // Where even that finds no room the next start says no more than it sees.
  write: (isLow) => void store.putSetting(RECORD, isLow ? '1' : undefined).catch(() => undefined),
});

/**
 * Looks now and every minute. @param freeBytes  what the node may still use; one that throws says nothing
 * @returns the way to call it off
 */
export function watchFreeSpace(
  freeBytes: () => number,
  deps: {
    readonly clock: Clock;
    readonly operator: Pick<OperatorCommunication, 'operatorMessage'>;
    readonly record: FreeSpaceRecord;
  },
): () => void {
  const about = 'file system of the root';
  let isLow = deps.record.wasLow;
  /** A node that starts with little room says so again. */
  let isTold = false;
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
    if (!(isLow && isTold) && bytes < LEAST_FREE_BYTES) {
      if (!isLow) deps.record.write(true);
      isLow = true;
      isTold = true;
      tell(bytes, {});
    } else if (isLow && bytes >= ENOUGH_BYTES) {
      isLow = false;
      deps.record.write(false);
      tell(bytes, { isOver: true });
    }
  };
  look();
  return () => callOff();
}
