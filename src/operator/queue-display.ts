/** Queue lines of SHOW QUEUE: type words, name, phrases; what /FULL and /SUMMARY add. Source: queues.md §2.1, §8.1; tcpip-smtp.md §2.1. */

import type { Characteristic } from '../ports/queue-definitions.ts';
import type { OutputDefaults, QueueInfo, QueueProperties } from '../ports/queue-manager.ts';
import { queueKinds } from '../system/queue-kinds.ts';
import { characteristicWords } from './characteristics.ts';
import { limitText } from './limit-text.ts';
import { aceText } from './queue-ace.ts';

export type QueueDisplay = 'brief' | 'full' | 'summary';

/** `Server queue NAME, idle, on NODE::, mounted form DEFAULT`. */
export function queueLine(queue: QueueInfo): string {
  const { kind, name, state, properties } = queue;
  const closed = queue.closed ? ['closed'] : [];
  const assigned = properties?.assignedTo;
  // A queue that passes jobs on has none to finish or to suspend: it does, or is stopped. queues.md §2.1
  const stopped = /^(stopped|paus(ed|ing)|aligning|stopping|resetting)$/.test(state) ? ['stopped'] : [];
  if (assigned !== undefined)
    return [`Logical queue ${name}`, ...closed, ...stopped, `assigned to ${assigned}`].join(', ');
  const { words, isGeneric, isBatch } = queueKinds[kind];
  if (isGeneric) return [`${words} ${name}`, ...closed, ...stopped].join(', ');
  return [
    `${words} ${name}`,
    ...closed,
    ...stateWords(queue),
    `on ${queue.nodeName}::${isBatch || properties === undefined ? '' : deviceText(queue)}`,
    ...(isBatch ? [] : [`mounted form ${mountedForm(queue)}`]),
  ].join(', ');
}

/** An autostart queue that is not to start is not just stopped. queues.md §2.1 */
const stateWords = ({ properties, state }: QueueInfo): string[] =>
  properties?.autostartOn !== undefined && state === 'stopped' && !properties.isAutostartActive
    ? ['stopped', 'autostart inactive']
    : [state === 'unavailable' ? 'device unavailable' : state];

/** The device of a queue called as the queue is not said. queues.md §8.1: `Terminal queue SYS$PRINT, on NODEB::` */
const deviceText = ({ name, properties }: QueueInfo): string =>
  properties?.device === undefined || properties.device === name ? '' : `${properties.device}:`;

/** The stock is said where it is called otherwise. queues.md §2.1 */
const mountedForm = ({ form }: QueueInfo): string =>
  form === undefined ? 'DEFAULT' : formText(form.name, form.stock);
const formText = (name: string, stock: string): string =>
  name === stock ? name : `${name} (stock=${stock})`;

/** queues.md §8.1, as recorded; tcpip-smtp.md §2.1 has two blanks for queues of mail, which is inferred. */
const INDENT = '    ';

/** The properties, indented, wrapped at the width of the terminal. Only what is not as ever is said. */
export function queueDetailLines(
  queue: QueueInfo,
  columns: number,
  known: readonly Characteristic[] = [],
  stockOf: (form: string) => string = (form) => form,
): string[] {
  const { isGeneric, isBatch } = queueKinds[queue.kind];
  const { properties } = queue;
  const words = [
    ...(properties?.autostartOn === undefined ? [] : [`/AUTOSTART_ON=(${properties.autostartOn.join(',')})`]),
    ...(isGeneric ? [] : [`/BASE_PRIORITY=${queue.basePriority}`]),
    ...(properties === undefined ? [] : blockLimit(properties)),
    ...(properties?.characteristics?.length
      ? [`/CHARACTERISTICS=${characteristicWords(properties.characteristics, known)}`]
      : []),
    ...(queue.cpuDefaultMs === undefined ? [] : [`/CPUDEFAULT=${limitText(queue.cpuDefaultMs)}`]),
    ...(queue.cpuMaximumMs === undefined ? [] : [`/CPUMAXIMUM=${limitText(queue.cpuMaximumMs)}`]),
    ...defaultWords(queue, stockOf),
    ...(properties?.disableSwapping ? ['/DISABLE_SWAPPING'] : []),
    ...(properties?.enableGeneric === false ? ['/NOENABLE_GENERIC'] : []),
    ...(isGeneric ? [genericWord(queue)] : []),
    ...(!isGeneric && (queue.jobLimit > 1 || isBatch) ? [`/JOB_LIMIT=${queue.jobLimit}`] : []),
    ...(properties?.library === undefined ? [] : [`/LIBRARY=${properties.library}`]),
    ...(isBatch || isGeneric || properties === undefined ? [] : ['Lowercase']),
    `/OWNER=${queue.owner.startsWith('[') ? queue.owner : `[${queue.owner}]`}`,
    ...(queue.processor === undefined ? [] : [`/PROCESSOR=${queue.processor}`]),
    `/PROTECTION=${queue.protection.startsWith('(') ? queue.protection : `(${queue.protection})`}`,
    ...(properties?.recordBlocking ? ['/RECORD_BLOCKING'] : []),
    // A generic queue runs nothing, so it retains nothing.
    ...(queue.retainOnError && !isGeneric ? ['/RETAIN=ERROR'] : []),
    ...(queue.retainAll ? ['/RETAIN=ALL'] : []),
    ...scheduleWord(queue),
    ...separateWord(properties),
    ...workingSetWords(properties),
  ];
  const description = queue.description === undefined ? [] : [`${INDENT}${queue.description}`];
  const acl = (properties?.acl ?? []).map((each) => `         ${aceText(each)}`);
  return [...description, ...wrap(words, columns, INDENT), ...acl];
}

