/** The sections of SHOW PROCESS. Layout: dcl.md §14 [R7] for the first two; DCL Dictionary, SHOW PROCESS, for the others. */
import type { NodeProcess, ProcessUsage } from '../../../ports/node-information.ts';
import type { Account } from '../../../ports/system-store.ts';
import { type QuotaName, quotaOf } from '../../../system/account-quotas.ts';
import { privilegeTexts } from '../../../system/privilege-texts.ts';
import { privilegeNames } from '../../../system/privileges.ts';
import { formatDelta, formatTime } from '../../../vms-time/index.ts';
import { pagelets } from '../../accounting-lines.ts';

export const nothingUsed: ProcessUsage = {
  ...{ cpuMs: 0, bufferedIo: 0, directIo: 0, pageFaults: 0 },
  ...{ workingSetBytes: 0, peakWorkingSetBytes: 0, virtualBytes: 0 },
};

/** Above every section. */
export const headingLines = (process: NodeProcess, nodeName: string, now: number): readonly string[] => [
  '',
  `${formatTime(now)}   User: ${process.userName.padEnd(17)}Process ID:   ${process.pid}`,
  `${''.padEnd(26)}Node: ${nodeName.padEnd(17)}Process name: "${process.processName}"`,
];

/** @param defaultDirectory  undefined: of a process that is not of this job */
export const identityLines = (
  { terminal, userName, basePriority }: NodeProcess,
  nodeName: string,
  defaultDirectory: string | undefined,
): readonly string[] => [
  '',
  ...(terminal === '' ? [] : [labelled('Terminal:', terminal)]),
  labelled('User Identifier:', `[${userName}]`),
  labelled('Base priority:', String(basePriority)),
  labelled('Default file spec:', defaultDirectory ?? 'Not available'),
  ...(terminal === ''
    ? []
    : ['', labelled('Devices allocated:', `${nodeName}$${terminal.replace(/^_/, '')}`)]),
];

const labelled = (label: string, value: string): string => `${label.padEnd(20)}${value}`;

const quotaTable: readonly (readonly [readonly [string, QuotaName | 'CPU'], readonly [string, QuotaName]])[] =
  [
    [
      ['CPU limit:', 'CPU'],
      ['Direct I/O limit:', 'DIOLM'],
    ],
    [
      ['Buffered I/O byte count quota:', 'BYTLM'],
      ['Buffered I/O limit:', 'BIOLM'],
    ],
    [
      ['Timer queue entry quota:', 'TQELM'],
      ['Open file quota:', 'FILLM'],
    ],
    [
      ['Paging file quota:', 'PGFLQUOTA'],
      ['Subprocess quota:', 'PRCLM'],
    ],
    [
      ['Default page fault cluster:', 'CPU'],
      ['AST quota:', 'ASTLM'],
    ],
    [
      ['Enqueue quota:', 'ENQLM'],
      ['Shared file limit:', 'SHRFILLM'],
    ],
    [
      ['Max detached processes:', 'MAXDETACH'],
      ['Max active jobs:', 'MAXJOBS'],
    ],
  ];
/** Pagelets a fault brings in: nothing here has such a thing, and DCL shows one. */
const PAGE_FAULT_CLUSTER = 64;

export function quotaLines(account: Account): readonly string[] {
  const text = (label: string, name: QuotaName | 'CPU'): string =>
    name !== 'CPU'
      ? String(quotaOf(account, name))
      : label !== 'CPU limit:'
        ? String(PAGE_FAULT_CLUSTER)
        : account.cpuLimitMs === undefined
          ? 'Infinite'
          : formatDelta(account.cpuLimitMs).trim();
  return [
    '',
    'Process Quotas:',
    ` Account name: ${(account.accountName ?? '').padEnd(8)}`.trimEnd(),
    ...quotaTable.map(
      ([[left, leftName], [right, rightName]]) =>
        ` ${left}${text(left, leftName).padStart(39 - left.length)}  ${right}${text(right, rightName).padStart(26 - right.length)}`,
    ),
  ];
}

