/** Limits of processor time, as displays and F$GETQUI write them. Source: queues.md §4.1, §6. */
import { formatDelta } from '../vms-time/index.ts';

/** `0-00:10:00.00`, or INFINITE. */
export const limitText = (milliseconds: number): string =>
  milliseconds === 0 ? 'INFINITE' : formatDelta(milliseconds).trimStart().replace(' ', '-');
