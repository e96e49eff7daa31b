/** Queue lines of SHOW QUEUE: type words, name, phrases; what /FULL and /SUMMARY add. Source: queues.md §2.1, §8.1; tcpip-smtp.md §2.1. */
import type { QueueInfo } from '../ports/queue-manager.ts';
import { limitText } from './limit-text.ts';

export type QueueDisplay = 'brief' | 'full' | 'summary';

/** `Server queue NAME, idle, on NODE::, mounted form DEFAULT`. */
export function queueLine(queue: QueueInfo): string {
  const closed = queue.closed ? ['closed'] : [];
  if (queue.kind === 'genericServer') {
    // A generic queue has no job to finish or to suspend: it passes jobs on, or is stopped. queues.md §2.1
    const stopped = /^(stopped|paused|stopping|resetting)$/.test(queue.state) ? ['stopped'] : [];
    return [`Generic server queue ${queue.name}`, ...closed, ...stopped].join(', ');
  }
  if (queue.kind === 'batch')
    return [`Batch queue ${queue.name}`, ...closed, queue.state, `on ${queue.nodeName}::`].join(', ');
  return [
    `Server queue ${queue.name}`,
    ...closed,
    queue.state,
    `on ${queue.nodeName}::`,
    'mounted form DEFAULT',
  ].join(', ');
}

/** Recorded with four blanks for batch queues, with two for those of mail. */
const indentOf = ({ kind }: QueueInfo): string => (kind === 'batch' ? '    ' : '  ');

/** The properties, two blanks in, wrapped at the width of the terminal. */
export function queueDetailLines(queue: QueueInfo, columns: number): string[] {
  const isGeneric = queue.kind === 'genericServer';
  const words = [
    ...(isGeneric ? [] : [`/BASE_PRIORITY=${queue.basePriority}`]),
    ...(queue.cpuDefaultMs === undefined ? [] : [`/CPUDEFAULT=${limitText(queue.cpuDefaultMs)}`]),
    ...(queue.cpuMaximumMs === undefined ? [] : [`/CPUMAXIMUM=${limitText(queue.cpuMaximumMs)}`]),
    ...(queue.kind === 'server' ? ['/DEFAULT=(FEED,FORM=DEFAULT)'] : []),
    ...(isGeneric ? [`/GENERIC=(${(queue.targets ?? []).join(',')})`] : []),
    ...(queue.jobLimit > 1 || queue.kind === 'batch' ? [`/JOB_LIMIT=${queue.jobLimit}`] : []),
    `/OWNER=${queue.owner.startsWith('[') ? queue.owner : `[${queue.owner}]`}`,
    ...(queue.processor === undefined ? [] : [`/PROCESSOR=${queue.processor}`]),
    `/PROTECTION=${queue.protection.startsWith('(') ? queue.protection : `(${queue.protection})`}`,
    // A generic queue runs nothing, so it retains nothing.
    ...(queue.retainOnError && !isGeneric ? ['/RETAIN=ERROR'] : []),
    ...(queue.retainAll ? ['/RETAIN=ALL'] : []),
  ];
  const indent = indentOf(queue);
  const description = queue.description === undefined ? [] : [`${indent}${queue.description}`];
  return [...description, ...wrap(words, columns, indent)];
}

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

/** The counts of one queue. */
export function summaryLine({ counts }: QueueInfo): string {
  const parts = [
    [counts.executing, 'executing'],
    [counts.holding, 'holding'],
    [counts.pending, 'pending'],
    [counts.retained, 'retained'],
    [counts.timedRelease, 'timed release'],
  ] as const;
  const given = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return given.length === 0 ? '  Job summary:  no jobs' : `  Job summary:  ${given.join(', ')}`;
}
