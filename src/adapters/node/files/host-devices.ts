/**
 * Devices and directories of specifications as host directories. Every component is looked up by itself, without case,
 * and a symbolic link is never followed: nothing outside a device's directory can be named.
 */
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { RMS, signal } from '../../../condition/index.ts';
import { directoryComponents, type FileSpecification } from '../../../file-specification/index.ts';
import {
  enterHeld,
  enterPlain,
  findEntry,
  type HostDirectory,
  holdDirectory,
  leaving,
  plainDirectory,
} from './host-directory.ts';
import { lstat } from './host-metadata.ts';
import { hostDirectoryName } from './host-names.ts';

/** The disk the root is on, and other names for it. */
const ROOT_DEVICES = ['DKA0:', 'SYS$SYSDEVICE:', 'SYS$DISK:', ''];

/** Host directory of a device the system manager defined, by its name without colon; undefined: there is none. */
export type FurtherDevices = (name: string) => string | undefined | Promise<string | undefined>;

/** Of these no file is one of the site. */
const KERNEL_DIRECTORIES = ['/proc', '/sys', '/dev'];

export class HostDevices {
  readonly #root: string;
  readonly #further: FurtherDevices;

  constructor(root: string, further: FurtherDevices) {
    this.#root = root;
    this.#further = further;
  }

  /** `DKA0:` for every name of the root's disk; a further device is called what it is called. Throws RMS DEV. */
  deviceName({ device, node }: FileSpecification): string {
    if (node !== '') signal(RMS.DEV);
    const name = device.replace(/^_/, '');
    return ROOT_DEVICES.includes(name) ? 'DKA0:' : name;
  }

  /** The directory, for the caller to dispose of; undefined when it is not there. Throws RMS DEV, DIR, PRV. */
  async find(specification: FileSpecification): Promise<HostDirectory | undefined> {
    const enter = this.#isRoot(specification) ? enterPlain : enterHeld;
    let here: HostDirectory | undefined = await this.#top(specification);
    for (const component of absoluteComponents(specification)) {
      here = await leaving(here, (outer) => enter(outer, hostDirectoryName(component)));
      if (here === undefined) return undefined;
    }
    return here;
  }

  /**
   * Makes every level that is missing, readable by the owner alone.
   * @returns how many there were already
   */
  async create(specification: FileSpecification): Promise<number> {
    const enter = this.#isRoot(specification) ? enterPlain : enterHeld;
    let here = await this.#top(specification);
    let existing = 0;
    for (const component of absoluteComponents(specification)) {
      here = await leaving(here, async (outer) => {
        const wanted = hostDirectoryName(component);
        if ((await findEntry(outer.path, wanted)) === undefined)
          await makeDirectory(join(outer.path, wanted));
        else existing += 1;
        return (await enter(outer, wanted)) ?? signal(RMS.FEX);
      });
    }
    await here[Symbol.asyncDispose]();
    return existing;
  }

  #isRoot(specification: FileSpecification): boolean {
    return this.deviceName(specification) === 'DKA0:';
  }

  async #top(specification: FileSpecification): Promise<HostDirectory> {
    if (this.#isRoot(specification)) return plainDirectory(this.#root);
    const name = this.deviceName(specification).slice(0, -1);
    const path = await this.#further(name);
    if (path === undefined || !(await this.#mayBeDevice(path))) signal(RMS.DEV);
    return (await holdDirectory(path)) ?? signal(RMS.DEV);
  }

  /** An absolute path as it really is, of no part of the root or around it: there, other rules hold. */
  async #mayBeDevice(path: string): Promise<boolean> {
    if (!path.startsWith('/') || path.split('/').includes('..')) return false;
    const plain = path.replace(/(?<=.)\/+$/, '');
    const root = await realpath(this.#root);
    const contains = (outer: string, inner: string): boolean =>
      inner === outer || inner.startsWith(outer === '/' ? '/' : `${outer}/`);
    if (contains(root, plain) || contains(plain, root)) return false;
    return !KERNEL_DIRECTORIES.some((each) => contains(each, plain));
  }
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    if ((await lstat(path)).isSymbolicLink()) signal(RMS.PRV);
  });
}

/** Components without wildcards. Throws RMS DIR for a relative directory, WLD for a wildcard. */
function absoluteComponents({ directory }: FileSpecification): readonly string[] {
  const components = directory === '' ? [] : directoryComponents(directory);
  if (components === undefined || components.some((each) => each === '' || each === '-')) signal(RMS.DIR);
  if (components.some((each) => each === '...' || /(?<!\^)[*%]/.test(each))) signal(RMS.WLD);
  return components;
}
