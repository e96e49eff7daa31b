/**
 * TCPIP$SMTP_PROCEDURES.TXT: names whose mail is handed to a command procedure, as a job of a batch queue. Ours, after MultiNet.
 *
 * One a line, `!` comments: `name user procedure [queue]`. A file that others than the system can change is no such file:
 * a job runs as the user it names.
 */
export const PROCEDURES_FILE = 'TCPIP$SMTP_PROCEDURES.TXT';

export interface ProcedureAlias {
  readonly name: string;
  /** Whose job it is. */
  readonly userName: string;
  /** As written; the login directory of the user and .COM complete it. */
  readonly procedure: string;
  readonly queueName: string;
}

const DEFAULT_QUEUE = 'SYS$BATCH';
/** Of a job, and the beginning of a file name. */
const NAME = /^[A-Z0-9$_-]{1,28}$/;

/** A line that is none is passed over; of two with one name the first counts. */
export function procedureAlias(records: readonly string[], name: string): ProcedureAlias | undefined {
  for (const record of records) {
    const [alias = '', userName, procedure, queueName = DEFAULT_QUEUE, ...rest] = record
      .toUpperCase()
      .split(/\s+/);
    if (alias !== name || !NAME.test(alias) || rest.length > 0) continue;
    if (userName === undefined || procedure === undefined) continue;
    return { name: alias, userName, procedure, queueName };
  }
  return undefined;
}
