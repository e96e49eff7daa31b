/**
 * The queue manager as every other part sees it. The class in queue-manager/ implements it; in one process it is called
 * directly, across processes adapters/node carries each call over the node's Unix socket. Failures are Conditions
 * (JBC facility) that cross the wire.
 */
import type {
  BatchJob,
  JobPhase,
  JobReceipt,
  JobSubmission,
  PendingReason,
  PrintPosition,
  RequeuedTo,
} from './batch.ts';
import type { EnvelopeRequests, RecipientRequests } from './delivery-requests.ts';
import type { Uic } from './file-header.ts';
import type { MessageText } from './message-text.ts';
import type { DefinitionChange, QueueDefinitions } from './queue-definitions.ts';
import type { QueueInfo, QueueKind, QueueSettings } from './queue-info.ts';

export type * from './queue-info.ts';

export interface Envelope {
  /** RFC 5321 reverse-path without angle brackets; '' is the null reverse-path. */
  readonly reversePath: string;
  /** Forward-paths without angle brackets, in the order given. */
  readonly forwardPaths: readonly string[];
  readonly body?: '7BIT' | '8BITMIME';
  readonly smtpUtf8?: boolean;
  readonly requests?: EnvelopeRequests;
}

export interface Submission {
  readonly envelope: Envelope;
  readonly text: MessageText;
  /** User part of the control-file name: TCPIP$SMTP for mail received by SMTP, else the user who composed it. */
  readonly userName: string;
  /** Where it came from, for SHOW MAIL/FULL and the log: `[10.0.2.66] host.example`. */
  readonly source?: string;
  readonly hold?: boolean;
  /** Hold until this instant. */
  readonly after?: number;
  readonly priority?: number;
}

export interface SubmitReceipt {
  readonly entry: number;
  /** `yymmddhhmmsscc_user-name`: job name and name of the control file. */
  readonly jobName: string;
}

export type JobState =
  | 'pending'
  | 'executing'
  | 'holding'
  /** Holding until: an /AFTER time or a retry. */
  | 'holdingUntil'
  | 'retainedOnError'
  /** A batch job that is kept although it ended well. */
  | 'retainedOnCompletion'
  /** Being stopped by an operator while it executes. */
  | 'aborting';

export type RecipientState = 'unsent' | 'sent' | 'retry' | 'failed' | 'expanded';

export interface RecipientInfo {
  readonly index: number;
  readonly forwardPath: string;
  readonly state: RecipientState;
  /** 0 on submission, +1 per attempt. */
  readonly attempts: number;
  /** Last reply or reason, one line. */
  readonly lastReply?: string;
  readonly nextAttempt?: number;
  readonly requests?: RecipientRequests;
  /** The sender has been told that it takes longer. */
  readonly isDelayTold?: true;
}

export interface EntryInfo {
  readonly entry: number;
  readonly jobName: string;
  readonly userName: string;
  /** Queue the entry stands in now: the generic queue, or the execution queue that processes it. */
  readonly queueName: string;
  readonly state: JobState;
  /** 512-byte blocks. */
  readonly sizeBlocks: number;
  readonly sizeBytes: number;
  readonly submittedAt: number;
  readonly after?: number;
  readonly priority: number;
  /** Who holds it, for operators: user name and instant. */
  readonly heldBy?: string;
  /** It goes back to its sender, after a last attempt or without one; somebody said so. */
  readonly returning?: { readonly afterAttempt: boolean; readonly by: string };
  /** Of mail that executes: when a symbiont took it in hand. */
  readonly inHandSince?: number;
  /** Of mail that executes: somebody has said that it is to be held, or to wait until `after`, when it comes back. */
  readonly comesBackAs?: 'holding' | 'holdingUntil';
  /** Condition text of a job retained on error. */
  readonly errorText?: string;
  /** Of mail; '' for a batch job. */
  readonly reversePath: string;
  readonly source?: string;
  /** What a batch or print job carries; undefined: the entry is mail. */
  readonly batch?: BatchJob;
  /** Of the queue it stands in. */
  readonly queueKind?: QueueKind;
  /** Of a batch or print job that executes; undefined: it runs. */
  readonly phase?: JobPhase;
  /** Why a batch or print job waits that could run. */
  readonly pendingReason?: PendingReason;
  /** `_NODE$DKA0:[TCPIP$SMTP]…` control-file specification, or the first file of a batch job, as SHOW QUEUE/FULL prints it. */
  readonly fileSpecification: string;
  /** Only where asked for: somebody else's job, of which the caller learns its number, queue, state, time and size alone. */
  readonly inaccessible?: true;
  /** Only where asked for: jobs of other users in its queue, behind the entry listed before it. */
  readonly intervening?: number;
  /** Only where asked for. */
  readonly recipients?: readonly RecipientInfo[];
}

