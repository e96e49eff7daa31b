/** What SHOW QUEUE and SHOW ENTRY have in common: qualifiers, kinds of queues, states of jobs. Source: queues.md §8. */
import type { ParsedCommand } from '../command-definition/index.ts';
import type { EntryFilter, JobState, QueueInfo } from '../ports/queue-manager.ts';
import { queueKinds } from '../system/queue-kinds.ts';

const statesByKeyword: Readonly<Record<string, readonly JobState[]>> = {
  EXECUTING: ['executing', 'aborting'],
  HOLDING: ['holding'],
  PENDING: ['pending'],
  RETAINED: ['retainedOnError', 'retainedOnCompletion'],
  TIMED_RELEASE: ['holdingUntil'],
};

export const listingQualifiers = {
  BATCH: { negatable: false, summary: 'batch queues' },
  BRIEF: { negatable: false },
  BY_JOB_STATUS: {
    negatable: false,
    value: {
      list: true,
      keywords: { EXECUTING: {}, HOLDING: {}, PENDING: {}, RETAINED: {}, TIMED_RELEASE: {} },
    },
  },
  DEVICE: {
    negatable: false,
    value: { list: true, keywords: { PRINTER: {}, SERVER: {}, TERMINAL: {} } },
    summary: 'output queues',
  },
  FILES: { negatable: false, summary: 'the files of each job too' },
  FULL: { negatable: false, summary: 'everything about queues and jobs' },
  GENERIC: { negatable: false, summary: 'generic queues' },
  OUTPUT: { negatable: false, value: { type: '$OUTFILE', required: true } },
} as const;

/** /BATCH, /DEVICE and /GENERIC choose among the kinds; without them every queue is meant. */
export function isOfKind(queue: Pick<QueueInfo, 'kind'> | undefined, command: ParsedCommand): boolean {
  if (!['BATCH', 'DEVICE', 'GENERIC'].some((label) => command.present(label))) return true;
  if (queue === undefined) return false;
  const { isBatch, isGeneric, device } = queueKinds[queue.kind];
  if (command.present('GENERIC') && isGeneric) return true;
  if (isGeneric) return false;
  if (command.present('BATCH') && isBatch) return true;
  if (!command.present('DEVICE') || device === undefined) return false;
  return command.values('DEVICE').length === 0 || command.present(`DEVICE.${device}`);
}

export function statesFilter(command: ParsedCommand): Pick<EntryFilter, 'states'> {
  if (!command.present('BY_JOB_STATUS')) return {};
  const keywords = Object.keys(statesByKeyword).filter((each) => command.present(`BY_JOB_STATUS.${each}`));
  if (keywords.length === 0) return {};
  return { states: keywords.flatMap((keyword) => statesByKeyword[keyword] ?? []) };
}
