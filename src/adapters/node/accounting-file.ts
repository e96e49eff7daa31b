/**
 * ACCOUNTNG.DAT: a line of JSON for each record. It begins new versions by itself, as the logs do; one that cannot be written stops
 * nothing.
 */
import type { Accounting, AccountingRecord } from '../../ports/accounting.ts';
import type { Log } from '../../ports/log.ts';
import { createOperatorLog } from './operator-log.ts';

export function createAccountingFile(
  file: string,
  log: Log,
): Accounting & { noteAll(records: readonly AccountingRecord[]): void } {
  const target = createOperatorLog(file, log);
  const noteAll = (records: readonly AccountingRecord[]): void =>
    target.append(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const pid = processIdentification();
  return { noteAll, note: (record) => noteAll([{ ...record, pid }]) };
}

/** Of this process, as records have it. */
export const processIdentification = (): string => process.pid.toString(16).toUpperCase().padStart(8, '0');
