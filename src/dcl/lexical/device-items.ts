/** The items of F$GETDVI. Source: dcl.md §16.5; DCL Dictionary, F$GETDVI. */
import { bareName } from '../../system/device-name.ts';
import { truth } from './arguments.ts';
import { type Device, deviceClasses, fullDeviceName } from './device-list.ts';
import type { LexicalContext } from './lexical-function.ts';
import { terminalFlag, terminalItems } from './terminal-items.ts';

type Item = (device: Device, context: LexicalContext) => string | number;
type Test = (device: Device) => boolean;

const BLOCK = 512;
const LARGEST = 0x7fff_ffff;
/** As many as a longword holds. */
const blocks = (bytes: number | undefined): number => Math.min(LARGEST, Math.floor((bytes ?? 0) / BLOCK));

const isDisk: Test = ({ class: kind }) => kind === 'DISK';
const isTerminal: Test = ({ class: kind }) => kind === 'TERM';
const isOwnTerminal = ({ name }: Device, { process: { terminal } }: LexicalContext): boolean =>
  terminal !== undefined && bareName(terminal.deviceName) === name;

/** A directory of the host has no label: the volume is called like the device. */
const label = (device: Device): string => (isDisk(device) ? device.name : '');

/** Booleans that depend on the class alone. */
const classTests: Readonly<Record<string, Test>> = {
  ...{ AVL: () => true, IDV: () => true, ODV: () => true, REC: isTerminal, CCL: isTerminal, TRM: isTerminal },
  ...{ DIR: isDisk, FOD: isDisk, MNT: isDisk, RND: isDisk, SHR: isDisk, ODS5: isDisk, CLUSTER: () => false },
  ...{ MBX: ({ name }) => name === 'NLA0', NET: ({ class: kind }) => kind === 'SCOM' },
} as Readonly<Record<string, Test>>;

/** Of nothing here, or not kept. */
const never = [
  ...['ALL', 'ALT_HOST_AVAIL', 'CONCEALED', 'DFS_ACCESS', 'DUA', 'ELG', 'ERASE_ON_DELETE', 'FOR', 'GEN'],
  ...['HARDLINKS_SUPPORTED', 'MOUNTVER_ELIGIBLE', 'MULTIPATH', 'NOCACHE_ON_VOLUME', 'NOHIGHWATER'],
  ...['NOSHARE_MOUNTED', 'ODS2_SUBSET0', 'OPR', 'PROT_SUBSYSTEM_ENABLED', 'RCK', 'RCT', 'REMOTE_DEVICE'],
  ...['RTM', 'SDI', 'SERVED_DEVICE', 'SHDW_CATCHUP_COPYING', 'SHDW_FAILED_MEMBER', 'SHDW_MASTER'],
  ...['SHDW_MEMBER', 'SHDW_MERGE_COPYING', 'SPL', 'SQD', 'SWL', 'VOLSETMEM', 'WCK', 'XON'],
  ...['WRITETHRU_CACHE_ENABLED', 'SET_HOST_TERMINAL', 'TT_CRFILL', 'TT_LFFILL', 'TT_MODHANGUP', 'TT_OPER'],
];

const nothing = [
  ...['ALT_HOST_NAME', 'ALT_HOST_TYPE', 'FC_HBA_FIRMWARE_REV', 'FC_NODE_NAME', 'FC_PORT_NAME', 'MEDIA_NAME'],
  ...[
    'MEDIA_TYPE',
    'MOUNT_TIME',
    'MPDEV_CURRENT_PATH',
    'NEXTDEVNAM',
    'SCSI_DEVICE_FIRMWARE_REV',
    'SPLDEVNAM',
  ],
  ...['SHDW_MASTER_NAME', 'SHDW_NEXT_MBR_NAME', 'TT_ACCPORNAM', 'WWID', 'ERROR_RESET_TIME', 'ACPTYPE'],
];

