/** Items of DISPLAY_QUEUE. Source: dcl.md §18.5, §18.6. */
import type { QueueInfo } from '../../../ports/queue-manager.ts';
import { defaultForm, QUEUE_MANAGER_NAME } from '../../../queue-manager/default-form.ts';
import { passesOn, queueKinds } from '../../../system/queue-kinds.ts';
import { formatDelta } from '../../../vms-time/index.ts';
import type { DclValue } from '../../value.ts';
import { truth } from '../arguments.ts';
import { type Bits, bitsOf, queueFlagBits, queueStatusBits } from './bits.ts';
import type { QuiSource } from './source.ts';

type Item = (queue: QueueInfo, source: QuiSource) => DclValue | Promise<DclValue>;

const isGeneric = ({ kind }: QueueInfo): boolean => queueKinds[kind].isGeneric;

const isBatch = ({ kind }: QueueInfo): boolean => queueKinds[kind].isBatch;
/** Only an output queue has a form. */
const hasForm = (queue: QueueInfo): boolean => !isGeneric(queue) && !isBatch(queue);

/** A generic queue passes jobs on or does not: there is nothing to pause or to reset. queues.md §2.1 */
export function queueStatus(queue: QueueInfo): number {
  const word = queue.state.toUpperCase() as Uppercase<QueueInfo['state']>;
  const isOn = ['IDLE', 'AVAILABLE', 'BUSY'].includes(word);
  const state = passesOn(queue) && !isOn ? 'STOPPED' : word;
  const server = queueKinds[queue.kind].device === 'SERVER' ? (['SERVER'] as const) : [];
  const { autostartOn, isAutostartActive } = queue.properties ?? {};
  const isInactive = autostartOn !== undefined && state === 'STOPPED' && !isAutostartActive;
  return bitsOf(queueStatusBits, [
    state,
    ...server,
    ...(queue.closed ? (['CLOSED'] as const) : []),
    ...(isInactive ? (['AUTOSTART_INACTIVE'] as const) : []),
    // Every printer has small letters; the queues of mail print nothing.
    ...(hasForm(queue) && queue.properties !== undefined ? (['LOWERCASE'] as const) : []),
  ]);
}

const queueFlags = (queue: QueueInfo): number =>
  bitsOf(queueFlagBits, [
    ...(isGeneric(queue) ? (['GENERIC'] as const) : []),
    ...(isBatch(queue) ? (['BATCH'] as const) : []),
    ...(queueKinds[queue.kind].device === 'PRINTER' ? (['PRINTER'] as const) : []),
    ...(queueKinds[queue.kind].device === 'TERMINAL' ? (['TERMINAL'] as const) : []),
    ...separationFlags(queue),
    ...(queue.cpuDefaultMs === undefined ? [] : (['CPU_DEFAULT'] as const)),
    ...(queue.cpuMaximumMs === undefined ? [] : (['CPU_LIMIT'] as const)),
    ...(queue.retainAll ? (['RETAIN_ALL'] as const) : []),
    ...(queue.retainOnError && !isGeneric(queue) ? (['RETAIN_ERROR'] as const) : []),
  ]);

function separationFlags({ kind, properties }: QueueInfo): (keyof typeof queueFlagBits)[] {
  const { defaults = {}, separate = {}, recordBlocking, workingSet = {} } = properties ?? {};
  const words = ['burst', 'flag', 'trailer'] as const;
  // As they are without a word: queues.md §4.1. A generic queue prints nothing itself.
  const isOutput = properties !== undefined && !queueKinds[kind].isBatch && !queueKinds[kind].isGeneric;
  return [
    ...words.flatMap((each) => {
      const word = each.toUpperCase() as 'BURST' | 'FLAG' | 'TRAILER';
      const file = { all: [`FILE_${word}`], one: [`FILE_${word}_ONE`], none: [] }[defaults[each] ?? 'none'];
      return [...file, ...(separate[each] ? [`JOB_${word}`] : [])] as (keyof typeof queueFlagBits)[];
    }),
    ...((properties?.bySize ?? isOutput) ? (['JOB_SIZE_SCHED'] as const) : []),
    ...((defaults.feed ?? isOutput) ? (['FILE_PAGINATE'] as const) : []),
    ...(kind === 'batch' && !properties?.disableSwapping ? (['SWAP'] as const) : []),
    ...(properties?.acl?.length ? (['ACL_SPECIFIED'] as const) : []),
    ...(recordBlocking ? (['RECORD_BLOCKING'] as const) : []),
    ...(workingSet.default === undefined ? [] : (['WSDEFAULT'] as const)),
    ...(workingSet.extent === undefined ? [] : (['WSEXTENT'] as const)),
    ...(workingSet.quota === undefined ? [] : (['WSQUOTA'] as const)),
  ];
}

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

