/**
 * Batch jobs: what a job carries, and who runs it. The queue manager decides when a job runs and what becomes of it; the
 * batch processes (images/) run its procedures as its user. Source: queues.md §6, §9–§11.
 */

/** What an entry of a batch queue carries, from SUBMIT on. */
export interface BatchJob {
  /** Full specifications with their versions: what was submitted is what runs. */
  readonly files: readonly string[];
  /** P1 … P8. */
  readonly parameters: readonly string[];
  /** Where the log goes; names in it are translated by the process of the job. '': /NOLOG_FILE. */
  readonly logSpecification: string;
  /** /KEEP. */
  readonly keep: boolean;
  /** /PRINTER; '': /NOPRINTER. */
  readonly printQueue: string;
  readonly notify: boolean;
  /** /RESTART: it begins again after a crash or a requeue. */
  readonly restart: boolean;
  /** `default`: as the queue has it. */
  readonly retain: 'always' | 'default' | 'error' | 'until';
  /** /RETAIN=UNTIL: that instant. */
  readonly retainUntil?: number | undefined;
  /** /CPUTIME, milliseconds; 0: INFINITE. undefined: as the queue has it. */
  readonly cpuLimitMs?: number | undefined;
  /** /DELETE: the procedures are deleted when the job has ended. */
  readonly deleteFiles?: boolean | undefined;
  /** /CLI; undefined: DCL. Only shown. */
  readonly cli?: string | undefined;
  /** /WSDEFAULT, /WSEXTENT, /WSQUOTA, in pages. Only shown: the host pages as it likes. */
  readonly workingSet?: Readonly<Partial<Record<'default' | 'extent' | 'quota', number>>> | undefined;
  readonly note: string;
  /** It ran before and was interrupted: $RESTART. */
  readonly isRestarting?: boolean | undefined;
  /** The last SET RESTART_VALUE: BATCH$RESTART. */
  readonly restartValue?: string | undefined;
  /** Of a job that is retained: condition value it ended with, and when. */
  readonly completion?: { readonly status: number; readonly at: number } | undefined;
}

/** What SUBMIT hands in. */
export interface JobSubmission {
  readonly queueName: string;
  /** At most 39 characters. */
  readonly jobName: string;
  /** Whose job it is; another than the caller's needs CMKRNL. */
  readonly userName: string;
  /** Of all files. */
  readonly sizeBytes: number;
  readonly batch: BatchJob;
  readonly hold?: boolean;
  /** Hold until this instant; one in the past means now. */
  readonly after?: number | undefined;
  readonly priority?: number | undefined;
}

export type PendingReason = 'queue busy' | 'queue stopped' | 'queue paused';

export interface JobReceipt {
  readonly entry: number;
  readonly queueName: string;
  readonly jobName: string;
  readonly state: 'executing' | 'pending' | 'holding' | 'holdingUntil';
  readonly after?: number;
  readonly pendingReason?: PendingReason;
}

/** A job whose turn has come. */
export interface StartedJob {
  readonly entry: number;
  readonly queueName: string;
  readonly jobName: string;
  readonly userName: string;
  readonly batch: BatchJob;
  /** Processor time it may use, of job and queue the shorter, milliseconds; undefined: as much as it likes. */
  readonly cpuLimitMs?: number | undefined;
}

export type JobEnd =
  /** Its procedures are done. `text`: the message of a failing status. */
  | { readonly kind: 'completed'; readonly status: number; readonly text?: string }
  /** The process is gone without a word. */
  | { readonly kind: 'died' };

export interface RunningJob {
  /** Resolves when nothing of it runs any more. Never rejects. */
  readonly ended: Promise<JobEnd>;
  /** Ends it: its procedures are stopped, and what does not stop is killed. `ended` resolves soon. */
  abort(): void;
}

export interface BatchProcesses {
  run(job: StartedJob): RunningJob;
}