const genericWord = ({ targets }: QueueInfo): string =>
  targets === undefined ? '/GENERIC' : `/GENERIC=(${targets.join(',')})`;

function blockLimit({ blocksAtLeast, blocksAtMost }: QueueProperties): string[] {
  if (blocksAtLeast === undefined && blocksAtMost === undefined) return [];
  if (blocksAtLeast === undefined) return [`/BLOCK_LIMIT=${blocksAtMost}`];
  return [`/BLOCK_LIMIT=(${blocksAtLeast},${blocksAtMost ?? '""'})`];
}

/** `/DEFAULT=(FEED,FORM=PORTRAIT (stock=DEFAULT))` of an output queue. */
function defaultWords(queue: QueueInfo, stockOf: (form: string) => string): string[] {
  const { isGeneric, isBatch } = queueKinds[queue.kind];
  if (isBatch || (isGeneric && queue.properties?.defaults === undefined)) return [];
  const {
    form = 'DEFAULT',
    feed = true,
    passAll,
    ...pages
  }: OutputDefaults = queue.properties?.defaults ?? {};
  const page = (word: 'burst' | 'flag' | 'trailer'): string[] => {
    const given = pages[word];
    if (given === undefined || given === 'none') return [];
    return [`${word.toUpperCase()}${given === 'one' ? '=ONE' : ''}`];
  };
  const words = [
    ...page('burst'),
    ...(feed ? ['FEED'] : []),
    ...page('flag'),
    `FORM=${formText(form, stockOf(form))}`,
    ...(passAll ? ['PASSALL'] : []),
    ...page('trailer'),
  ];
  return [`/DEFAULT=(${words.join(',')})`];
}

/** /SCHEDULE=SIZE goes without saying for output queues, NOSIZE for batch queues. */
function scheduleWord({ kind, properties }: QueueInfo): string[] {
  const { isBatch } = queueKinds[kind];
  const { bySize } = properties ?? {};
  if (bySize === undefined || bySize === !isBatch) return [];
  return [bySize ? '/SCHEDULE=SIZE' : '/SCHEDULE=NOSIZE'];
}

function separateWord(properties: QueueProperties | undefined): string[] {
  const { burst, flag, trailer, reset = [] } = properties?.separate ?? {};
  const words = [
    ...(burst ? ['BURST'] : []),
    ...(flag ? ['FLAG'] : []),
    ...(trailer ? ['TRAILER'] : []),
    ...(reset.length === 0 ? [] : [`RESET=(${reset.join(',')})`]),
  ];
  return words.length === 0 ? [] : [`/SEPARATE=(${words.join(',')})`];
}

const workingSetWords = (properties: QueueProperties | undefined): string[] =>
  (['default', 'extent', 'quota'] as const).flatMap((each) => {
    const pages = properties?.workingSet?.[each];
    return pages === undefined ? [] : [`/WS${each.toUpperCase()}=${pages}`];
  });

export function wrap(words: readonly string[], columns: number, indent: string, further = '    '): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length < columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${lines.length === 0 ? indent : further}${word}`);
  }
  return lines;
}

/** The counts of one queue: `  Job summary:  1 executing, 2 pending (14 blocks)`. */
export function summaryLine({ counts, pendingBlocks }: QueueInfo): string {
  const blocks =
    pendingBlocks === undefined ? '' : ` (${pendingBlocks} block${pendingBlocks === 1 ? '' : 's'})`;
  const parts = [
    [counts.executing, 'executing'],
    [counts.holding, 'holding'],
    [counts.pending, `pending${blocks}`],
    [counts.retained, 'retained'],
    [counts.timedRelease, 'timed release'],
  ] as const;
  const given = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return given.length === 0 ? '  Job summary:  no jobs' : `  Job summary:  ${given.join(', ')}`;
}
