/**
 * Files of a node on the host's file system, below its root: `DKA0:[JONES]A.TXT;3` is `<root>/JONES/A.TXT`. DESIGN §4.
 *
 * Parts in files/: devices and directories, names and versions, headers, records, errors. This file puts them together, and
 * opens files; what changes their names is files/name-changes.ts.
 * Files are made readable by the owner alone; nothing outside the root or a further device can be named. Who of the
 * node's users may do what is not decided here: system/file-protection/.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isCondition, RMS, signal } from '../../condition/index.ts';
import { type FileSpecification, parseFileSpecification } from '../../file-specification/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FileHeader } from '../../ports/file-header.ts';
import type {
  ByteReader,
  FileEntry,
  FileSystem,
  NewFileHeader,
  RecordReader,
  RecordWriter,
} from '../../ports/file-system.ts';
import type {
  FileSharing,
  IndexedFileDefinition,
  RecordAccess,
  RecordStream,
} from '../../ports/record-stream.ts';
import { FileHeaders } from '../sqlite/file-headers/index.ts';
import { IndexedFiles, IndexedStream } from '../sqlite/indexed-file/index.ts';
import { type OpenFileLock, OpenFiles } from '../sqlite/open-files/index.ts';
import { matchingDirectories } from './files/directory-tree.ts';
import { Entries } from './files/entries.ts';
import { variableFile } from './files/header-view.ts';
import { type FurtherDevices, HostDevices } from './files/host-devices.ts';
import { withConditions } from './files/host-errors.ts';
import { type FileIdentity, fileKey, lockingStream, releasing } from './files/locking-stream.ts';
import { componentsOf, NameChanges } from './files/name-changes.ts';
import { withNameLock } from './files/name-lock.ts';
import { atPlace, nameOfVersion, type Place, readAgain } from './files/place.ts';
import {
  HostByteReader,
  linesOf,
  nullBytes,
  nullReader,
  nullStream,
  nullWriter,
} from './files/record-streams.ts';
import { SequentialStream } from './files/sequential-stream.ts';
import { addVersion } from './files/version-change.ts';
import { chooseVersion } from './files/versions.ts';

export interface HostFileSystemOptions {
  /** Host directory that is DKA0:. */
  readonly root: string;
  /** Devices the system manager defined beside it. */
  readonly devices?: FurtherDevices;
  /** Says when files are created and revised; default: the host's. */
  readonly clock?: Clock;
}

export interface HostFileSystem extends FileSystem {
  /** Gives a directory of an earlier version of the node a header, where it has none. */
  adoptDirectory(specification: string, header: NewFileHeader): Promise<void>;
  /** Where a file of the system disk is on this machine, as it is named now: for logs the node itself writes. Throws FNF. */
  hostPath(specification: string): Promise<string>;
  /** Closes the database of headers. */
  close(): void;
}

export const hostFileSystem = (options: HostFileSystemOptions): HostFileSystem => new HostFiles(options);

/** A link is no file; a pipe somebody put there is not waited for. */
const GUARDS = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | GUARDS;

/** Open flags by what is done with the records. */
const accessFlags = {
  read: constants.O_RDONLY,
  append: constants.O_WRONLY | constants.O_APPEND,
  update: constants.O_RDWR,
} as const satisfies Record<RecordAccess, number>;

/** Sharing that is asked for, and the lock that is given. */
interface LockRequest extends FileSharing {
  readonly locked: { lock?: OpenFileLock };
}

interface Opened {
  readonly file: FileHandle;
  readonly specification: string;
  /** When it was opened. */
  readonly size: number;
  readonly header: Pick<FileHeader, 'recordFormat' | 'maximumRecord'>;
}

class HostFiles implements HostFileSystem {
  readonly #devices: HostDevices;
  readonly #headers: FileHeaders;
  readonly #entries: Entries;
  readonly #changes: NameChanges;
  readonly #indexed: IndexedFiles;
  readonly #locks: OpenFiles;
  readonly #now: () => number;

