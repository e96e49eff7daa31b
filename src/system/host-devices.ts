/**
 * Devices of this machine that the system manager opened to the node: system logical names whose value is an absolute path
 * of the host, `DEFINE/SYSTEM DISK$DATA "/srv/data"`. Nothing else reaches outside the root. Where such a path may lead,
 * and that nothing below it leads out, the file system sees to with every access: adapters/node/files/host-devices.ts.
 */
import type { SystemStore } from '../ports/system-store.ts';
import { createLogicalNames } from './logical-name-tables.ts';
import type { LogicalName } from './logical-names.ts';

/** A value that is a place on the host. */
export const isHostPath = (value: string): boolean => value.startsWith('/');

/** Only names of the SYSTEM table make devices: everybody may define the others. */
export const isHostDevice = ({ table, values }: Pick<LogicalName, 'table' | 'values'>): boolean =>
  table === 'SYSTEM' && values.length === 1 && isHostPath(values[0]!);

/** For the file system: host directory of a device, by its name without colon. */
export function hostDevicesOf(systemStore: SystemStore): (name: string) => Promise<string | undefined> {
  const names = createLogicalNames(systemStore);
  return async (name) => {
    await names.refresh();
    const found = names.lookup(name, 'SYSTEM');
    return found !== undefined && isHostDevice(found) ? found.values[0] : undefined;
  };
}

/** All of them: device name without colon → host directory. */
export async function allHostDevices(
  systemStore: Pick<SystemStore, 'systemLogicalNames'>,
): Promise<ReadonlyMap<string, string>> {
  const names = await systemStore.systemLogicalNames();
  return new Map(
    names
      .filter(({ values }) => isHostDevice({ table: 'SYSTEM', values }))
      .map(({ name, values }) => [name, values[0]!]),
  );
}
