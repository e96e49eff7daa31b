/** A file name in a directory that exists, with its versions on the host. */
import { Condition, condition, RMS, SYSTEM, signal } from '../../../condition/index.ts';
import {
  escapedHyphens,
  type FileSpecification,
  formatDirectory,
} from '../../../file-specification/index.ts';
import type { HostDevices } from './host-devices.ts';
import type { HostDirectory } from './host-directory.ts';
import { entriesIn } from './host-metadata.ts';
import { type HostName, hostBaseName, readHostName } from './host-names.ts';
import { type VersionedFile, versionsOf } from './versions.ts';

export interface Place {
  readonly device: string;
  readonly directory: string;
  /** Path of the directory on the host. */
  readonly hostDirectory: string;
  /** `NAME.TYP` */
  readonly fileName: string;
  readonly baseName: string;
  readonly versions: readonly VersionedFile[];
  readonly names: readonly HostName[];
}

/** Works on a place while its directory is held. Throws RMS DNF when the directory is not there, WLD for wildcards. */
export async function atPlace<T>(
  devices: HostDevices,
  specification: FileSpecification,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  if (/(?<!\^)[*%]/.test(specification.name + specification.type) || specification.version === ';*') {
    signal(RMS.WLD);
  }
  await using directory = await devices.find(specification);
  if (directory === undefined) {
    throw new Condition(RMS.DNF, [], { secondary: [condition(SYSTEM.NOSUCHFILE)] });
  }
  // Awaited here: what follows the return is closing the directory.
  return await work(await placeIn(directory, devices, specification));
}

async function placeIn(
  directory: HostDirectory,
  devices: HostDevices,
  specification: FileSpecification,
): Promise<Place> {
  const baseName = hostBaseName(specification.name, specification.type);
  const place = {
    device: devices.deviceName(specification),
    directory: specification.directory || formatDirectory([]),
    hostDirectory: directory.path,
    fileName: readHostName(baseName)?.fileName ?? signal(RMS.FNM),
    baseName,
    versions: [],
    names: [],
  };
  return readAgain(place);
}

/** The place as it is now. */
export async function readAgain(place: Place): Promise<Place> {
  const near = await hostNames(place.hostDirectory, place.baseName);
  const names = near.filter((each) => each.fileName === place.fileName);
  return { ...place, versions: versionsOf(names), names };
}

/** `DKA0:[JONES]A.TXT;3` */
export const nameOfVersion = ({ device, directory, fileName }: Place, version: number): string =>
  `${device}${directory}${fileName};${version}`;

/**
 * Plain files of a directory under the names specifications have; links and devices are not there.
 * @param near  only those that may be a version of this one: to take thousands of names apart for one of them takes long
 */
export async function hostNames(hostDirectory: string, near = ''): Promise<readonly HostName[]> {
  const part = near.replace(/\.$/, '').toUpperCase();
  const entries = (await entriesIn(hostDirectory)).filter(
    (each) => each.isFile() && each.name.toUpperCase().includes(part),
  );
  const names = entries.map((each) => readHostName(each.name));
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
export async function subdirectories(hostDirectory: string): Promise<readonly string[]> {
  const entries = await entriesIn(hostDirectory);
  const names = entries.filter((each) => each.isDirectory()).map((each) => readHostName(each.name)?.fileName);
  return [
    ...new Set(
      names
        .filter((each) => each !== undefined)
        .map((each) => escapedHyphens(each.replace(/\.$/, '').replace(/(?<!\^)\./g, '^.'))),
    ),
  ].sort();
}
