/** What the system knows of a file beside its text: its header in INDEXF.SYS. Source: dcl.md §13 (/FULL), §16.5. */

/** `[200,1]`, in octal: group and member. */
export interface Uic {
  readonly group: number;
  readonly member: number;
}

/** Letters of RWED that each category has, in this order; '' is no access. */
export interface FileProtection {
  readonly system: string;
  readonly owner: string;
  readonly group: string;
  readonly world: string;
}

/** Longest record RMS has, in bytes; a longer line is read in pieces. */
export const LONGEST_RECORD = 32_767;

export type FileOrganization = 'SEQ' | 'REL' | 'IDX';
export type RecordFormat = 'VAR' | 'VFC' | 'FIX' | 'STM' | 'STMLF' | 'STMCR' | 'UDF';
/** Carriage control: by carriage return, print file, FORTRAN, none. */
export type RecordAttributes = 'CR' | 'PRN' | 'FTN' | '';

export interface FileHeader {
  readonly owner: Uic;
  readonly protection: FileProtection;
  readonly created: number;
  readonly expires?: number;
  readonly backup?: number;
  readonly organization: FileOrganization;
  readonly recordFormat: RecordFormat;
  readonly recordAttributes: RecordAttributes;
  /** Bytes; 0: no limit. Of FIX the length of every record. */
  readonly maximumRecord: number;
  /** Versions kept, the oldest goes when one more is created; 0: all. Of a directory: what new files begin with. */
  readonly versionLimit: number;
}
