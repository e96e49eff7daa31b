/**
 * Jobs of batch and output queues: what a job carries, and who runs it. The queue manager decides when a job runs and what
 * becomes of it; the batch processes (images/) run its procedures as its user, the print symbiont prints its files.
 * Source: queues.md §6, §7, §9–§12.
 */
import type { Uic } from './file-header.ts';
import type { Form } from './queue-definitions.ts';

/** `one`: with the first file only. `none`: against what the queue has. undefined: as the queue has it. */
export type SeparationPages = 'all' | 'one' | 'none';

/** What PRINT can say of a file alone: `PRINT A/COPIES=2,B`. */
export interface FilePrintSettings {
  /** /COPIES: so often. */
  readonly copies: number;
  /** A new page where one is full; undefined: as the queue has it. */
  readonly feed?: boolean | undefined;
  /** A line with the name of the file on every page. */
  readonly header?: boolean | undefined;
  /** Nothing is done to the text. */
  readonly passAll?: boolean | undefined;
  /** Double-spaced. */
  readonly space?: boolean | undefined;
  readonly burst?: SeparationPages | undefined;
  readonly flag?: SeparationPages | undefined;
  readonly trailer?: SeparationPages | undefined;
  /** /PAGES: first and last page. */
  readonly firstPage?: number | undefined;
  readonly lastPage?: number | undefined;
  /** Modules of a device control library: kept and shown. */
  readonly setup?: readonly string[] | undefined;
}

/** What stands behind a file counts for it alone. */
export interface OneFileSettings extends Partial<FilePrintSettings> {
  /** /DELETE, against what the job has. */
  readonly isDeleted?: boolean | undefined;
}

/** What PRINT says of a job, beside what it shares with SUBMIT. */
export interface PrintSettings extends FilePrintSettings {
  /** Name of a form; '' when it is handed in: the default of its queue. */
  readonly form: string;
  /** /JOB_COUNT: the whole job so often. */
  readonly jobCount: number;
  readonly lowercase?: boolean | undefined;
  /** /OPERATOR: told to the operators when the job begins. */
  readonly operatorText?: string | undefined;
  /** Of each file in order; undefined: no file has anything of its own. */
  readonly perFile?: readonly OneFileSettings[] | undefined;
}

/** What an entry of a batch or output queue carries, from SUBMIT or PRINT on. */
export interface BatchJob {
  /** It is to be printed; undefined: its files are run. */
  readonly print?: PrintSettings | undefined;
  /** /CHARACTERISTICS: numbers that its queue has to have. */
  readonly characteristics?: readonly number[] | undefined;
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
  /** Who handed it in: by it the queue that is to run the job says whether it may. Set by the queue manager. */
  readonly submitter?: Submitter | undefined;
  /** It ran before and was interrupted: $RESTART. */
  readonly isRestarting?: boolean | undefined;
  /** The last SET RESTART_VALUE: BATCH$RESTART. */
  readonly restartValue?: string | undefined;
  /** STOP/QUEUE/REQUEUE while it runs: what becomes of it when it has ended, however that comes. Set by the queue manager. */
  readonly requeue?: RequeuedTo | undefined;
  /** Of a job that is retained: condition value it ended with, and when; `byQueue`: its queue keeps it, whatever it wants itself. */
  readonly completion?: { readonly status: number; readonly at: number; readonly byQueue?: true } | undefined;
}

/** A job of which nothing was said, and that has nothing to do. */
export const plainJob: BatchJob = {
  files: [],
  parameters: [],
  logSpecification: '',
  keep: false,
  printQueue: '',
  notify: false,
  restart: false,
  retain: 'default',
  note: '',
};

/** Where a job goes that is stopped to begin again. Default: its own queue, at once, with the priority it has. */
export interface RequeuedTo {
  readonly queueName?: string;
  readonly hold?: boolean;
  readonly priority?: number;
}

