/**
 * A file open for records, as RMS has it between $CONNECT and $DISCONNECT: the next record, the record of a key, a new
 * record, another one in the place of the one read last. Sequential and indexed files. Source: dcl.md §10, §19.3.
 */
import type { FileOrganization } from './file-header.ts';

/** `append`: at the end of an existing file. `update`: read, add, replace, delete. */
export type RecordAccess = 'read' | 'append' | 'update';

/** What others may do with a file while it is open: OPEN/SHARE. */
export interface FileSharing {
  readonly readers: boolean;
  readonly writers: boolean;
}

export interface ReadRecord {
  /** The record is read even where another one holds it, and is not held. */
  readonly noLock?: boolean;
}

export type KeyMatch = 'EQ' | 'GE' | 'GT' | 'LE' | 'LT';

export interface KeyedRead extends ReadRecord {
  /** Shorter than the key: it is compared with the beginning of keys. */
  readonly key: string;
  /** Key of reference: 0 is the primary key; undefined: the one used last. */
  readonly index: number | undefined;
  readonly match: KeyMatch;
}

export interface RecordStream {
  readonly specification: string;
  readonly organization: FileOrganization;
  /** The keys, of an indexed file. */
  readonly definition?: IndexedFileDefinition;
  /** In the order of the key of reference, in indexed files; undefined at the end. Throws RMS FAC, RLK. */
  read(options?: ReadRecord): Promise<string | undefined>;
  /** The record of this key; reading goes on behind it. Throws RMS RNF, RLK, KRF, KSZ, FAC, IOP for a sequential file. */
  readKey(request: KeyedRead): Promise<string>;
  /** Throws RMS DUP, RSZ, NEF, FAC. */
  write(record: string): Promise<void>;
  /** Replaces the record read last. Throws RMS CUR, RSZ, CHG, DUP, FAC. */
  update(record: string): Promise<void>;
  /** Deletes the record read last. Throws RMS CUR, FAC, IOP for a sequential file. */
  remove(): Promise<void>;
  close(): Promise<void>;
}

/** Characters of the record from `position`, the first is 0. */
export interface KeySegment {
  readonly position: number;
  readonly size: number;
}

export interface KeyDefinition {
  /** What stands there, one behind the other, is the key. */
  readonly segments: readonly KeySegment[];
  readonly name?: string;
  readonly duplicates: boolean;
  /** UPDATE may change it. Never true of the primary key. */
  readonly changes: boolean;
  /** From Z to A. */
  readonly descending: boolean;
}

export interface IndexedFileDefinition {
  /** The first is the primary key. */
  readonly keys: readonly KeyDefinition[];
}