export interface EntryFilter {
  /** Queue name pattern with `*` and `%`. */
  readonly queue?: string;
  readonly userName?: string;
  readonly entries?: readonly number[];
  readonly jobName?: string;
  /** Default: both. */
  readonly kind?: 'mail' | 'batch';
  readonly states?: readonly JobState[];
  /** Mail with a recipient that is still to be reached in this domain; pattern with `*` and `%`. */
  readonly destination?: string;
  readonly withRecipients?: boolean;
  readonly withIntervening?: boolean;
  /** Jobs of others too, where the caller has not the privilege to read them: see `inaccessible`. */
  readonly withInaccessible?: boolean;
  /** Page of a long listing, by entry number. */
  readonly afterEntry?: number;
  readonly limit?: number;
}

/** What ANALYZE MAIL finds. */
export interface MailAnalysis {
  /** Entries whose text is there. */
  readonly pairs: number;
  /** Texts without an entry; those of mail that may just be arriving are left out. */
  readonly orphans: readonly {
    readonly spoolId: string;
    readonly createdAt: number;
    readonly fileSpecification: string;
  }[];
  /** Entries whose text is gone, or is not as long as it was. */
  readonly corrupt: readonly EntryProblem[];
  /** Entries that are executing and in nobody's hands. */
  readonly adrift: readonly number[];
  /** Where the queue manager counts otherwise than its file: `pending: 3 instead of 4`. */
  readonly miscounted: readonly string[];
  /** Files beside the texts that are none. */
  readonly strangers: number;
}

/** What is wrong with an entry, as a person reads it: `its text is gone`. */
export interface EntryProblem {
  readonly entry: number;
  readonly problem: string;
  /** It can go on once its records are mended; without this there is nothing to do with it but delete it. */
  readonly isMendable?: true;
}

export interface HowToRepair {
  readonly indexes: boolean;
  /** Entries that are pending afterwards, whatever their records said. */
  readonly release: readonly number[];
}

/** What ANALYZE MAIL/REPAIR mended beside the entries. */
export interface MailRepair {
  /** Records of no entry that were removed. */
  readonly strays: number;
  /** Entries that are pending again. */
  readonly released: number;
}

export type EntryChange =
  | { readonly kind: 'hold' }
  /** Now, whatever held it: a hold, a time, an error. With a destination, only its recipients are tried. */
  | { readonly kind: 'release'; readonly destination?: string }
  /** Mail goes back to its sender: after one more attempt now, or without one. */
  | { readonly kind: 'return'; readonly afterAttempt: boolean }
  /** Lifts a hold only; an /AFTER given meanwhile counts again. */
  | { readonly kind: 'noHold' }
  | { readonly kind: 'after'; readonly instant: number | undefined }
  | { readonly kind: 'priority'; readonly priority: number }
  /** Of a batch job that does not run: these fields. */
  | {
      readonly kind: 'batch';
      readonly jobName?: string;
      /** Into this batch queue. */
      readonly queueName?: string;
      readonly batch: Partial<BatchJob>;
    };

/** Mail of a queue of any length. */
export type MailSelection = Pick<
  EntryFilter,
  'entries' | 'userName' | 'states' | 'destination' | 'afterEntry'
> & {
  /** With a destination: only what an attempt was made at, not what its sender wants to wait. */
  readonly wasTried?: boolean;
};

export type MailChange = EntryChange | { readonly kind: 'delete' };

export interface MailChanged {
  readonly changed: number;
  /** Entry number behind which to go on; undefined: that was the last stretch. */
  readonly last: number | undefined;
}

/** Who asks. The queue manager decides by it: own entries, or OPER / SYSPRV / BYPASS. */
export interface Caller {
  readonly userName: string;
  readonly privileges: readonly string[];
  /** For the protection of queues; without one the caller is of nobody's group. */
  readonly uic?: Uic | undefined;
  /** Identifiers the caller holds, for access lists of queues; his user name is one of them without a word. */
  readonly rights?: readonly string[] | undefined;
}

// ---- the symbiont's side ------------------------------------------------------------------------------------------

