/**
 * SHOW SYSTEM: all processes of the node. Columns: dcl.md §14 [R7]. Everybody sees all of them, as on OpenVMS, where the
 * image is installed with WORLD.
 */
import type { ParsedCommand } from '../../../command-definition/index.ts';
import { SYSTEM } from '../../../condition/index.ts';
import type { NodeProcess } from '../../../ports/node-information.ts';
import { outputFile, writeListing } from '../../../system/command-output.ts';
import { matchesNamePattern } from '../../../system/name-pattern.ts';
import { formatDelta, formatTime } from '../../../vms-time/index.ts';
import { pagelets } from '../../accounting-lines.ts';
import { SYSTEM_VERSION } from '../../lexical/system-version.ts';
import { everyProcess, stateOf } from '../../lexical/visible-processes.ts';
import type { CoreContext } from '../../verb.ts';
import type { CoreVerb } from '../core-verb.ts';
import { nothingUsed } from './process-display.ts';

const flag = { negatable: false } as const;
const text = { negatable: false, value: { required: true } } as const;

export const showSystemVerbs: readonly CoreVerb[] = [
  {
    name: 'SHOW SYSTEM',
    summary: 'Shows the processes of the node.',
    qualifiers: {
      BATCH: flag,
      FULL: flag,
      HEADING: { default: true },
      IDENTIFICATION: text,
      INTERACTIVE: flag,
      NETWORK: flag,
      NODE: text,
      OUTPUT: { value: { required: true, type: '$OUTFILE' } },
      OWNER_UIC: text,
      PROCESS: text,
      STATE: text,
      SUBPROCESS: flag,
    },
    routine: async (command, context) => {
      await writeListing(context, outputFile(command), await lines(command, context));
      return SYSTEM.NORMAL.value;
    },
  },
];

async function lines(command: ParsedCommand, context: CoreContext): Promise<readonly string[]> {
  const { clock, node, nodeName } = context.process;
  const now = clock.now();
  const shown = (await everyProcess(context.interpreter)).filter(isWanted(command, context));
  const heading = command.present('HEADING')
    ? [
        `OpenVMS ${SYSTEM_VERSION}  on node ${nodeName}  ${formatTime(now)}   Uptime  ${uptime(now - (await node.bootedAt()))}`,
        '  Pid    Process Name    State  Pri      I/O       CPU       Page flts  Pages',
      ]
    : [];
  return [
    ...heading,
    ...shown.flatMap((each) => [
      processLine(each, context),
      ...(command.present('FULL') ? [`${''.padEnd(9)}[${each.userName}]`] : []),
    ]),
  ];
}

/** `0 00:05:12` */
const uptime = (ms: number): string => formatDelta(Math.max(0, ms)).trim().slice(0, -3);

function isWanted(command: ParsedCommand, context: CoreContext): (process: NodeProcess) => boolean {
  const kinds = (['BATCH', 'NETWORK', 'INTERACTIVE'] as const).filter((kind) => command.present(kind));
  const matches = (label: string, value: string): boolean =>
    command.value(label) === undefined || matchesNamePattern(value, command.value(label)!);
  return (process) => {
    const isSubprocess = process.ownerPid !== undefined;
    const isOfKind =
      (kinds.length === 0 && !command.present('SUBPROCESS')) ||
      (kinds as readonly string[]).includes(process.mode) ||
      (command.present('SUBPROCESS') && isSubprocess);
    return (
      isOfKind &&
      matches('PROCESS', process.processName) &&
      matches('STATE', stateOf(process, context.interpreter)) &&
      matches('NODE', context.process.nodeName) &&
      matches('IDENTIFICATION', process.pid) &&
      matches('OWNER_UIC', `[${process.userName}]`)
    );
  };
}

/** The letter at the end: batch, network, subprocess. */
const kindOf = ({ ownerPid, mode }: NodeProcess): string =>
  ownerPid !== undefined ? 'S' : mode === 'BATCH' ? 'B' : mode === 'NETWORK' ? 'N' : '';

function processLine(process: NodeProcess, { interpreter }: CoreContext): string {
  const { cpuMs, bufferedIo, directIo, pageFaults, workingSetBytes } = process.usage ?? nothingUsed;
  return [
    `${process.pid} ${process.processName.padEnd(15)} ${stateOf(process, interpreter).padEnd(5)}`,
    String(process.basePriority).padStart(5),
    String(bufferedIo + directIo).padStart(9),
    formatDelta(cpuMs).padStart(16),
    String(pageFaults).padStart(10),
    String(pagelets(workingSetBytes)).padStart(7),
    kindOf(process).padStart(3),
  ]
    .join('')
    .trimEnd();
}
