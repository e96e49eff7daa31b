/** Machine-readable log of a process; beside it stand OPERATOR.LOG and the VMS logs. Never gets a password or mail text. */
export interface Log {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  /** A bug or a broken store: `fields.err` is the Error; the stack of a bug is logged, of what was to be expected the reason. */
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