  constructor(options: HostFileSystemOptions) {
    const { clock } = options;
    this.#devices = new HostDevices(options.root, options.devices ?? (() => undefined));
    this.#headers = new FileHeaders(join(options.root, 'INDEXF.SYS'));
    this.#entries = new Entries(this.#devices, this.#headers);
    this.#now = clock === undefined ? Date.now : () => clock.now();
    this.#locks = new OpenFiles(join(options.root, '.OPEN_FILES;'));
    this.#changes = new NameChanges({
      devices: this.#devices,
      headers: this.#headers,
      entries: this.#entries,
      locks: this.#locks,
      now: this.#now,
    });
    this.#indexed = new IndexedFiles(options.root, this.#now);
  }

  close(): void {
    this.#locks.close();
    this.#headers.close();
  }

  // ---- looking ------------------------------------------------------------------------------------------------------

  lookup(text: string): Promise<FileEntry> {
    return withConditions(() => this.#entries.lookup(parseFileSpecification(text)));
  }

  async search(text: string): Promise<readonly FileEntry[]> {
    const found: FileEntry[] = [];
    for await (const entry of this.walk(text)) found.push(entry);
    return found;
  }

  async *walk(text: string): AsyncGenerator<FileEntry> {
    const wanted = parseFileSpecification(text);
    const directories = matchingDirectories(this.#devices, wanted);
    for (;;) {
      const next = await withConditions(() => directories.next());
      if (next.done) return;
      yield* await withConditions(() => this.#entries.inDirectory(wanted, next.value));
    }
  }

  directoryExists(text: string): Promise<boolean> {
    return withConditions(async () => {
      await using directory = await this.#devices.find(parseFileSpecification(text));
      return directory !== undefined;
    });
  }

  directoryPath(text: string): Promise<readonly FileEntry[] | undefined> {
    return withConditions(async () => {
      const specification = parseFileSpecification(text);
      const components = componentsOf(specification);
      const path: FileEntry[] = [];
      for (let length = 0; length <= components.length; length += 1) {
        const entry = await this.#entries.directory(specification, components.slice(0, length));
        if (entry === undefined) return undefined;
        path.push(entry);
      }
      return path;
    });
  }

  // ---- reading and writing ------------------------------------------------------------------------------------------

  openRead(text: string): Promise<RecordReader> {
    return withConditions(async () => {
      if (isNullDevice(text)) return nullReader;
      const opened = await this.#open(text, 'read');
      if (opened instanceof IndexedStream) return opened;
      return new SequentialStream({ ...opened, access: 'read', end: opened.size, now: this.#now });
    });
  }

  openBytes(text: string): Promise<ByteReader> {
    return withConditions(async () => {
      if (isNullDevice(text)) return nullBytes;
      const opened = await this.#open(text, 'read');
      return opened instanceof IndexedStream ? linesOf(opened) : new HostByteReader(opened.file, opened.size);
    });
  }

  async openAppend(text: string): Promise<RecordWriter> {
    return isNullDevice(text) ? nullWriter : this.#stream(text, 'append');
  }

  async openRecords(text: string, access: RecordAccess, sharing?: FileSharing): Promise<RecordStream> {
    if (isNullDevice(text)) return nullStream;
    const locked: { lock?: OpenFileLock } = {};
    const stream = await this.#stream(text, access, sharing && { ...sharing, locked });
    if (sharing === undefined || locked.lock === undefined) return stream;
    return lockingStream(stream, locked.lock, { records: sharing.writers, isUpdate: access === 'update' });
  }

  create(text: string, header: NewFileHeader = {}, sharing?: FileSharing): Promise<RecordWriter> {
    return withConditions(async () => {
      if (isNullDevice(text)) return nullWriter;
      const record = { recordFormat: 'VAR', maximumRecord: 0, ...header } as const;
      const { result, specification } = await this.#make(text, record, (hostPath) =>
        open(hostPath, NEW_FILE, 0o600),
      );
      const lock = sharing && this.#locks.open(fileKey(await result.stat()), true, sharing);
      const options = { specification, file: result, header: record, now: this.#now };
      const stream = new SequentialStream({ ...options, access: 'write' });
      return lock === undefined ? stream : releasing(stream, lock);
    });
  }

  createIndexed(
    text: string,
    definition: IndexedFileDefinition,
    header: NewFileHeader = {},
  ): Promise<string> {
    return withConditions(async () => {
      // SQLite opens files by name: on a further device others may change what a name leads to.
      if (this.#devices.deviceName(parseFileSpecification(text)) !== 'DKA0:') signal(RMS.DEV);
      const record: NewFileHeader = { ...header, organization: 'IDX' };
      const { specification } = await this.#make(text, record, (hostPath) =>
        this.#indexed.create(hostPath, definition),
      );
      return specification;
    });
  }

  // ---- names and headers --------------------------------------------------------------------------------------------

  remove(text: string): Promise<void> {
    return this.#changes.remove(text);
  }

  rename(text: string, to: string): Promise<string> {
    return this.#changes.rename(text, to);
  }

  createDirectory(text: string, header: NewFileHeader = {}): Promise<void> {
    return this.#changes.createDirectory(text, header);
  }

  setHeader(text: string, changes: NewFileHeader): Promise<void> {
    return this.#changes.setHeader(text, changes);
  }

  adoptDirectory(text: string, header: NewFileHeader): Promise<void> {
    return this.#changes.adoptDirectory(text, header);
  }

  hostPath(text: string): Promise<string> {
    return withConditions(async () => {
      const specification = parseFileSpecification(text);
      if (this.#devices.deviceName(specification) !== 'DKA0:') signal(RMS.DEV);
      return this.#at(specification, async ({ versions, hostDirectory }) => {
        const version = chooseVersion(versions, specification.version) ?? signal(RMS.FNF);
        return join(hostDirectory, version.hostName);
      });
    });
  }

  // ---- parts --------------------------------------------------------------------------------------------------------

  #at<T>(specification: FileSpecification, work: (place: Place) => Promise<T>): Promise<T> {
    return atPlace(this.#devices, specification, work);
  }

  /** A new version, with its header; `fill` puts the file there. */
  async #make<T>(
    text: string,
    header: NewFileHeader,
    fill: (hostPath: string) => Promise<T>,
  ): Promise<{ readonly result: T; readonly specification: string }> {
    const target = parseFileSpecification(text);
    return this.#at(target, async (place) => {
      const versionLimit = this.#limitFor(place);
      const made = await withNameLock(place, () =>
        addVersion(place, target.version, async ({ hostPath, specification }) => {
          // The header first: nobody is to meet a file that is less protected than it will be.
          this.#headers.put(specification, {
            ...variableFile,
            versionLimit,
            created: this.#now(),
            ...header,
          });
          return { result: await fill(hostPath), specification };
        }),
      );
      await this.#keepToLimit(place);
      return made;
    });
  }

  #stream(
    text: string,
    access: RecordAccess,
    sharing?: LockRequest,
  ): Promise<SequentialStream | IndexedStream> {
    return withConditions(async () => {
      const opened = await this.#open(text, access, sharing);
      if (opened instanceof IndexedStream) return opened;
      return new SequentialStream({ ...opened, access, now: this.#now });
    });
  }

  async #open(text: string, access: RecordAccess, sharing?: LockRequest): Promise<Opened | IndexedStream> {
    const specification = parseFileSpecification(text);
    return this.#at(specification, async (place) => {
      const version = chooseVersion(place.versions, specification.version);
      if (version === undefined)
        return signal((await this.#entries.directoryFile(specification)) === undefined ? RMS.FNF : RMS.PRV);
      const hostPath = join(place.hostDirectory, version.hostName);
      const name = nameOfVersion(place, version.version);
      const header = this.#headers.get(name);
      if (header?.organization === 'IDX') {
        this.#lock(await stat(hostPath), access, sharing);
        try {
          return await this.#indexed.stream(hostPath, name, access);
        } catch (error) {
          sharing?.locked.lock?.release();
          throw error;
        }
      }
      const file = await open(hostPath, accessFlags[access] | GUARDS);
      let size: number;
      try {
        const status = await file.stat();
        if (!status.isFile()) signal(RMS.PRV);
        this.#lock(status, access, sharing);
        size = status.size;
      } catch (error) {
        await file.close();
        throw error;
      }
      return { file, specification: name, size, header: { ...variableFile, ...header } };
    });
  }

  /** Throws RMS FLK. Without sharing it is only asked whether others allow it. */
  #lock(status: FileIdentity, access: RecordAccess, sharing: LockRequest | undefined): void {
    const writes = access !== 'read';
    if (sharing === undefined) this.#locks.check(fileKey(status), writes);
    else sharing.locked.lock = this.#locks.open(fileKey(status), writes, sharing);
  }

  /** How many versions are kept: as of the version before, or as the directory says for new files. */
  #limitFor(place: Place): number {
    const [before] = place.versions;
    const header = before && this.#headers.get(nameOfVersion(place, before.version));
    return header?.versionLimit ?? this.#entries.directoryHeader(place.device, place.directory).versionLimit;
  }

  /** /VERSION_LIMIT: the oldest versions go. The limit of the highest version counts. */
  async #keepToLimit(stale: Place): Promise<void> {
    const { versions } = await readAgain(stale);
    const [highest] = versions;
    const limit = highest && this.#headers.get(nameOfVersion(stale, highest.version))?.versionLimit;
    if (limit === undefined || limit === 0) return;
    for (const { version } of versions.slice(limit))
      await this.remove(nameOfVersion(stale, version)).catch((error) => {
        // One that is open stays until the next time.
        if (!isCondition(error) || error.value !== RMS.FLK.value) throw error;
      });
  }
}

const isNullDevice = (text: string): boolean => /^_?(NL|NLA0):/i.test(text.trim());