const zero = [
  ...['ACPPID', 'ALLOCLASS', 'AVAILABLE_PATH_COUNT', 'BANDWIDTH', 'CYLINDERS', 'DEVCHAR', 'DEVCHAR2'],
  ...['DEVDEPEND', 'DEVDEPEND2', 'DEVSTS', 'ERRCNT', 'EXPSIZE', 'LOCKID', 'MEDIA_ID', 'MSCP_UNIT_NUMBER'],
  ...['OPCNT', 'PREFERRED_CPU', 'QLEN', 'RECSIZ', 'SECTORS', 'SERIALNUM', 'STS', 'TOTAL_PATH_COUNT'],
  ...['TRACKS', 'TT_CHARSET', 'TT_CS_HANGUL', 'TT_CS_HANYU', 'TT_CS_HANZI', 'TT_CS_KANA', 'TT_CS_KANJI'],
  ...['TT_CS_THAI', 'VOLCHAR'],
];

const named = (names: readonly string[], item: Item): Readonly<Record<string, Item>> =>
  Object.fromEntries(names.map((name) => [name, item]));

export const deviceItems: Readonly<Record<string, Item>> = {
  ...named(never, () => truth(false)),
  ...named(nothing, () => ''),
  ...named(zero, () => 0),
  ...Object.fromEntries(
    Object.entries(classTests).map(([name, test]): [string, Item] => [name, (device) => truth(test(device))]),
  ),
  ...Object.fromEntries(
    Object.entries(terminalItems).map(([name, characteristic]): [string, Item] => [
      name,
      (device, context) =>
        truth(isTerminal(device) && terminalFlag(characteristic, isOwnTerminal(device, context), context)),
    ]),
  ),
  DEVNAM: ({ name }) => `_${name}:`,
  FULLDEVNAM: (device, { process }) => fullDeviceName(device, process.nodeName),
  ALLDEVNAM: (device, { process }) => fullDeviceName(device, process.nodeName),
  ROOTDEVNAM: (device) => (isDisk(device) ? `_${device.name}:` : ''),
  DEVLOCKNAM: (device) => (isDisk(device) ? `_${device.name}:` : ''),
  TT_PHYDEVNAM: (device) => (isTerminal(device) ? `_${device.name}:` : ''),
  UNIT: ({ name }) => Number(/\d+$/.exec(name)?.[0] ?? 0),
  DEVCLASS: (device) => deviceClasses[device.class],
  DEVTYPE: ({ type }) => type,
  DEVICE_TYPE_NAME: (device, context) =>
    (isOwnTerminal(device, context) ? context.job.terminal?.deviceType : undefined) ?? device.typeName,
  HOST_NAME: (_device, { process }) => process.nodeName,
  HOST_TYPE: () => 'X86',
  HOST_AVAIL: () => truth(true),
  HOST_COUNT: () => 1,
  // The width of a terminal, the size of a block.
  DEVBUFSIZ: (device, context) =>
    isOwnTerminal(device, context)
      ? (context.process.terminal?.columns ?? 80)
      : isTerminal(device)
        ? 80
        : BLOCK,
  TT_PAGE: (device, context) =>
    isOwnTerminal(device, context) ? (context.process.terminal?.rows ?? 24) : isTerminal(device) ? 24 : 0,
  DEVICE_MAX_IO_SIZE: () => 65_024,
  FREEBLOCKS: ({ disk }) => blocks(disk?.freeBytes),
  MAXBLOCK: ({ disk }) => blocks(disk?.totalBytes),
  VOLSIZE: ({ disk }) => blocks(disk?.totalBytes),
  MAXFILES: (device) => (isDisk(device) ? LARGEST : 0),
  VOLNAM: label,
  LOGVOLNAM: (device) => (isDisk(device) ? `DISK$${label(device)}` : ''),
  VOLCOUNT: (device) => (isDisk(device) ? 1 : 0),
  VOLNUMBER: (device) => (isDisk(device) ? 1 : 0),
  VPROT: (device) => (isDisk(device) ? 'SYSTEM=RWCD, OWNER=RWCD, GROUP=RWCD, WORLD=RWCD' : ''),
  MOUNTCNT: (device) => (isDisk(device) ? 1 : 0),
  MOUNTCNT_CLUSTER: (device) => (isDisk(device) ? 1 : 0),
  TRANSCNT: (device) => (isDisk(device) ? 1 : 0),
  REFCNT: ({ owner, disk }) => (owner === undefined && disk === undefined ? 0 : 1),
  PID: ({ owner }) => owner?.pid ?? '',
  OWNUIC: ({ owner, disk }) =>
    disk !== undefined ? '[SYSTEM]' : owner === undefined ? '' : `[${owner.userName}]`,
};
