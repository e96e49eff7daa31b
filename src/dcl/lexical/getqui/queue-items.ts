/** Items of DISPLAY_QUEUE. Source: dcl.md §18.5, §18.6. */
import type { QueueInfo } from '../../../ports/queue-manager.ts';
import { defaultForm, QUEUE_MANAGER_NAME } from '../../../queue-manager/default-form.ts';
import { formatDelta } from '../../../vms-time/index.ts';
import type { DclValue } from '../../value.ts';
import { truth } from '../arguments.ts';
import { type Bits, bitsOf, queueFlagBits, queueStatusBits } from './bits.ts';
import type { QuiSource } from './source.ts';

type Item = (queue: QueueInfo, source: QuiSource) => DclValue | Promise<DclValue>;

const isGeneric = ({ kind }: QueueInfo): boolean => kind === 'genericServer';

const isBatch = ({ kind }: QueueInfo): boolean => kind === 'batch';
/** Only an output queue has a form. */
const hasForm = (queue: QueueInfo): boolean => !isGeneric(queue) && !isBatch(queue);

/** A generic queue passes jobs on or does not: there is nothing to pause or to reset. queues.md §2.1 */
export function queueStatus(queue: QueueInfo): number {
  const word = queue.state.toUpperCase() as Uppercase<QueueInfo['state']>;
  const isOn = ['IDLE', 'AVAILABLE', 'BUSY'].includes(word);
  const state = isGeneric(queue) && !isOn ? 'STOPPED' : word;
  const server = isBatch(queue) ? [] : (['SERVER'] as const);
  return bitsOf(queueStatusBits, [state, ...server, ...(queue.closed ? (['CLOSED'] as const) : [])]);
}

const queueFlags = (queue: QueueInfo): number =>
  bitsOf(queueFlagBits, [
    ...(isGeneric(queue) ? (['GENERIC'] as const) : []),
    ...(isBatch(queue) ? (['BATCH'] as const) : []),
    ...(queue.cpuDefaultMs === undefined ? [] : (['CPU_DEFAULT'] as const)),
    ...(queue.cpuMaximumMs === undefined ? [] : (['CPU_LIMIT'] as const)),
    ...(queue.retainAll ? (['RETAIN_ALL'] as const) : []),
    ...(queue.retainOnError && !isGeneric(queue) ? (['RETAIN_ERROR'] as const) : []),
  ]);

const booleans = (bits: Bits, value: (queue: QueueInfo) => number): Readonly<Record<string, Item>> =>
  Object.fromEntries(
    Object.entries(bits).map(([name, bit]) => [
      `QUEUE_${name}`,
      (queue) => truth((value(queue) & bit) !== 0),
    ]),
  );

/** `(S:M,O:D,G:R,W:S)` as F$GETQUI shows it: `SYSTEM=M, OWNER=D, GROUP=R, WORLD=S`. */
const protectionText = (protection: string): string =>
  protection
    .replace(/[()]/g, '')
    .split(',')
    .map((each) => each.split(':'))
    .map(
      ([who = '', access = '']) =>
        `${{ S: 'SYSTEM', O: 'OWNER', G: 'GROUP', W: 'WORLD' }[who] ?? who}=${access}`,
    )
    .join(', ');

const none: Item = () => '';
const zero: Item = () => 0;

export const queueItems: Readonly<Record<string, Item>> = {
  ...booleans(queueStatusBits, queueStatus),
  ...booleans(queueFlagBits, queueFlags),
  QUEUE_AUTOSTART: () => truth(false),
  QUEUE_STATUS: queueStatus,
  QUEUE_FLAGS: queueFlags,
  QUEUE_NAME: ({ name }) => name,
  QUEUE_DESCRIPTION: ({ description }) => description ?? '',
  ASSIGNED_QUEUE_NAME: none,
  AUTOSTART_ON: none,
  BASE_PRIORITY: ({ basePriority }) => basePriority,
  CHARACTERISTICS: none,
  CPU_DEFAULT: ({ cpuDefaultMs = 0 }) => formatDelta(cpuDefaultMs),
  CPU_LIMIT: ({ cpuMaximumMs = 0 }) => formatDelta(cpuMaximumMs),
  DEFAULT_FORM_NAME: (queue) => (!hasForm(queue) ? '' : defaultForm.name),
  DEFAULT_FORM_STOCK: (queue) => (!hasForm(queue) ? '' : defaultForm.stock),
  DEVICE_NAME: none,
  EXECUTING_JOB_COUNT: ({ counts }) => counts.executing,
  FORM_NAME: (queue) => (!hasForm(queue) ? '' : defaultForm.name),
  FORM_STOCK: (queue) => (!hasForm(queue) ? '' : defaultForm.stock),
  GENERIC_TARGET: ({ targets }) => (targets ?? []).join(','),
  HOLDING_JOB_COUNT: ({ counts }) => counts.holding,
  JOB_LIMIT: ({ jobLimit }) => jobLimit,
  JOB_RESET_MODULES: none,
  JOB_SIZE_MAXIMUM: zero,
  JOB_SIZE_MINIMUM: zero,
  LIBRARY_SPECIFICATION: none,
  MANAGER_NAME: () => QUEUE_MANAGER_NAME,
  OPERATOR_REQUEST: none,
  OWNER_UIC: ({ owner }) => (owner.startsWith('[') ? owner : `[${owner}]`),
  PENDING_JOB_BLOCK_COUNT: ({ name }, source) => source.pendingBlocks(name),
  PENDING_JOB_COUNT: ({ counts }) => counts.pending,
  PROCESSOR: ({ processor }) => processor ?? '',
  PROTECTION: ({ protection }) => protectionText(protection),
  RAD: () => -1,
  RETAINED_JOB_COUNT: ({ counts }) => counts.retained,
  SCSNODE_NAME: (queue) => (isGeneric(queue) ? '' : queue.nodeName),
  TIMED_RELEASE_JOB_COUNT: ({ counts }) => counts.timedRelease,
  WSDEFAULT: zero,
  WSEXTENT: zero,
  WSQUOTA: zero,
};