export interface Submitter {
  readonly uic?: Uic | undefined;
  readonly rights?: readonly string[] | undefined;
  /** With OPER, every queue takes his jobs. */
  readonly isOperator?: boolean | undefined;
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
  /** What `reserveJob` said: the entry number it is to have. */
  readonly entry?: number | undefined;
  /** Of a job that mail asks for. Submitted once more with the same key, it is not made a second time. */
  readonly submissionKey?: SubmissionKey | undefined;
}

/** A job that mail in the queue asks for: it is known by that as long as the mail is there. */
export interface SubmissionKey {
  readonly entry: number;
  readonly entryId: string;
  /** Name of the alias whose procedure it runs, by whichever of its recipients. */
  readonly procedure: string;
}

/** queues.md §10, §13; the words behind the first three are inferred there. */
export type PendingReason =
  | 'queue busy'
  | 'queue stopped'
  | 'queue paused'
  | 'device unavailable'
  | 'no access'
  | 'stock mismatch'
  | 'characteristic mismatch'
  | 'job size below minimum'
  | 'job size above maximum';

export interface JobReceipt {
  readonly entry: number;
  readonly queueName: string;
  readonly jobName: string;
  /** It was submitted before, with the same key; it may be over by now. */
  readonly isRepeated?: true;
  readonly state: 'executing' | 'pending' | 'holding' | 'holdingUntil';
  /** Less than asked for, where the caller may not have as much. */
  readonly priority?: number;
  readonly after?: number;
  readonly pendingReason?: PendingReason;
  /** Of one that executes: another queue than the one it was submitted to, which is generic. */
  readonly startedOn?: string;
}

/** How the queue prints a job of its. */
export interface OutputSettings {
  /** `LPA0` */
  readonly device: string;
  readonly processor: string;
  /** That the job is printed on. */
  readonly form: Form;
  readonly feed: boolean;
  readonly passAll: boolean;
  readonly flag: SeparationPages;
  readonly burst: SeparationPages;
  readonly trailer: SeparationPages;
  /** /SEPARATE: around the whole job. */
  readonly jobFlag: boolean;
  readonly jobBurst: boolean;
  readonly jobTrailer: boolean;
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
  /** Of a job of an output queue. */
  readonly output?: OutputSettings | undefined;
}

/** Where a job that was suspended goes on: START/QUEUE /BACKWARD, /FORWARD, /SEARCH, /TOP_OF_FILE. */
export type PrintPosition =
  | { readonly kind: 'top' }
  /** So many pages on, or back. */
  | { readonly kind: 'pages'; readonly count: number }
  | { readonly kind: 'search'; readonly text: string }
  /** START/QUEUE/ALIGN: so many pages to align the paper, letters as X and digits as 9 if masked; then it is suspended again. */
  | { readonly kind: 'align'; readonly pages: number; readonly isMasked: boolean };

/**
 * How a job that runs fares. `starting`: its process has not begun; `stalled`: what prints it takes nothing any more;
 * `suspended`: STOP/QUEUE. Source: queues.md §2.
 */
export type JobPhase = 'starting' | 'running' | 'suspended' | 'stalled' | 'aligning';

export type JobEnd =
  /** Its procedures are done. `text`: the message of a failing status. */
  | { readonly kind: 'completed'; readonly status: number; readonly text?: string }
  /** What it is to be printed on is not there: nothing was printed. */
  | { readonly kind: 'deviceUnavailable' }
  /** The process is gone without a word. */
  | { readonly kind: 'died' };

export interface RunningJob {
  /** Resolves when nothing of it runs any more. Never rejects. */
  readonly ended: Promise<JobEnd>;
  /**
   * Ends it: its procedures are stopped, and what does not stop is killed. `ended` resolves soon.
   * @param status  why, for its log: JBC JOBABORT, JOBREQUEUE, QUERESET
   */
  abort(status: number): void;
  /** STOP/QUEUE: it does not go on for now. */
  pause?(): void;
  resume?(position?: PrintPosition): void;
}

export interface BatchProcesses {
  /** @param onPhase  hears of each phase of the job; it is `running` until one comes */
  run(job: StartedJob, onPhase: (phase: JobPhase) => void): RunningJob;
}
