/**
 * Print queues as a program uses them that makes a job piece by piece, as MAIL does: SJC$_CREATE_JOB, SJC$_ADD_FILE,
 * SJC$_CLOSE_JOB. Failures are Conditions of facility JBC. Source: vms-mail.md §2.24; queues.md.
 */

/** As the qualifiers of PRINT say; what is not given is as the queue has it. */
export interface PrintParameters {
  readonly form?: string | undefined;
  readonly jobName?: string | undefined;
  readonly copies?: number | undefined;
  /** Hold until this instant. */
  readonly after?: number | undefined;
  readonly hold?: boolean;
  readonly notify?: boolean;
  /** /PARAMETERS: P1 … P8 of the symbiont. */
  readonly parameters?: readonly string[];
  /** Modules of the device control library. */
  readonly setup?: readonly string[];
  readonly feed?: boolean;
  readonly header?: boolean;
  /** Double-spaced. */
  readonly space?: boolean;
  /** `all`, `one`, `none`: which files of the job get such a page. */
  readonly burst?: PrintPages;
  readonly flag?: PrintPages;
  readonly trailer?: PrintPages;
}
export type PrintPages = 'all' | 'one' | 'none';

/** A job that is being made: it is not printed before it is closed. */
export interface OpenPrintJob {
  readonly entry: number;
  readonly queueName: string;
  write(record: string): Promise<void>;
  alter(parameters: PrintParameters): Promise<void>;
  /** It may be printed now. */
  close(): Promise<void>;
  /** It is forgotten, with all that was written. */
  cancel(): Promise<void>;
}

export interface PrintQueues {
  /** Throws NOSUCHQUE, NOSUCHFORM, and JOBQUEDIS while the queue manager cannot be reached. */
  createJob(queueName: string, userName: string, parameters: PrintParameters): Promise<OpenPrintJob>;
}
