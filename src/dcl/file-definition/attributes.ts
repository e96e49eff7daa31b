/**
 * Sections and attributes of the File Definition Language. Those that tell RMS how to lay a file out are known, and mean
 * nothing here. Source: OpenVMS Record Management Utilities Reference Manual, FDL facility.
 */
import type { FileOrganization, RecordAttributes, RecordFormat } from '../../ports/file-header.ts';

export const PRIMARY = [
  ...['TITLE', 'IDENT', 'SYSTEM', 'FILE', 'DATE', 'RECORD', 'ACCESS', 'AREA', 'CONNECT', 'KEY', 'NETWORK'],
  ...['SHARING', 'JOURNAL', 'ACL', 'ANALYSIS_OF_AREA', 'ANALYSIS_OF_KEY'],
];
/** A text, or a number, follows on the line. */
export const TEXTS = ['TITLE', 'IDENT', 'AREA', 'ANALYSIS_OF_AREA', 'ANALYSIS_OF_KEY', 'ACL'];

export const FILE_ATTRIBUTES = [
  ...[
    'ALLOCATION',
    'BEST_TRY_CONTIGUOUS',
    'BUCKET_SIZE',
    'CLUSTER_SIZE',
    'CONTEXT',
    'CONTIGUOUS',
    'CREATE_IF',
  ],
  ...['DEFAULT_NAME', 'DEFERRED_WRITE', 'DELETE_ON_CLOSE', 'DIRECTORY_ENTRY', 'ERASE_ON_DELETE', 'EXTENSION'],
  ...['FILE_MONITORING', 'GLOBAL_BUFFER_COUNT', 'MAXIMIZE_VERSION', 'MAX_RECORD_NUMBER', 'NAME', 'NOBACKUP'],
  ...['NON_FILE_STRUCTURED', 'ORGANIZATION', 'OUTPUT_FILE_PARSE', 'OWNER', 'PRINT_ON_CLOSE', 'PROTECTION'],
  ...[
    'READ_CHECK',
    'REVISION',
    'SEQUENTIAL_ONLY',
    'SUBMIT_ON_CLOSE',
    'SUPERSEDE',
    'TEMPORARY',
    'TRUNCATE_ON_CLOSE',
  ],
  ...['USER_FILE_OPEN', 'WINDOW_SIZE', 'WRITE_CHECK', 'STORED_SEMANTICS', 'FILE_LENGTH_HINT'],
];
export const RECORD_ATTRIBUTES = ['BLOCK_SPAN', 'CARRIAGE_CONTROL', 'CONTROL_FIELD_SIZE', 'FORMAT', 'SIZE'];
export const KEY_ATTRIBUTES = [
  ...[
    'CHANGES',
    'COLLATING_SEQUENCE',
    'DATA_AREA',
    'DATA_FILL',
    'DATA_KEY_COMPRESSION',
    'DATA_RECORD_COMPRESSION',
  ],
  ...['DUPLICATES', 'INDEX_AREA', 'INDEX_COMPRESSION', 'INDEX_FILL', 'LEVEL1_INDEX_AREA', 'LENGTH', 'NAME'],
  ...['NULL_KEY', 'NULL_VALUE', 'POSITION', 'PROLOG', 'TYPE'],
];

export const ORGANIZATIONS: Readonly<Record<string, FileOrganization>> = {
  INDEXED: 'IDX',
  SEQUENTIAL: 'SEQ',
};
export const FORMATS: Readonly<Record<string, RecordFormat>> = {
  FIXED: 'FIX',
  STREAM: 'STM',
  STREAM_CR: 'STMCR',
  STREAM_LF: 'STMLF',
  UNDEFINED: 'UDF',
  VARIABLE: 'VAR',
  VFC: 'VFC',
};
export const CARRIAGE_CONTROLS: Readonly<Record<string, RecordAttributes>> = {
  CARRIAGE_RETURN: 'CR',
  FORTRAN: 'FTN',
  NONE: '',
  PRINT: 'PRN',
};
/** Deviation: keys that are numbers in binary form have no order as text, and records here are text. */
export const KEY_TYPES = ['STRING', 'DSTRING', 'COLLATED', 'DCOLLATED'];