export function accountingLines(usage: ProcessUsage, connectedMs: number): readonly string[] {
  const row = (left: string, value: number, right: string, other: number): string =>
    ` ${left}${String(value).padStart(31 - left.length)}  ${right}${String(other).padStart(33 - right.length)}`;
  return [
    '',
    'Accounting information:',
    row(
      'Buffered I/O count:',
      usage.bufferedIo,
      'Peak working set size:',
      pagelets(usage.peakWorkingSetBytes),
    ),
    row('Direct I/O count:', usage.directIo, 'Peak virtual size:', pagelets(usage.virtualBytes)),
    row('Page faults:', usage.pageFaults, 'Mounted volumes:', 0),
    ` Elapsed CPU time:${formatDelta(usage.cpuMs).padStart(25)}`,
    ` Connect time:${formatDelta(connectedMs).padStart(29)}`,
  ];
}

const COLUMNS = 6;

/** @param authorized  undefined: of a user who has no account */
export const privilegeLines = (
  authorized: readonly string[] | undefined,
  { privileges, rights }: Pick<NodeProcess, 'privileges' | 'rights'>,
  nodeName: string,
  attributesOf: (identifier: string) => readonly string[],
): readonly string[] => [
  '',
  'Authorized privileges:',
  ...columns(authorized ?? []),
  '',
  'Process privileges:',
  ...privilegeNames
    .filter((name) => privileges.includes(name))
    .map((name) => ` ${name.padEnd(21)}${privilegeTexts[name]}`),
  ...rightsLines(rights, nodeName, attributesOf),
];

export const rightsLines = (
  rights: readonly string[],
  nodeName: string,
  attributesOf: (identifier: string) => readonly string[],
): readonly string[] => [
  '',
  'Process rights:',
  ...rights.map((name) => ` ${name.padEnd(34)}${attributesOf(name).join(' ').toLowerCase()}`.trimEnd()),
  '',
  'System rights:',
  ` SYS$NODE_${nodeName}`,
];

function columns(names: readonly string[]): readonly string[] {
  const sorted = [...names].sort();
  return Array.from({ length: Math.ceil(sorted.length / COLUMNS) }, (_, row) =>
    ` ${sorted
      .slice(row * COLUMNS, row * COLUMNS + COLUMNS)
      .map((each) => each.padEnd(12))
      .join(' ')}`.trimEnd(),
  );
}

/** What a process has of memory; figures of the host process that runs it. */
export const memoryLines = ({ virtualBytes, workingSetBytes }: ProcessUsage): readonly string[] => {
  const cell = (label: string, value: number): string => `${label.padEnd(26)}${String(value).padStart(9)}`;
  return [
    '',
    'Process Dynamic Memory Area',
    `    ${cell('Current Size (bytes)', virtualBytes)}   ${cell('Current Total Size (pages)', pagelets(virtualBytes))}`,
    `    ${cell('Free Space (bytes)', virtualBytes - workingSetBytes)}   ${cell('Space in Use (bytes)', workingSetBytes)}`,
  ];
};

/** The tree of a job; `(*)` is the process that is shown. */
export function subprocessLines(job: readonly NodeProcess[], shown: string): readonly string[] {
  const below = (owner: string | undefined, depth: number): readonly string[] =>
    job
      .filter((each) => each.ownerPid === owner)
      .flatMap((each) => [
        `${'  '.repeat(depth)}${each.processName}${each.pid === shown ? ' (*)' : ''}`,
        ...below(each.pid, depth + 1),
      ]);
  const [is, s] = job.length === 1 ? ['is', ''] : ['are', 'es'];
  return ['', `There ${is} ${job.length} process${s} in this job:`, '', ...below(undefined, 1)];
}
