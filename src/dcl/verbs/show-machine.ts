/**
 * SHOW MEMORY, CPU, DEVICES, ERROR, NETWORK: the machine below the node, as far as it is one of OpenVMS.
 * Source: DCL Dictionary; layouts of V7.3-2 and V8.4.
 */
import { Condition, SYSTEM } from '../../condition/index.ts';
import type { Disk } from '../../ports/node-information.ts';
import { outputFile, writeListing } from '../../system/command-output.ts';
import { matchesNamePattern } from '../../system/name-pattern.ts';
import { formatTime } from '../../vms-time/index.ts';
import { pagelets } from '../accounting-lines.ts';
import { allDevices } from '../lexical/device-list.ts';
import { SHOW } from '../messages.ts';
import type { CoreContext } from '../verb.ts';
import type { CoreVerb } from './core-verb.ts';

const output = { OUTPUT: { value: { required: true, type: '$OUTFILE' } } } as const;
const flag = { negatable: false } as const;

/** A display of lines, to SYS$OUTPUT or the file of /OUTPUT. */
const display = (
  definition: Omit<CoreVerb, 'routine'>,
  lines: (context: CoreContext, value: (label: string) => string | undefined) => Promise<readonly string[]>,
): CoreVerb => ({
  ...definition,
  qualifiers: { ...definition.qualifiers, ...output },
  routine: async (command, context) => {
    const shown = await lines(context, (label) => command.value(label));
    await writeListing(context, outputFile(command), shown);
    return SYSTEM.NORMAL.value;
  },
});

export const machineVerbs: readonly CoreVerb[] = [
  display(
    {
      name: 'SHOW MEMORY',
      summary: 'Shows how much memory the machine has, and how much of it is free.',
      qualifiers: { ALL: flag, FILES: flag, FULL: flag, PHYSICAL_PAGES: flag },
    },
    memoryLines,
  ),
  display(
    {
      name: 'SHOW CPU',
      summary: 'Shows the processors of the machine.',
      qualifiers: { BRIEF: flag, FULL: flag },
    },
    cpuLines,
  ),
  display(
    {
      name: 'SHOW DEVICES',
      summary: 'Shows disks and the terminal.',
      parameters: [{ label: 'DEVICE' }],
      qualifiers: { BRIEF: flag, MOUNTED: flag },
    },
    (context, value) => deviceLines(context, value('DEVICE')),
  ),
  display(
    { name: 'SHOW NETWORK', summary: 'Shows the network products of the node.' },
    async ({ process }) => ['', `  Product:  TCP/IP        Node:  ${process.nodeName}`, ''],
  ),
  {
    name: 'SHOW ERROR',
    summary: 'Shows devices with errors: none are counted here.',
    routine: async (_command, { interpreter }) => {
      await interpreter.display(new Condition(SHOW.NOERRORS));
      return SHOW.NOERRORS.value;
    },
  },
];

const right = (value: number, width: number): string => String(value).padStart(width);

async function memoryLines({ process }: CoreContext): Promise<readonly string[]> {
  const { memoryBytes, freeMemoryBytes, pageBytes, swapBytes, freeSwapBytes } = await process.node.machine();
  const pages = (bytes: number): number => Math.floor(bytes / pageBytes);
  const size = memoryBytes < 2 ** 30 ? `${mega(memoryBytes)}MB` : `${mega(memoryBytes / 1024)}GB`;
  const total = pages(memoryBytes);
  const free = pages(freeMemoryBytes);
  return [
    `              System Memory Resources on ${formatTime(process.clock.now())}`,
    '',
    'Physical Memory Usage (pages):     Total        Free      In Use    Modified',
    `  Main Memory (${size})`.padEnd(28) +
      right(total, 12) +
      right(free, 12) +
      right(total - free, 12) +
      right(0, 12),
    '',
    'Paging File Usage (pages):                      Free  Reservable       Total',
    '  SWAP'.padEnd(40) +
      right(pages(freeSwapBytes), 12) +
      right(pages(freeSwapBytes), 12) +
      right(pages(swapBytes), 12),
  ];
}

const mega = (bytes: number): string => (bytes / 2 ** 20).toFixed(2);

async function cpuLines({ process }: CoreContext): Promise<readonly string[]> {
  const { cpuCount, model } = await process.node.machine();
  const all = cpuCount === 1 ? '0' : `0-${cpuCount - 1}`;
  const row = (label: string, value: string): string => `   ${label.padEnd(21)}${value}`;
  return [
    '',
    `System: ${process.nodeName}, ${model}`,
    '',
    'CPU ownership sets:',
    row('Active', all),
    row('Configure', all),
    '',
    'CPU state sets:',
    row('Potential', all),
    row('Autostart', all),
    row('Powered Down', 'None'),
    row('Not Present', 'None'),
    row('Hard Excluded', 'None'),
    row('Failover', 'None'),
  ];
}

/** Throws NOSUCHDEV. */
async function deviceLines({ process }: CoreContext, given: string | undefined): Promise<readonly string[]> {
  const { nodeName, logicalNames } = process;
  const asked = given === undefined ? '' : logicalNames.translate(given).replace(/^_|:.*$/g, '');
  // `HEARTS$DKA0:` is DKA0: of this node.
  const pattern = `${asked.startsWith(`${nodeName}$`) ? asked.slice(nodeName.length + 1) : asked}*`;
  const devices = (await allDevices(process)).filter(({ name }) => matchesNamePattern(name, pattern));
  if (devices.length === 0) throw new Condition(SYSTEM.NOSUCHDEV);
  const disks = devices.flatMap(({ disk }) => disk ?? []);
  const others = devices.filter(({ disk }) => disk === undefined);
  return [
    ...(disks.length === 0
      ? []
      : [
          '',
          'Device                  Device           Error    Volume         Free  Trans Mnt',
          ' Name                   Status           Count     Label        Blocks Count Cnt',
          ...disks.map((disk) => diskLine(disk, nodeName)),
        ]),
    ...(others.length === 0
      ? []
      : [
          '',
          'Device                  Device           Error',
          ' Name                   Status           Count',
          ...others.map(({ name }) => `${`${name}:`.padEnd(24)}${'Online'.padEnd(17)}${right(0, 5)}`),
        ]),
  ];
}

/** Blocks are of 512 bytes, as pagelets are. */
const diskLine = ({ device, freeBytes }: Disk, nodeName: string): string =>
  [
    `${nodeName}$${device}`.padEnd(24),
    'Mounted'.padEnd(17),
    right(0, 5),
    `  ${device.replace(/:$/, '').padEnd(12)}`,
    right(pagelets(freeBytes), 12),
    right(1, 6),
    right(1, 4),
  ].join('');
