/** The devices a process can name. Source: dcl.md §16.5. */
import { Condition, isCondition, SYSTEM } from '../../condition/index.ts';
import type { Disk } from '../../ports/node-information.ts';
import { bareName } from '../../system/device-name.ts';
import type { ProcessContext } from '../../system/process.ts';
import { expandSpecification } from '../../system/resolve-file.ts';

/** Classes by the keyword F$DEVICE has for them, with the number DEVCLASS shows. */
export const deviceClasses = {
  ...{ DISK: 1, TAPE: 2, SCOM: 32, CARD: 65, TERM: 66, LP: 67, WORKSTATION: 70, REALTIME: 96 },
  ...{ BUS: 128, MAILBOX: 160, REMCSL_STORAGE: 170, MISC: 200 },
} as const;

export type DeviceClass = keyof typeof deviceClasses;

export interface Device {
  /** `DKA0`, without `_` and colon. */
  readonly name: string;
  readonly class: DeviceClass;
  /** Number and name of the type. */
  readonly type: number;
  readonly typeName: string;
  readonly disk?: Disk;
  /** Process that has it as its terminal or its connection. */
  readonly owner?: { readonly pid: string; readonly userName: string };
}

const NULL_DEVICE: Device = { name: 'NLA0', class: 'MAILBOX', type: 3, typeName: 'Null device' };

/** By name. */
export async function allDevices(process: ProcessContext): Promise<readonly Device[]> {
  const disks = (await process.node.disks()).map(
    (disk): Device => ({
      name: bareName(disk.device),
      class: 'DISK',
      type: 54,
      typeName: 'Generic_DK',
      disk,
    }),
  );
  const devices = [...disks, NULL_DEVICE, ...(await terminals(process)), ...connections(process)];
  return devices.sort((one, other) => (one.name < other.name ? -1 : 1));
}

async function terminals(process: ProcessContext): Promise<readonly Device[]> {
  const own = process.terminal?.deviceName;
  const found = new Map<string, Device>();
  const add = (deviceName: string, pid: string, userName: string): void => {
    const name = bareName(deviceName);
    found.set(name, { name, class: 'TERM', type: 112, typeName: 'VT300_Series', owner: { pid, userName } });
  };
  for (const each of await process.node.processes())
    if (each.terminal !== '') add(each.terminal, each.pid, each.userName);
  if (own !== undefined) add(own, process.pid, process.account.userName);
  return [...found.values()];
}

/** `BGn:` of SYS$NET. */
function connections({ logicalNames, pid, account }: ProcessContext): readonly Device[] {
  const name = logicalNames.lookup('SYS$NET')?.values[0] ?? '';
  if (!/^_?BG\d+:?$/i.test(name)) return [];
  return [
    {
      name: bareName(name),
      class: 'SCOM',
      type: 21,
      typeName: 'BG',
      owner: { pid, userName: account.userName },
    },
  ];
}

/** By its name, a logical name, or a file specification. Throws IVDEVNAM. */
export async function findDevice(given: string, process: ProcessContext): Promise<Device | undefined> {
  const text = given.trim().toUpperCase();
  const device = deviceOf(text, process);
  // `HEARTS$DKA0:` is DKA0: of this node.
  const name = bareName(device).replace(new RegExp(`^${escaped(process.nodeName)}\\$`), '');
  const wanted = name === 'NL' ? NULL_DEVICE.name : name;
  if (wanted === '') return undefined;
  return (await allDevices(process)).find((each) => each.name === wanted);
}

function deviceOf(text: string, { logicalNames }: ProcessContext): string {
  try {
    const [specification] = expandSpecification(text, logicalNames);
    return specification?.device || specification?.name || '';
  } catch (error) {
    throw isCondition(error) ? new Condition(SYSTEM.IVDEVNAM) : error;
  }
}

const escaped = (name: string): string => name.replace(/[$.*+?^{}()|[\]\\]/g, '\\$&');

/** `_HEARTS$DKA0:` for a disk, `_FTA1:` for the rest. */
export const fullDeviceName = ({ name, disk }: Device, nodeName: string): string =>
  disk === undefined ? `_${name}:` : `_${nodeName}$${name}:`;
