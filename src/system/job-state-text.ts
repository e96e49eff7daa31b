/** The state of a job in the words of queues.md §2.2. */
import type { EntryInfo } from '../ports/queue-manager.ts';
import { formatTime } from '../vms-time/index.ts';
import { queueKinds } from './queue-kinds.ts';

/**
 * `Holding until  7-FEB-1997 02:21:14.58`; some displays leave the hundredths away, and those say no reason of a pending job
 * either. queues.md §10
 */
export function jobStateText(
  entry: Pick<EntryInfo, 'state' | 'after' | 'batch' | 'queueKind' | 'phase' | 'pendingReason'>,
  withHundredths = true,
): string {
  switch (entry.state) {
    case 'pending':
      return withHundredths && entry.pendingReason !== undefined
        ? `Pending (${entry.pendingReason})`
        : 'Pending';
    case 'executing':
      if (entry.phase === 'starting') return 'Starting';
      if (entry.phase === 'suspended') return 'Suspended';
      if (entry.phase === 'stalled') return 'Stalled';
      return queueKinds[entry.queueKind ?? (entry.batch === undefined ? 'server' : 'batch')].running;
    case 'aborting':
      return 'Aborting';
    case 'holding':
      return 'Holding';
    case 'holdingUntil':
      return entry.after === undefined ? 'Holding' : `Holding until ${shown(entry.after, withHundredths)}`;
    case 'retainedOnError':
      return retained(entry.batch, 'on error', withHundredths);
    case 'retainedOnCompletion':
      return retained(entry.batch, 'on completion', withHundredths);
    default:
      return entry.state satisfies never;
  }
}

const retained = (batch: EntryInfo['batch'], why: string, withHundredths: boolean): string =>
  batch?.retain === 'until' && batch.retainUntil !== undefined && batch.completion?.byQueue !== true
    ? `Retained until ${shown(batch.retainUntil, withHundredths)}`
    : `Retained ${why}`;

const shown = (instant: number, withHundredths: boolean): string =>
  withHundredths ? formatTime(instant) : formatTime(instant).replace(/\.\d\d$/, '');
