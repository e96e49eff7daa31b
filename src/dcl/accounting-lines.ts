/**
 * What a job has used, as LOGOUT/FULL and the end of a batch log say it. Source: queues.md §11 [R].
 */
import type { ProcessUsage } from '../ports/node-information.ts';
import type { ProcessContext } from '../system/process.ts';
import { formatDelta, formatTime } from '../vms-time/index.ts';

/** `  SMITH        logged out at  7-FEB-1997 01:51:14.58`; with the block below it for /FULL. */
export function logoutLines(process: ProcessContext, isFull: boolean): readonly string[] {
  const now = process.clock.now();
  const who =
    process.parent === undefined ? process.account.userName.padEnd(12) : `Process ${process.processName}`;
  const line = `  ${who} logged out at ${formatTime(now)}`;
  return isFull
    ? [line, ...accountingLines(process.node.usage(), Math.max(0, now - process.startedAt))]
    : [line];
}

const PAGELET = 512;
export const pagelets = (bytes: number): number => Math.ceil(bytes / PAGELET);

/** Behind the line that says who logged out: a blank line first. */
export function accountingLines(usage: ProcessUsage, elapsedMs: number): readonly string[] {
  const right = (value: number | string, width: number): string => String(value).padStart(width);
  const { bufferedIo, directIo, pageFaults, peakWorkingSetBytes, virtualBytes, cpuMs } = usage;
  return [
    '',
    '  Accounting information:',
    `  Buffered I/O count:${right(bufferedIo, 16)}         Peak working set size:${right(pagelets(peakWorkingSetBytes), 8)}`,
    `  Direct I/O count:${right(directIo, 18)}         Peak page file size:${right(pagelets(virtualBytes), 10)}`,
    `  Page faults:${right(pageFaults, 23)}         Mounted volumes:${right(0, 14)}`,
    `  Charged CPU time:${right(formatDelta(cpuMs), 24)}   Elapsed time:${right(formatDelta(elapsedMs), 18)}`,
  ];
}
