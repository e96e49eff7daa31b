/** Bits of the status and flag items, by name. Source: dcl.md §18.6, from the public header. */

export const jobStatusBits = {
  ...{ ABORTING: 1, EXECUTING: 2, HOLDING: 4, INACCESSIBLE: 8, REFUSED: 16, REQUEUE: 32, RESTARTING: 64 },
  ...{ RETAINED: 128, STARTING: 256, TIMED_RELEASE: 512, SUSPENDED: 1024, PENDING: 2048 },
} as const;

export const queueStatusBits = {
  ...{ ALIGNING: 1, IDLE: 2, LOWERCASE: 4, OPERATOR_REQUEST: 8, PAUSED: 16, PAUSING: 32, REMOTE: 64 },
  ...{ RESETTING: 128, RESUMING: 256, SERVER: 512, STALLED: 1024, STARTING: 2048, STOPPED: 4096 },
  ...{ STOPPING: 8192, UNAVAILABLE: 16_384, CLOSED: 32_768, BUSY: 65_536, AVAILABLE: 262_144 },
  ...{ DISABLED: 524_288, AUTOSTART_INACTIVE: 1_048_576, STOP_PENDING: 2_097_152 },
} as const;

export const queueFlagBits = {
  ...{ BATCH: 1, CPU_DEFAULT: 2, CPU_LIMIT: 4, FILE_BURST: 8, FILE_BURST_ONE: 16, FILE_FLAG: 32 },
  ...{ FILE_FLAG_ONE: 64, FILE_TRAILER: 128, FILE_TRAILER_ONE: 256, GENERIC: 512, GENERIC_SELECTION: 1024 },
  ...{ JOB_BURST: 2048, JOB_FLAG: 4096, JOB_SIZE_SCHED: 8192, JOB_TRAILER: 16_384, RETAIN_ALL: 32_768 },
  ...{ RETAIN_ERROR: 65_536, SWAP: 131_072, TERMINAL: 262_144, WSDEFAULT: 524_288, WSEXTENT: 1_048_576 },
  ...{ WSQUOTA: 2_097_152, FILE_PAGINATE: 4_194_304, RECORD_BLOCKING: 8_388_608, PRINTER: 16_777_216 },
  ...{ ACL_SPECIFIED: 33_554_432 },
} as const;

export const pendingReasonBits = {
  ...{ CHAR_MISMATCH: 1, JOB_SIZE_MAX: 2, JOB_SIZE_MIN: 4, LOWERCASE_MISMATCH: 8, NO_ACCESS: 16 },
  ...{ QUEUE_BUSY: 32, QUEUE_STATE: 64, STOCK_MISMATCH: 128 },
} as const;

export const jobFlagBits = {
  ...{ CPU_LIMIT: 1, FILE_BURST: 2, FILE_BURST_ONE: 4, FILE_FLAG: 16, FILE_FLAG_ONE: 32, FILE_TRAILER: 128 },
  ...{ FILE_TRAILER_ONE: 256, LOG_DELETE: 1024, LOG_NULL: 2048, LOG_SPOOL: 4096, LOWERCASE: 8192 },
  ...{ NOTIFY: 16_384, RESTART: 32_768, WSDEFAULT: 65_536, WSEXTENT: 131_072, WSQUOTA: 262_144 },
  ...{ FILE_PAGINATE: 524_288 },
} as const;

export const fileFlagBits = {
  ...{ BURST: 1, DELETE: 4, DOUBLE_SPACE: 8, FLAG: 16, TRAILER: 64, PAGE_HEADER: 256, PAGINATE: 512 },
  ...{ PASSALL: 1024 },
} as const;

export const fileStatusBits = { CHECKPOINTED: 1, EXECUTING: 2 } as const;
export const formFlagBits = { SHEET_FEED: 1, TRUNCATE: 2, WRAP: 4 } as const;
/** Alphabetical, as the others; not in the public copy of the header. */
export const managerStatusBits = {
  ...{ FAILOVER: 1, RUNNING: 2, START_PENDING: 4, STARTING: 8, STOPPED: 16, STOPPING: 32 },
} as const;

export type Bits = Readonly<Record<string, number>>;

export const bitsOf = <T extends Bits>(bits: T, names: readonly (keyof T)[]): number =>
  names.reduce((sum, name) => sum | bits[name]!, 0);