export interface Assignment {
  readonly entry: number;
  /** Never used again, unlike the entry number: delivery keys begin with it. */
  readonly entryId: string;
  readonly queueName: string;
  readonly jobName: string;
  readonly userName: string;
  readonly reversePath: string;
  readonly body?: '7BIT' | '8BITMIME';
  readonly smtpUtf8?: boolean;
  readonly requests?: Omit<EnvelopeRequests, 'recipients'>;
  readonly submittedAt: number;
  readonly text: MessageText;
  /** Recipients that are still to be tried. */
  readonly recipients: readonly {
    readonly index: number;
    readonly forwardPath: string;
    readonly attempts: number;
    readonly requests?: RecipientRequests;
    readonly isDelayTold?: true;
    /** Its time had not come: somebody asked for the attempt. */
    readonly isWanted?: true;
  }[];
  /** The entry's recipients that are not named here; undefined: there are none. */
  readonly others?: {
    /** Forward-paths of those that are still to be tried. */
    readonly open: readonly string[];
    /** Forward-paths of those that have the message: where these led then, which may be elsewhere now. */
    readonly sent: readonly string[];
  };
  /** What cannot be delivered now is returned; without `afterAttempt` nothing is tried. */
  readonly returning?: { readonly afterAttempt: boolean; readonly by: string };
}

export type RecipientOutcome =
  | { readonly kind: 'delivered'; readonly note?: string }
  /** `tls`: `TLSv1.3`, where the host got it encrypted. */
  | { readonly kind: 'relayed'; readonly host: string; readonly reply: string; readonly tls?: string }
  /** Replaced by these forward-paths: list, alias, forwarding address. They become recipients of the same entry. */
  | { readonly kind: 'expanded'; readonly forwardPaths: readonly string[] }
  /** `isDelayTold`: with this outcome the sender hears of it. */
  | { readonly kind: 'retry'; readonly at: number; readonly reply: string; readonly isDelayTold?: true }
  /** No attempt was made: its destination is closed, or, with this reply, did not answer lately or has others to take first. */
  | { readonly kind: 'wait'; readonly at: number; readonly reply?: string; readonly isDelayTold?: true }
  | { readonly kind: 'returned'; readonly reply: string };

/** One entry's result; state changes and the bounce are committed in one transaction. */
export interface EntryOutcome {
  readonly entry: number;
  readonly entryId: string;
  readonly recipients: readonly { readonly index: number; readonly outcome: RecipientOutcome }[];
  /** The bounce, if one is due: a new entry. */
  readonly submissions?: readonly Submission[];
  /** The job as a whole failed (poison message): keep it, retained on error, with this reason. */
  readonly retainedOnError?: string;
}

/** What the queue manager can tell a symbiont. */
export interface SymbiontPort {
  /** New work, with the commit that made it durable. Never more than the symbiont's announced capacity. */
  process(batch: readonly Assignment[]): void;
  /** Give these back as soon as possible: current recipient finished (`afterRecipient`) or at once (`abort`). */
  recall(entries: readonly number[], how: 'afterRecipient' | 'abort'): void;
}

export interface SymbiontRegistration {
  /** Reports a batch; resolves when it is durable. */
  report(outcomes: readonly EntryOutcome[]): Promise<void>;
  /** Gives entries back untouched (symbiont stops, recall). */
  giveBack(entries: readonly number[]): Promise<void>;
  /**
   * Everything this symbiont still holds goes back to the queue. Called on disconnect too, with `died`: an entry that
   * takes two symbionts with it is retained on error.
   */
  close(how?: 'died'): Promise<void>;
}

/** `requeue`: back to the queue, to begin again; without it the job is over. */
export interface StopJob {
  readonly requeue?: RequeuedTo;
}

/** `stopQueues`: STOP/QUEUES/ON_NODE, what runs is aborted or requeued, autostart queues stay active. */
export type ManagerMove = 'start' | 'stop' | 'new' | 'stopQueues';

export interface QueueManager {
  /** Resolves after the commit that holds text and envelope. JBC QUE_CLOSED, JBC JOBQUEDIS, RMS FUL … on failure. */
  submit(submission: Submission): Promise<SubmitReceipt>;

