/**
 * Files as RMS shows them to procedures and utilities. Specifications are full and translated (`DKA0:[JONES]A.TXT;3`):
 * defaults and logical names are applied by file-specification/ and system/ before. Failures are Conditions of facility RMS.
 * Nothing outside the root can be named, except below a device the system manager defined. DESIGN §4.
 *
 * The file system keeps who a file belongs to and how it is protected; system/file-protection/ decides what that means
 * for a process.
 */
import type { FileHeader } from './file-header.ts';
import type { FileSharing, IndexedFileDefinition, RecordAccess, RecordStream } from './record-stream.ts';

export interface FileEntry extends FileHeader {
  /** `DKA0:[JONES]A.TXT;3` */
  readonly specification: string;
  readonly sizeBytes: number;
  /** Last write: an instant. */
  readonly modified: number;
  readonly isDirectory: boolean;
  /** False: the process may know of the file, and not read it. */
  readonly isReadable: boolean;
  /** `(1234,1,0)` */
  readonly fileId: string;
}

/** What whoever creates a file wants it to be; the rest is as files are without a word. */
export type NewFileHeader = Partial<FileHeader>;

export interface RecordReader {
  /** Next record without its line end; undefined at end of file. */
  read(): Promise<string | undefined>;
  close(): Promise<void>;
}
export interface RecordWriter {
  readonly specification: string;
  write(record: string): Promise<void>;
  /** Bytes as they are, between records: copies of files. */
  writeBytes(bytes: Uint8Array): Promise<void>;
  /** What has been written is in the file, for others to read; without it that is so at once, or at the end. */
  flush?(): Promise<void>;
  close(): Promise<void>;
}
export interface ByteReader {
  /** The next bytes, valid until the next call; undefined at end of file. */
  read(): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

/** What a file is looked up or opened for; `execute`: as a procedure, for which E is enough. */
export type ReadPurpose = 'read' | 'execute';

export interface FileSystem {
  /**
   * The file meant: version as written, or the highest. Throws RMS FNF, DNF, PRV, SYN.
   * @param purpose  throws PRV where the process may not; without one it is enough to know of the file
   */
  lookup(specification: string, purpose?: ReadPurpose): Promise<FileEntry>;
  /** Wildcards `*` `%` `...` `;*` allowed; sorted by directory, name, type, version descending. Empty when nothing matches. */
  search(specification: string): Promise<readonly FileEntry[]>;
  /** The same, one directory at a time: for trees of any size, and to be left off. */
  walk(specification: string): AsyncIterable<FileEntry>;
  /** To the end the file has now: who reads what he is writing himself comes to an end. So does openBytes. */
  openRead(specification: string, purpose?: ReadPurpose): Promise<RecordReader>;
  openBytes(specification: string, purpose?: ReadPurpose): Promise<ByteReader>;
  /** Creates the next version, or the version written. */
  create(specification: string, header?: NewFileHeader, sharing?: FileSharing): Promise<RecordWriter>;
  /** Writes behind what is there. The file meant, and failures, as in `lookup`. */
  openAppend(specification: string): Promise<RecordWriter>;
  /**
   * For OPEN: records one after the other, or by key; replaced and deleted in place where `access` is `update`.
   * @param sharing  the file is locked for others, as far as it says, until it is closed. Throws RMS FLK.
   */
  openRecords(specification: string, access: RecordAccess, sharing?: FileSharing): Promise<RecordStream>;
  /** An indexed file without records; its full specification. Throws RMS DEV beside the system disk. */
  createIndexed(
    specification: string,
    definition: IndexedFileDefinition,
    header?: NewFileHeader,
  ): Promise<string>;
  /** The file meant, and failures, as in `lookup`; FLK for one that is open. */
  remove(specification: string): Promise<void>;
  /** The new specification. Throws FEX when `to` names a version that is there. */
  rename(from: string, to: string): Promise<string>;
  /** With those above it that are missing. */
  createDirectory(specification: string, header?: NewFileHeader): Promise<void>;
  directoryExists(specification: string): Promise<boolean>;
  /** The directory and those above it, from the top of the device down; undefined when it is not there. */
  directoryPath(specification: string): Promise<readonly FileEntry[] | undefined>;
  /** SET FILE, SET PROTECTION: fields given are changed. The file meant as in `lookup`; `[A]B.DIR` means a directory. */
  setHeader(specification: string, changes: NewFileHeader): Promise<void>;
}
