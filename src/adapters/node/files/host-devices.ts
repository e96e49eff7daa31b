/**
 * Devices and directories of specifications as host directories. Every component is looked up by itself, without case,
 * and a symbolic link is never followed: nothing outside a device's directory can be named.
 */
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RMS, signal } from '../../../condition/index.ts';
import { directoryComponents, type FileSpecification } from '../../../file-specification/index.ts';
import { ifExists } from './host-errors.ts';
import { hostDirectoryName } from './host-names.ts';

/** The disk the root is on, and other names for it. */
const ROOT_DEVICES = ['DKA0:', 'SYS$SYSDEVICE:', 'SYS$DISK:', ''];

export class HostDevices {
  readonly #directories: ReadonlyMap<string, string>;

  /** @param devices further devices, `DKA1:` → host directory */
  constructor(root: string, devices: ReadonlyMap<string, string>) {
    const further = [...devices].map(
      ([name, path]) => [`${name.toUpperCase().replace(/:$/, '')}:`, path] as const,
    );
    this.#directories = new Map([...ROOT_DEVICES.map((name) => [name, root] as const), ...further]);
  }

  /** `DKA0:` for every name of the root's disk. Throws RMS DEV. */
  deviceName({ device, node }: FileSpecification): string {
    const name = device.replace(/^_/, '');
    if (node !== '' || !this.#directories.has(name)) signal(RMS.DEV);
    return ROOT_DEVICES.includes(name) ? 'DKA0:' : name;
  }

  /** Host path of the directory; undefined when it is not there. Throws RMS DEV, DIR, PRV. */
  async find(specification: FileSpecification): Promise<string | undefined> {
    let path = this.#top(specification);
    for (const component of absoluteComponents(specification)) {
      const next = await findEntry(path, hostDirectoryName(component));
      if (next === undefined) return undefined;
      const status = await ifExists(lstat(join(path, next)));
      if (status === undefined) return undefined;
      if (status.isSymbolicLink()) signal(RMS.PRV);
      if (!status.isDirectory()) return undefined;
      path = join(path, next);
    }
    return path;
  }

  /** Makes every level that is missing, readable by the owner alone. */
  async create(specification: FileSpecification): Promise<void> {
    let path = this.#top(specification);
    for (const component of absoluteComponents(specification)) {
      const wanted = hostDirectoryName(component);
      const name = (await findEntry(path, wanted)) ?? wanted;
      path = join(path, name);
      await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
      const status = await lstat(path);
      if (status.isSymbolicLink()) signal(RMS.PRV);
      if (!status.isDirectory()) signal(RMS.FEX);
    }
  }

  /** Directory of the device itself. */
  topOf(specification: FileSpecification): string {
    return this.#top(specification);
  }

  #top(specification: FileSpecification): string {
    return this.#directories.get(this.deviceName(specification))!;
  }
}

/** Components without wildcards. Throws RMS DIR for a relative directory, WLD for a wildcard. */
function absoluteComponents({ directory }: FileSpecification): readonly string[] {
  const components = directory === '' ? [] : directoryComponents(directory);
  if (components === undefined || components.some((each) => each === '' || each === '-')) signal(RMS.DIR);
  if (components.some((each) => each === '...' || /(?<!\^)[*%]/.test(each))) signal(RMS.WLD);
  return components;
}

/** Name as the host has it: exactly as wanted, else the first that differs only in case. */
async function findEntry(directory: string, wanted: string): Promise<string | undefined> {
  if ((await ifExists(lstat(join(directory, wanted)))) !== undefined) return wanted;
  const names = (await ifExists(readdir(directory))) ?? [];
  return names.sort().find((name) => name.toUpperCase() === wanted.toUpperCase());
}
