/**
 * Files of a node on the host's file system, below its root: `DKA0:[JONES]A.TXT;3` is `<root>/JONES/A.TXT`. DESIGN §4.
 *
 * Parts in files/: devices and directories, names and versions, records, errors. This file puts them together.
 * Files are made readable by the owner alone; nothing outside the root or a further device can be named.
 */
import { constants } from 'node:fs';
import { lstat, open, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Condition, condition, RMS, SYSTEM, signal } from '../../condition/index.ts';
import {
  directoryComponents,
  type FileSpecification,
  formatDirectory,
  matchesDirectory,
  matchesWildcard,
  parseFileSpecification,
} from '../../file-specification/index.ts';
import type { FileEntry, FileSystem, RecordReader, RecordWriter } from '../../ports/file-system.ts';
import { HostDevices } from './files/host-devices.ts';
import { withConditions } from './files/host-errors.ts';
import { type HostName, hostBaseName, readHostName } from './files/host-names.ts';
import { withNameLock } from './files/name-lock.ts';
import { HostRecordReader, HostRecordWriter, nullReader, nullWriter } from './files/record-streams.ts';
import { chooseVersion, setAside, settleVersions, type VersionedFile, versionsOf } from './files/versions.ts';

export interface HostFileSystemOptions {
  /** Host directory that is DKA0:. */
  readonly root: string;
  /** Further devices the system manager defined: `DKA1` → host directory. */
  readonly devices?: ReadonlyMap<string, string>;
}

export const hostFileSystem = (options: HostFileSystemOptions): FileSystem =>
  new HostFileSystem(new HostDevices(options.root, options.devices ?? new Map()));

const DIRECTORY_TYPE = '.DIR';
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

/** A file name in a directory that exists, with its versions on the host. */
interface Place {
  readonly device: string;
  readonly directory: string;
  readonly hostDirectory: string;
  /** `NAME.TYP` */
  readonly fileName: string;
  readonly baseName: string;
  readonly versions: readonly VersionedFile[];
  readonly names: readonly HostName[];
}

interface Reserved {
  readonly hostPath: string;
  readonly specification: string;
}

class HostFileSystem implements FileSystem {
  readonly #devices: HostDevices;

  constructor(devices: HostDevices) {
    this.#devices = devices;
  }

