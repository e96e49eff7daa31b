/** Files and directories as entries: what the host says of them, and what their headers say. */
import { join } from 'node:path';
import { RMS, signal } from '../../../condition/index.ts';
import {
  directoryComponents,
  type FileSpecification,
  formatDirectory,
  matchesWildcard,
} from '../../../file-specification/index.ts';
import type { FileEntry, NewFileHeader } from '../../../ports/file-system.ts';
import type { FileHeaders } from '../../sqlite/file-headers/index.ts';
import { type DirectoryHeader, directoryHeaders, fileHeader } from './header-view.ts';
import type { HostDevices } from './host-devices.ts';
import { lstat, stat } from './host-metadata.ts';
import { atPlace, hostNames, nameOfVersion, type Place, subdirectories } from './place.ts';
import { chooseVersion, type VersionedFile, versionsOf } from './versions.ts';

export const DIRECTORY_TYPE = '.DIR';
const VERSIONS_OF_DIRECTORIES = ['', ';', ';0', ';1'];

/** Headers of one directory, read at once. */
interface View {
  readonly directory: DirectoryHeader;
  readonly records: ReadonlyMap<string, NewFileHeader>;
}

export class Entries {
  readonly #devices: HostDevices;
  readonly #headers: FileHeaders;

  constructor(devices: HostDevices, headers: FileHeaders) {
    this.#devices = devices;
    this.#headers = headers;
  }

  /** The file meant, or the directory as a file. Throws RMS FNF. */
  async lookup(specification: FileSpecification): Promise<FileEntry> {
    const found = await atPlace(this.#devices, specification, async (place) => {
      const version = chooseVersion(place.versions, specification.version);
      return version && this.file(place, version);
    });
    return found ?? (await this.directoryFile(specification)) ?? signal(RMS.FNF);
  }

  async file(place: Place, { hostName, version }: VersionedFile, view?: View): Promise<FileEntry> {
    const specification = nameOfVersion(place, version);
    const status = await lstat(join(place.hostDirectory, hostName));
    if (!status.isFile()) signal(RMS.PRV);
    const record = view === undefined ? this.#headers.get(specification) : view.records.get(specification);
    const directory = view?.directory ?? this.directoryHeader(place.device, place.directory);
    return {
      ...fileHeader(specification, record, directory, status.birthtimeMs || status.ctimeMs),
      specification,
      sizeBytes: status.size,
      modified: status.mtimeMs,
      isDirectory: false,
      isReadable: true,
      fileId: fileId(status.ino),
    };
  }

  /** `[A]B.DIR;1`: the directory [A.B] as a file. */
  async directoryFile(specification: FileSpecification): Promise<FileEntry | undefined> {
    const { type, version } = specification;
    if (type !== DIRECTORY_TYPE || !VERSIONS_OF_DIRECTORIES.includes(version)) return undefined;
    return this.directory(specification, componentsInside(specification));
  }

  async directory(
    { device, node }: FileSpecification,
    components: readonly string[],
  ): Promise<FileEntry | undefined> {
    const inside = { node, device, directory: formatDirectory(components), name: '', type: '', version: '' };
    await using held = await this.#devices.find(inside);
    if (held === undefined) return undefined;
    const status = await stat(held.path);
    const name = components.at(-1) ?? '000000';
    const deviceName = this.#devices.deviceName(inside);
    const header = this.directoryHeader(deviceName, inside.directory);
    return {
      ...header,
      created: header.created ?? (status.birthtimeMs || status.ctimeMs),
      specification: `${deviceName}${formatDirectory(components.slice(0, -1))}${name}${DIRECTORY_TYPE};1`,
      sizeBytes: 512,
      modified: status.mtimeMs,
      isDirectory: true,
      isReadable: true,
      fileId: fileId(status.ino),
    };
  }

  directoryHeader(device: string, directory: string): DirectoryHeader {
    return directoryHeaders(this.#headers, device, directory).at(-1)!;
  }

  /** What matches in one directory; by name and type, versions descending. */
  async inDirectory(wanted: FileSpecification, directory: string): Promise<readonly FileEntry[]> {
    await using held = await this.#devices.find({ ...wanted, directory });
    if (held === undefined) return [];
    const device = this.#devices.deviceName(wanted);
    const pattern = `${wanted.name}${wanted.type || '.'}`;
    const view: View = {
      directory: this.directoryHeader(device, directory),
      records: this.#headers.inDirectory(device + directory),
    };
    const found: FileEntry[] = [];
    for (const [fileName, names] of Map.groupBy(await hostNames(held.path), (each) => each.fileName)) {
      if (!matchesWildcard(pattern, fileName)) continue;
      const versions = versionsOf(names);
      const place = { device, directory, hostDirectory: held.path, fileName, baseName: '', versions, names };
      const chosen = wanted.version === ';*' ? versions : [chooseVersion(versions, wanted.version)];
      for (const version of chosen) {
        const entry = version && (await this.file(place, version, view).catch(ifGone));
        if (entry !== undefined) found.push(entry);
      }
    }
    if (wanted.version === ';*' || VERSIONS_OF_DIRECTORIES.includes(wanted.version)) {
      const components = directoryComponents(directory) ?? [];
      for (const name of await subdirectories(held.path)) {
        if (!matchesWildcard(pattern, `${name}${DIRECTORY_TYPE}`)) continue;
        const entry = await this.directory(wanted, [...components, name]);
        if (entry !== undefined) found.push(entry);
      }
    }
    return found.sort((one, other) => compareNames(one.specification, other.specification));
  }
}

/** Of `[A]B.DIR` those of [A.B]. */
export const componentsInside = ({ directory, name }: FileSpecification): readonly string[] => [
  ...(directoryComponents(directory || formatDirectory([])) ?? []),
  name,
];

/** File numbers of the volume have 24 bits. */
const fileId = (inode: number): string => `(${inode % 2 ** 24},1,0)`;

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
