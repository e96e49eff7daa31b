/** Names and headers change: files are removed and renamed, directories made, headers set. Of the records nothing is touched. */
import { lstat, rename, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { RMS, signal } from '../../../condition/index.ts';
import {
  directoryComponents,
  type FileSpecification,
  formatDirectory,
  parseFileSpecification,
} from '../../../file-specification/index.ts';
import type { FileEntry, NewFileHeader } from '../../../ports/file-system.ts';
import type { FileHeaders } from '../../sqlite/file-headers/index.ts';
import type { OpenFiles } from '../../sqlite/open-files/index.ts';
import { componentsInside, DIRECTORY_TYPE, type Entries } from './entries.ts';
import type { HostDevices } from './host-devices.ts';
import { findEntry } from './host-directory.ts';
import { withConditions } from './host-errors.ts';
import { hostDirectoryName } from './host-names.ts';
import { fileKey } from './locking-stream.ts';
import { withNameLock, withNameLocks } from './name-lock.ts';
import { atPlace, nameOfVersion, type Place, readAgain } from './place.ts';
import { addVersion, takeVersion } from './version-change.ts';
import { chooseVersion } from './versions.ts';

export interface NameChangesParts {
  readonly devices: HostDevices;
  readonly headers: FileHeaders;
  readonly entries: Entries;
  readonly locks: OpenFiles;
  readonly now: () => number;
}

export class NameChanges {
  readonly #devices: HostDevices;
  readonly #headers: FileHeaders;
  readonly #entries: Entries;
  readonly #locks: OpenFiles;
  readonly #now: () => number;

  constructor({ devices, headers, entries, locks, now }: NameChangesParts) {
    this.#devices = devices;
    this.#headers = headers;
    this.#entries = entries;
    this.#locks = locks;
    this.#now = now;
  }

  remove(text: string): Promise<void> {
    return withConditions(async () => {
      const entry = await this.#lookup(text);
      const specification = parseFileSpecification(entry.specification);
      if (entry.isDirectory) {
        await this.#removeDirectory(specification);
        this.#headers.remove(this.#keyOf(entry));
      } else
        await this.#at(specification, (place) =>
          withNameLock(place, async () => {
            await this.#unlinkVersion(place, specification);
            // Before somebody else can make a file of this version: its header is another one.
            this.#headers.remove(this.#keyOf(entry));
          }),
        );
    });
  }

  rename(text: string, to: string): Promise<string> {
    return withConditions(async () => {
      const source = await this.#lookup(text);
      if (source.isDirectory) return this.#renameDirectory(source, to);
      const [left, target] = [parseFileSpecification(source.specification), parseFileSpecification(to)];
      return this.#at(left, (from) =>
        this.#at(target, (into) => withNameLocks([from, into], () => this.#move(left, from, into, target))),
      );
    });
  }

  createDirectory(text: string, header: NewFileHeader = {}): Promise<void> {
    return withConditions(async () => {
      const specification = parseFileSpecification(text);
      const existing = await this.#devices.create(specification);
      const components = componentsOf(specification);
      const record = { created: this.#now(), ...header };
      for (let length = existing + 1; length <= components.length; length += 1)
        this.#headers.put(this.#directoryKey(specification, components.slice(0, length)), record);
    });
  }

  setHeader(text: string, changes: NewFileHeader): Promise<void> {
    return withConditions(async () => {
      const key = this.#keyOf(await this.#lookup(text));
      this.#headers.put(key, { ...this.#headers.get(key), ...changes });
    });
  }

  adoptDirectory(text: string, header: NewFileHeader): Promise<void> {
    return withConditions(async () => {
      const specification = parseFileSpecification(text);
      const key = this.#directoryKey(specification, componentsOf(specification));
      if ((await this.#isDirectory(text)) && this.#headers.get(key) === undefined)
        this.#headers.put(key, header);
    });
  }

  /** Throws RMS FLK for a file that is open. */
  #unlinkVersion(place: Place, { version }: FileSpecification): Promise<void> {
    return takeVersion(place, async ({ versions, hostDirectory }) => {
      const chosen = chooseVersion(versions, version) ?? signal(RMS.FNF);
      const path = join(hostDirectory, chosen.hostName);
      this.#locks.checkFree(fileKey(await lstat(path)));
      await unlink(path);
    });
  }

  #lookup(text: string): Promise<FileEntry> {
    return this.#entries.lookup(parseFileSpecification(text));
  }

  #at<T>(specification: FileSpecification, work: (place: Place) => Promise<T>): Promise<T> {
    return atPlace(this.#devices, specification, work);
  }

  async #isDirectory(text: string): Promise<boolean> {
    await using directory = await this.#devices.find(parseFileSpecification(text));
    return directory !== undefined;
  }

  async #move(left: FileSpecification, from: Place, into: Place, target: FileSpecification): Promise<string> {
    const move = (): Promise<string> =>
      addVersion(into, target.version, async ({ hostPath, specification }) => {
        // The version may have got another host name since.
        const { versions } = await readAgain(from);
        const version = chooseVersion(versions, left.version) ?? signal(RMS.FNF);
        const name = nameOfVersion(from, version.version);
        // The header first, as for a new file.
        this.#headers.copy(name, specification);
        await rename(join(from.hostDirectory, version.hostName), hostPath).catch((error) => {
          this.#headers.remove(specification);
          throw error;
        });
        this.#headers.remove(name);
        return specification;
      });
    return isSameName(from, into) ? move() : takeVersion(from, move);
  }

  async #removeDirectory(specification: FileSpecification): Promise<void> {
    await using directory = (await this.#devices.find(specification)) ?? signal(RMS.DNF);
    await rmdir(join(directory.path, await hostNameOf(directory.path, specification.name)));
  }

  async #renameDirectory(source: FileEntry, to: string): Promise<string> {
    const from = parseFileSpecification(source.specification);
    const target = parseFileSpecification(to);
    const key = this.#directoryKey(target, componentsInside(target));
    if (await this.#isDirectory(key)) signal(RMS.FEX);
    // Into itself.
    if (key.startsWith(`${this.#keyOf(source).slice(0, -1)}.`)) signal(RMS.DIR);
    await using directory = (await this.#devices.find(from)) ?? signal(RMS.DNF);
    return await this.#at({ ...target, type: '', version: '' }, async (place) => {
      if (place.versions.length > 0) signal(RMS.FEX);
      const hostName = await hostNameOf(directory.path, from.name);
      this.#headers.copyDirectory(this.#keyOf(source), key);
      await rename(join(directory.path, hostName), join(place.hostDirectory, place.baseName)).catch(
        (error) => {
          this.#headers.removeDirectory(key);
          throw error;
        },
      );
      this.#headers.removeDirectory(this.#keyOf(source));
      return `${place.device}${place.directory}${target.name}${DIRECTORY_TYPE};1`;
    });
  }

  /** Under what name its header is kept: a directory's is the directory. */
  #keyOf({ specification, isDirectory }: FileEntry): string {
    if (!isDirectory) return specification;
    const file = parseFileSpecification(specification);
    return this.#directoryKey(file, file.name === '000000' ? [] : componentsInside(file));
  }

  #directoryKey(specification: FileSpecification, components: readonly string[]): string {
    return this.#devices.deviceName(specification) + formatDirectory(components);
  }
}

export const componentsOf = ({ directory }: FileSpecification): readonly string[] =>
  directoryComponents(directory || formatDirectory([])) ?? signal(RMS.DIR);

const isSameName = (one: Place, other: Place): boolean =>
  one.device === other.device && one.directory === other.directory && one.fileName === other.fileName;

const hostNameOf = async (hostDirectory: string, name: string): Promise<string> =>
  (await findEntry(hostDirectory, hostDirectoryName(name))) ?? signal(RMS.FNF);
