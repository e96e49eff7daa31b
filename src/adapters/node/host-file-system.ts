/**
 * Files of a node on the host's file system, below its root: `DKA0:[JONES]A.TXT;3` is `<root>/JONES/A.TXT`. DESIGN §4.
 *
 * Parts in files/: devices and directories, names and versions, headers, records, errors. This file puts them together: files are
 * opened by files/file-opening.ts, made by files/new-files.ts, and named otherwise by files/name-changes.ts.
 * Files are made readable by the owner alone; nothing outside the root or a further device can be named. Who of the
 * node's users may do what is not decided here: system/file-protection/.
 */
import { join } from 'node:path';
import { RMS, signal } from '../../condition/index.ts';
import { parseFileSpecification } from '../../file-specification/index.ts';
import type { Clock } from '../../ports/clock.ts';
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
import { FileOpening, type LockRequest, openNewFile } from './files/file-opening.ts';
import { type FurtherDevices, HostDevices } from './files/host-devices.ts';
import { withConditions } from './files/host-errors.ts';
import { fileKey, lockingStream, releasing } from './files/locking-stream.ts';
import { componentsOf, NameChanges } from './files/name-changes.ts';
import { NewFiles } from './files/new-files.ts';
import { atPlace } from './files/place.ts';
import {
  HostByteReader,
  linesOf,
  nullBytes,
  nullReader,
  nullStream,
  nullWriter,
} from './files/record-streams.ts';
import { SequentialStream } from './files/sequential-stream.ts';
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

class HostFiles implements HostFileSystem {
  readonly #devices: HostDevices;
  readonly #headers: FileHeaders;
  readonly #entries: Entries;
  readonly #changes: NameChanges;
  readonly #opening: FileOpening;
  readonly #newFiles: NewFiles;
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
    this.#indexed = new IndexedFiles(options.root, this.#now);
    const parts = {
      devices: this.#devices,
      headers: this.#headers,
      entries: this.#entries,
      indexed: this.#indexed,
      locks: this.#locks,
      now: this.#now,
    };
    this.#changes = new NameChanges(parts);
    this.#opening = new FileOpening(parts);
    this.#newFiles = new NewFiles({ ...parts, remove: (specification) => this.remove(specification) });
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
      const opened = await this.#opening.open(text, 'read');
      if (opened instanceof IndexedStream) return opened;
      return new SequentialStream({ ...opened, access: 'read', end: opened.size, now: this.#now });
    });
  }

  openBytes(text: string): Promise<ByteReader> {
    return withConditions(async () => {
      if (isNullDevice(text)) return nullBytes;
      const opened = await this.#opening.open(text, 'read');
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
      const { result, specification } = await this.#newFiles.make(text, record, openNewFile);
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
      const { specification } = await this.#newFiles.make(text, record, (hostPath) =>
        this.#indexed.create(hostPath, definition),
      );
      return specification;
    });
  }

  #stream(
    text: string,
    access: RecordAccess,
    sharing?: LockRequest,
  ): Promise<SequentialStream | IndexedStream> {
    return withConditions(async () => {
      const opened = await this.#opening.open(text, access, sharing);
      if (opened instanceof IndexedStream) return opened;
      return new SequentialStream({ ...opened, access, now: this.#now });
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
      return atPlace(this.#devices, specification, async ({ versions, hostDirectory }) => {
        const version = chooseVersion(versions, specification.version) ?? signal(RMS.FNF);
        return join(hostDirectory, version.hostName);
      });
    });
  }
}

const isNullDevice = (text: string): boolean => /^_?(NL|NLA0):/i.test(text.trim());
