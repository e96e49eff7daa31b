/**
 * Files as RMS shows them to procedures and utilities. Specifications are full and translated (`DKA0:[JONES]A.TXT;3`):
 * defaults and logical names are applied by file-specification/ and system/ before. Failures are Conditions of facility RMS.
 * Nothing outside the root can be named, except below a device the system manager defined. DESIGN §4.
 */
export interface FileEntry {
  /** `DKA0:[JONES]A.TXT;3` */
  readonly specification: string;
  readonly sizeBytes: number;
  readonly created: number;
  readonly modified: number;
  readonly isDirectory: boolean;
  /** Where it is on this machine; for adapters and streaming only, never shown. */
  readonly hostPath: string;
}

export interface RecordReader {
  /** Next record without its line end; undefined at end of file. */
  read(): Promise<string | undefined>;
  close(): Promise<void>;
}
export interface RecordWriter {
  readonly specification: string;
  write(record: string): Promise<void>;
  close(): Promise<void>;
}

export interface FileSystem {
  /** The file meant: version as written, or the highest. Throws RMS FNF, DNF, PRV, SYN. */
  lookup(specification: string): Promise<FileEntry>;
  /** Wildcards `*` `%` `...` `;*` allowed; sorted by directory, name, type, version descending. Empty when nothing matches. */
  search(specification: string): Promise<readonly FileEntry[]>;
  openRead(specification: string): Promise<RecordReader>;
  /** Creates the next version. */
  create(specification: string): Promise<RecordWriter>;
  openAppend(specification: string): Promise<RecordWriter>;
  remove(specification: string): Promise<void>;
  rename(from: string, to: string): Promise<string>;
  createDirectory(specification: string): Promise<void>;
  directoryExists(specification: string): Promise<boolean>;
  /** Where a new version of this file would be written: for EXTRACT of bytes, editors. */
  hostPathForCreate(
    specification: string,
  ): Promise<{ readonly hostPath: string; readonly specification: string }>;
}