  queues(pattern?: string): Promise<readonly QueueInfo[]>;
  entries(filter: EntryFilter, caller: Caller): Promise<readonly EntryInfo[]>;
  /** @param change  one, or several that follow each other: nothing else happens to an entry between two of them */
  changeEntries(
    entries: readonly number[],
    change: EntryChange | readonly EntryChange[],
    caller: Caller,
  ): Promise<void>;
  deleteEntries(entries: readonly number[], caller: Caller): Promise<void>;
  /** @param position  where a print job that is suspended goes on */
  startQueue(name: string, caller: Caller, position?: PrintPosition): Promise<void>;
  /** `next`: after the current jobs; `reset`: abort them back to the queue at once; `pause`: STOP/QUEUE alone. */
  stopQueue(name: string, how: 'pause' | 'next' | 'reset', caller: Caller): Promise<void>;
  /** SET QUEUE/CLOSE and /OPEN: a closed queue takes no new jobs, and goes on with those it has. */
  setQueue(name: string, change: QueueSettings, caller: Caller): Promise<void>;

  /** INITIALIZE/QUEUE: creates a queue of batch or print jobs, stopped, or redefines one that is stopped. */
  initializeQueue(name: string, settings: QueueSettings, caller: Caller): Promise<void>;
  /** DELETE/QUEUE of a stopped queue, with the jobs in it. JBC REFERENCED for one that others lead to. */
  deleteQueue(name: string, caller: Caller): Promise<void>;
  /** ASSIGN/QUEUE: `name` becomes a logical queue, or with undefined is one no more. */
  assignQueue(name: string, target: string | undefined, caller: Caller): Promise<void>;
  /** ASSIGN/MERGE: the jobs of `source` that do not run are in `target` now. */
  mergeQueue(source: string, target: string, caller: Caller): Promise<void>;
  definitions(): Promise<QueueDefinitions>;
  define(change: DefinitionChange, caller: Caller): Promise<void>;
  /** STOP and START/QUEUE/MANAGER; `new`: with /NEW_VERSION, everything is gone. Stopped, it answers JOBQUEDIS. */
  moveManager(how: ManagerMove, caller: Caller): Promise<void>;
  /** For a job that is still being made: checks it, and says which entry number it will have. */
  reserveJob(submission: JobSubmission, caller: Caller): Promise<number>;
  /** SUBMIT, PRINT. Resolves after the commit. JBC NOSUCHQUE, QUE_CLOSED, EMPTYJOB, NOCMKRNL … on failure. */
  submitJob(submission: JobSubmission, caller: Caller): Promise<JobReceipt>;
  /** STOP/QUEUE/ENTRY and /ABORT end an executing job, mail is retained on error then; with `requeue` it goes back to the queue, or into another. */
  stopJob(entry: number, how: StopJob, caller: Caller): Promise<void>;
  /** SET RESTART_VALUE of an executing job: what it finds in BATCH$RESTART when it has to begin again. */
  setRestartValue(entry: number, value: string, caller: Caller): Promise<void>;
  /** SYNCHRONIZE: the condition value the job ends with. JBC JOBQUEDIS when the queue manager stops before. */
  awaitJob(entry: number, caller: Caller): Promise<number>;

  /** START MAIL, STOP MAIL: all SMTP queues of the node. */
  startMail(caller: Caller): Promise<void>;
  stopMail(caller: Caller): Promise<void>;
  /**
   * One stretch of the queue, behind `afterEntry` of the selection, in one transaction: the queue may be long, and mail arrives
   * meanwhile. What the caller may not change is left out. With a destination, `delete` takes off only the recipients there.
   */
  changeMail(selection: MailSelection, change: MailChange, caller: Caller): Promise<MailChanged>;
  /** SEND MAIL: try now what waits (holding only when named). Returns the number of entries. */
  sendMail(selection: MailSelection, caller: Caller): Promise<number>;

  /** The text of mail in the queue, for its owner and for operators. JBC NOSUCHENT, NOPRIV; RMS FNF where it is gone. */
  mailText(entry: number, caller: Caller): Promise<MessageText>;

  /** ANALYZE MAIL: changes nothing. Needs SYSNAM, SYSPRV or BYPASS. */
  analyzeMail(caller: Caller): Promise<MailAnalysis>;
  /**
   * Records of no entry go, entries in nobody's hands come back, and those that are named; what is counted is counted anew.
   * Indexes are rebuilt where asked for. Needs what `analyzeMail` needs.
   */
  repairMail(how: HowToRepair, caller: Caller): Promise<MailRepair>;
  /** Removes a text that has no entry; false when it has one by now. */
  removeOrphan(spoolId: string, caller: Caller): Promise<boolean>;

  /** A symbiont process takes up the execution queues of the node. `capacity`: entries it wants in hand at most. */
  registerSymbiont(symbiont: SymbiontPort, capacity: number): Promise<SymbiontRegistration>;
}