export const queueItems: Readonly<Record<string, Item>> = {
  ...booleans(queueStatusBits, queueStatus),
  ...booleans(queueFlagBits, queueFlags),
  QUEUE_AUTOSTART: ({ properties }) => truth(properties?.autostartOn !== undefined),
  QUEUE_STATUS: queueStatus,
  QUEUE_FLAGS: queueFlags,
  QUEUE_NAME: ({ name }) => name,
  QUEUE_DESCRIPTION: ({ description }) => description ?? '',
  ASSIGNED_QUEUE_NAME: ({ properties }) => properties?.assignedTo ?? '',
  AUTOSTART_ON: ({ properties }) => (properties?.autostartOn ?? []).join(','),
  BASE_PRIORITY: ({ basePriority }) => basePriority,
  CHARACTERISTICS: async ({ properties }, source) =>
    characteristicNames(properties?.characteristics ?? [], (await source.definitions()).characteristics),
  CPU_DEFAULT: ({ cpuDefaultMs = 0 }) => formatDelta(cpuDefaultMs),
  CPU_LIMIT: ({ cpuMaximumMs = 0 }) => formatDelta(cpuMaximumMs),
  DEFAULT_FORM_NAME: (queue) => (!hasForm(queue) ? '' : defaultFormOf(queue)),
  DEFAULT_FORM_STOCK: async (queue, source) => {
    if (!hasForm(queue)) return '';
    const { forms } = await source.definitions();
    return forms.find(({ name }) => name === defaultFormOf(queue))?.stock ?? defaultForm.stock;
  },
  DEVICE_NAME: (queue) => (hasForm(queue) && queue.properties ? (queue.properties.device ?? queue.name) : ''),
  EXECUTING_JOB_COUNT: ({ counts }) => counts.executing,
  FORM_NAME: (queue) => (!hasForm(queue) ? '' : (queue.form?.name ?? defaultForm.name)),
  FORM_STOCK: (queue) => (!hasForm(queue) ? '' : (queue.form?.stock ?? defaultForm.stock)),
  GENERIC_TARGET: ({ targets }) => (targets ?? []).join(','),
  HOLDING_JOB_COUNT: ({ counts }) => counts.holding,
  JOB_LIMIT: ({ jobLimit }) => jobLimit,
  JOB_RESET_MODULES: ({ properties }) => (properties?.separate?.reset ?? []).join(','),
  JOB_SIZE_MAXIMUM: ({ properties }) => properties?.blocksAtMost ?? 0,
  JOB_SIZE_MINIMUM: ({ properties }) => properties?.blocksAtLeast ?? 0,
  LIBRARY_SPECIFICATION: ({ properties }) => properties?.library ?? '',
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
  WSDEFAULT: ({ properties }) => properties?.workingSet?.default ?? 0,
  WSEXTENT: ({ properties }) => properties?.workingSet?.extent ?? 0,
  WSQUOTA: ({ properties }) => properties?.workingSet?.quota ?? 0,
};

const defaultFormOf = ({ properties }: QueueInfo): string => properties?.defaults?.form ?? defaultForm.name;

/** By name; by number where a characteristic has none any more. */
export const characteristicNames = (
  numbers: readonly number[],
  known: readonly { readonly name: string; readonly number: number }[],
): string =>
  numbers.map((number) => known.find((each) => each.number === number)?.name ?? String(number)).join(',');