  lookup(text: string): Promise<FileEntry> {
    return withConditions(async () => {
      const specification = parseFileSpecification(text);
      const place = await this.#place(specification);
      const version = chooseVersion(place.versions, specification.version);
      if (version === undefined) return (await this.#directoryFile(specification)) ?? signal(RMS.FNF);
      return this.#entry(place, version);
    });
  }

  search(text: string): Promise<readonly FileEntry[]> {
    return withConditions(async () => {
      const wanted = parseFileSpecification(text);
      const found: FileEntry[] = [];
      for (const directory of await this.#matchingDirectories(wanted)) {
        found.push(...(await this.#searchDirectory(wanted, directory)));
      }
      return found;
    });
  }

  openRead(text: string): Promise<RecordReader> {
    return withConditions(async () => {
      if (isNullDevice(text)) return nullReader;
      const { hostPath, isDirectory } = await this.lookup(text);
      if (isDirectory) signal(RMS.PRV);
      return new HostRecordReader(await open(hostPath, constants.O_RDONLY | NO_FOLLOW));
    });
  }

  create(text: string): Promise<RecordWriter> {
    return withConditions(async () => {
      if (isNullDevice(text)) return nullWriter;
      const { hostPath, specification } = await this.hostPathForCreate(text);
      return new HostRecordWriter(specification, await open(hostPath, constants.O_WRONLY | NO_FOLLOW));
    });
  }

  openAppend(text: string): Promise<RecordWriter> {
    return withConditions(async () => {
      if (isNullDevice(text)) return nullWriter;
      const { hostPath, specification } = await this.lookup(text);
      const flags = constants.O_WRONLY | constants.O_APPEND | NO_FOLLOW;
      return new HostRecordWriter(specification, await open(hostPath, flags));
    });
  }

  remove(text: string): Promise<void> {
    return withConditions(async () => {
      const entry = await this.lookup(text);
      if (entry.isDirectory) return rmdir(entry.hostPath);
      await this.#takeAway(parseFileSpecification(entry.specification), async () => {
        // Under its full name: the version may have got another host name since.
        await unlink((await this.lookup(entry.specification)).hostPath);
      });
    });
  }

  rename(text: string, to: string): Promise<string> {
    return withConditions(async () => {
      const source = await this.lookup(text);
      if (source.isDirectory) return this.#renameDirectory(source, to);
      const target = parseFileSpecification(to);
      const left = parseFileSpecification(source.specification);
      const move = (): Promise<Reserved> =>
        this.#reserve(target, async (hostPath) => {
          await rename((await this.lookup(source.specification)).hostPath, hostPath);
        });
      const [from, into] = [await this.#place(left), await this.#place(target)];
      const isSameName = from.hostDirectory === into.hostDirectory && from.fileName === into.fileName;
      const locked = (): Promise<Reserved> => this.#locked(target, move);
      return (await (isSameName ? locked() : this.#takeAway(left, locked))).specification;
    });
  }

  createDirectory(text: string): Promise<void> {
    return withConditions(() => this.#devices.create(parseFileSpecification(text)));
  }

  directoryExists(text: string): Promise<boolean> {
    return withConditions(async () => (await this.#devices.find(parseFileSpecification(text))) !== undefined);
  }

  hostPathForCreate(text: string): Promise<Reserved> {
    return withConditions(() => {
      const specification = parseFileSpecification(text);
      const reserve = (): Promise<Reserved> =>
        this.#reserve(specification, async (hostPath) => {
          await (await open(hostPath, 'wx', 0o600)).close();
        });
      return this.#locked(specification, reserve);
    });
  }

  /** Throws RMS DNF when the directory is not there. */
  async #place(specification: FileSpecification): Promise<Place> {
    if (/(?<!\^)[*%]/.test(specification.name + specification.type) || specification.version === ';*') {
      signal(RMS.WLD);
    }
    const hostDirectory = await this.#devices.find(specification);
    if (hostDirectory === undefined) {
      throw new Condition(RMS.DNF, [], { secondary: [condition(SYSTEM.NOSUCHFILE)] });
    }
    const baseName = hostBaseName(specification.name, specification.type);
    const fileName = readHostName(baseName)?.fileName ?? signal(RMS.FNM);
    const names = (await hostNames(hostDirectory)).filter((each) => each.fileName === fileName);
    return {
      device: this.#devices.deviceName(specification),
      directory: specification.directory || formatDirectory([]),
      hostDirectory,
      fileName,
      baseName,
      versions: versionsOf(names),
      names,
    };
  }

  /** Makes room for a new version and lets `fill` put the file there. The caller holds the lock of the name. */
  async #reserve(
    specification: FileSpecification,
    fill: (hostPath: string) => Promise<void>,
  ): Promise<Reserved> {
    const { device, directory, hostDirectory, fileName, baseName, versions } =
      await this.#place(specification);
    const [highest] = versions;
    const next = (highest?.version ?? 0) + 1;
    const wanted = Number(specification.version.slice(1)) || next;
    if (wanted < 0 || wanted > 32_767) signal(RMS.VER);
    if (versions.some((each) => each.version === wanted)) signal(RMS.FEX);
    if (wanted >= next && highest !== undefined) await setAside(hostDirectory, baseName, highest);
    const hostPath = join(hostDirectory, wanted >= next ? baseName : `${baseName};${wanted}`);
    await fill(hostPath);
    const { names } = await this.#place(specification);
    // The source of a rename may have been one of them. A highest that was not set aside kept its host name.
    const kept = versions.filter(({ version, hostName }) =>
      names.some((each) =>
        each.isMarker
          ? false
          : each.explicitVersion === version || (wanted < next && each.hostName === hostName),
      ),
    );
    const before = kept.map((each) => each.version);
    await settleVersions(hostDirectory, baseName, names, Math.max(wanted, ...before));
    return { hostPath, specification: `${device}${directory}${fileName};${wanted}` };
  }

  /** Takes a version away while nobody else changes the versions; what is left keeps its numbers. */
  async #takeAway<T>(specification: FileSpecification, take: () => Promise<T>): Promise<T> {
    const { hostDirectory, baseName } = await this.#place(specification);
    return withNameLock(hostDirectory, baseName, async () => {
      const { versions } = await this.#place(specification);
      const result = await take();
      const { names } = await this.#place(specification);
      const left = versions.find((each) => names.some(({ hostName }) => hostName === each.hostName));
      await settleVersions(hostDirectory, baseName, names, left?.version);
      return result;
    });
  }

  async #locked<T>(specification: FileSpecification, action: () => Promise<T>): Promise<T> {
    const { hostDirectory, baseName } = await this.#place(specification);
    return withNameLock(hostDirectory, baseName, action);
  }

  async #renameDirectory(source: FileEntry, to: string): Promise<string> {
    const specification = parseFileSpecification(to);
    const place = await this.#place({ ...specification, type: '', version: '' });
    if (place.versions.length > 0) signal(RMS.FEX);
    await rename(source.hostPath, join(place.hostDirectory, place.baseName));
    return `${place.device}${place.directory}${place.baseName}${DIRECTORY_TYPE};1`;
  }

  async #entry(place: Place, { hostName, version }: VersionedFile): Promise<FileEntry> {
    const hostPath = join(place.hostDirectory, hostName);
    const status = await lstat(hostPath);
    if (!status.isFile()) signal(RMS.PRV);
    return {
      specification: `${place.device}${place.directory}${place.fileName};${version}`,
      sizeBytes: status.size,
      created: status.birthtimeMs || status.ctimeMs,
      modified: status.mtimeMs,
      isDirectory: false,
      hostPath,
    };
  }

  /** `[A]B.DIR;1`: the directory [A.B] as a file. */
  async #directoryFile(specification: FileSpecification): Promise<FileEntry | undefined> {
    if (specification.type !== DIRECTORY_TYPE || !['', ';', ';0', ';1'].includes(specification.version)) {
      return undefined;
    }
    const parent = directoryComponents(specification.directory || formatDirectory([])) ?? [];
    const inside = { ...specification, directory: formatDirectory([...parent, specification.name]) };
    const hostPath = await this.#devices.find(inside);
    if (hostPath === undefined) return undefined;
    const name = `${formatDirectory(parent)}${specification.name}${DIRECTORY_TYPE};1`;
    return directoryEntry(`${this.#devices.deviceName(specification)}${name}`, hostPath);
  }

  /** Components of every existing directory the specification means, in order. */
  async #matchingDirectories({
    device,
    node,
    directory,
    ...rest
  }: FileSpecification): Promise<readonly string[]> {
    const pattern = directoryComponents(directory || formatDirectory([])) ?? signal(RMS.DIR);
    const specification = { device, node, ...rest };
    const deepest = pattern.includes('...') ? Number.POSITIVE_INFINITY : pattern.length;
    const isPlain = (part: string): boolean => part !== '...' && !/[*%]/.test(part);
    const fixed = pattern.findIndex((part) => !isPlain(part));
    const start = fixed === -1 ? pattern : pattern.slice(0, fixed);
    const found: string[] = [];
    const visit = async (components: readonly string[]): Promise<void> => {
      const here = formatDirectory(components);
      const hostPath = await this.#devices.find({ ...specification, directory: here });
      if (hostPath === undefined) return;
      if (matchesDirectory(pattern, components)) found.push(here);
      if (components.length >= deepest) return;
      for (const name of await subdirectories(hostPath)) await visit([...components, name]);
    };
    await visit(start);
    return found;
  }

  async #searchDirectory(wanted: FileSpecification, directory: string): Promise<readonly FileEntry[]> {
    const device = this.#devices.deviceName(wanted);
    const hostDirectory = await this.#devices.find({ ...wanted, directory });
    if (hostDirectory === undefined) return [];
    const pattern = `${wanted.name}${wanted.type || '.'}`;
    const byName = Map.groupBy(await hostNames(hostDirectory), (each) => each.fileName);
    const found: FileEntry[] = [];
    for (const [fileName, names] of byName) {
      if (!matchesWildcard(pattern, fileName)) continue;
      const versions = versionsOf(names);
      const chosen = wanted.version === ';*' ? versions : [chooseVersion(versions, wanted.version)];
      const place: Place = { device, directory, hostDirectory, fileName, baseName: '', versions, names };
      for (const version of chosen) {
        const entry = version && (await this.#entry(place, version).catch(ifGone));
        if (entry !== undefined) found.push(entry);
      }
    }
    const inner = await subdirectories(hostDirectory);
    for (const name of inner.filter((each) => matchesWildcard(pattern, `${each}${DIRECTORY_TYPE}`))) {
      const file = { ...wanted, directory, name, type: DIRECTORY_TYPE };
      const entry = ['', ';', ';*', ';0', ';1'].includes(wanted.version)
        ? await this.#directoryFile({ ...file, version: '' })
        : undefined;
      if (entry !== undefined) found.push(entry);
    }
    return found.sort((one, other) => compareNames(one.specification, other.specification));
  }
}

const isNullDevice = (text: string): boolean => /^_?(NL|NLA0):/i.test(text.trim());

/** Plain files of a directory under the names specifications have; links and devices are not there. */
async function hostNames(hostDirectory: string): Promise<readonly HostName[]> {
  const entries = await readdir(hostDirectory, { withFileTypes: true });
  const names = entries.filter((each) => each.isFile()).map((each) => readHostName(each.name));
  // Of names that differ in case only, the exact upper-case one is the file.
  const sorted = names
    .filter((each) => each !== undefined)
    .sort((one, other) => (one.hostName < other.hostName ? -1 : 1));
  return [
    ...new Map(
      sorted.reverse().map((each) => [`${each.isMarker} ${each.fileName};${each.explicitVersion}`, each]),
    ).values(),
  ];
}

/** Names of subdirectories as components, sorted. */
async function subdirectories(hostDirectory: string): Promise<readonly string[]> {
  const entries = await readdir(hostDirectory, { withFileTypes: true });
  const names = entries.filter((each) => each.isDirectory()).map((each) => readHostName(each.name)?.fileName);
  return [
    ...new Set(
      names
        .filter((each) => each !== undefined)
        .map((each) => each.replace(/\.$/, '').replace(/(?<!\^)\./g, '^.')),
    ),
  ].sort();
}

async function directoryEntry(specification: string, hostPath: string): Promise<FileEntry> {
  const status = await lstat(hostPath);
  return {
    specification,
    sizeBytes: 512,
    created: status.birthtimeMs || status.ctimeMs,
    modified: status.mtimeMs,
    isDirectory: true,
    hostPath,
  };
}

/** A file that vanished while the directory was read is not there. */
function ifGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** By name and type; versions descending. */
function compareNames(one: string, other: string): number {
  const [nameOne = '', versionOne] = one.split(';');
  const [nameOther = '', versionOther] = other.split(';');
  if (nameOne !== nameOther) return nameOne < nameOther ? -1 : 1;
  return Number(versionOther) - Number(versionOne);
}
