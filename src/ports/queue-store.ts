/**
 * What the queue manager keeps on stable storage: queues, entries, envelopes, short texts. DESIGN §4, §5.
 *
 * One process writes. Everything that one event-loop turn decided is one `commit`; entries are claimed in batches by
 * lease, never by a transaction held open while a peer talks, so that a shared database can serve several nodes later.
 * Adapters: adapters/sqlite/queue-store/, adapters/memory/queue-store.ts; contract: test/contract/queue-store/.
 * Failures: Condition RMS FUL when the device is full; anything else is an ordinary Error. After either one nothing
 * of the commit stands, and the next call may succeed.
 */
import type { BatchJob, SubmissionKey } from './batch.ts';
import type { EnvelopeRequests } from './delivery-requests.ts';
import type { MessageText } from './message-text.ts';
import type { QueueDefinitions } from './queue-definitions.ts';
import type { EntryProblem, JobState, QueueKind, QueueProperties, RecipientInfo } from './queue-manager.ts';

/** Who works on an entry, and until when. */
export interface Lease {
  /** `node/incarnation`: one start of one queue manager. */
  readonly owner: string;
  readonly until: number;
  /** 1 on the first claim, +1 on each further one. */
  readonly attempt: number;
}

/** What changes while an entry lives. */
export interface EntryStanding {
  readonly state: JobState;
  readonly priority: number;
  /** holdingUntil: that instant. holding: an /AFTER that counts again once the hold is lifted. */
  readonly after?: number | undefined;
  readonly heldBy?: string | undefined;
  readonly errorText?: string | undefined;
  /** Exactly while executing or aborting. */
  readonly lease?: Lease | undefined;
  /**
   * An operator's wish. executing: what it becomes when it comes back unfinished; default pending. `sender`, in every state:
   * it goes back to its sender, `senderAfterAttempt`: after one more attempt; `heldBy` says who wants it.
   */
  readonly returnTo?:
    | 'holding'
    | 'holdingUntil'
    | 'sender'
    | 'senderAfterAttempt'
    /** Stopped by an operator: it is kept, with the error text it has already. */
    | 'retainedOnError'
    | undefined;
  /** Symbionts that died while they held it. 0 on submission and after a release. */
  readonly symbiontDeaths: number;
  /** Claims so far, without those it came back from to be tried at once: 1 and more is mail that had to wait for an attempt. */
  readonly attempt: number;
}

export interface StoredEntry extends EntryStanding {
  readonly entry: number;
  readonly entryId: string;
  /** The generic queue it was submitted to. */
  readonly queueName: string;
  readonly jobName: string;
  readonly userName: string;
  readonly source?: string | undefined;
  readonly reversePath: string;
  readonly body?: '7BIT' | '8BITMIME' | undefined;
  readonly smtpUtf8?: boolean | undefined;
  readonly requests?: EnvelopeRequests | undefined;
  readonly submittedAt: number;
  readonly sizeBytes: number;
  /** Set where the text is a spool file. */
  readonly spoolId?: string | undefined;
  /** What a batch job carries; undefined: the entry is mail. The fields of an envelope say nothing then. */
  readonly batch?: BatchJob | undefined;
}

/** A batch job. Its entry has neither text nor recipients, and mail's claims, counts and timed releases pass over it. */
export interface StoredJob extends StoredEntry {
  readonly batch: BatchJob;
}

export interface NewEntry extends StoredEntry {
  readonly forwardPaths: readonly string[];
  readonly text: MessageText;
}

/** An entry taken up for work: with its text and all its recipients. */
export interface ClaimedEntry extends StoredEntry {
  /** It cannot be worked on, and why: its text or its recipients are gone. `text` and `recipients` say nothing then. */
  readonly damage?: string | undefined;
  readonly text: MessageText;
  readonly recipients: readonly RecipientInfo[];
}

export type StoredQueueState = 'started' | 'paused' | 'stopping' | 'resetting' | 'stopped';
export interface StoredQueue {
  readonly name: string;
  readonly kind: QueueKind;
  readonly state: StoredQueueState;
  readonly closed: boolean;
  /** Of a batch queue. */
  readonly properties?: QueueProperties | undefined;
}

export type QueueChange =
  | { readonly kind: 'add'; readonly entry: NewEntry }
  /** The entry, its text and recipients are gone. The spool file is the caller's to remove, afterwards. */
  | { readonly kind: 'remove'; readonly entry: number }
  | { readonly kind: 'stand'; readonly entry: number; readonly standing: EntryStanding }
  /** These recipients of the entry are now so; an unknown index is a new recipient. */
  | { readonly kind: 'recipients'; readonly entry: number; readonly recipients: readonly RecipientInfo[] }
  /** Entry number the next start may begin with. */
  | { readonly kind: 'nextEntry'; readonly entry: number }
  | { readonly kind: 'queue'; readonly queue: StoredQueue }
  | { readonly kind: 'removeQueue'; readonly name: string }
  | { readonly kind: 'definitions'; readonly definitions: QueueDefinitions }
  /** The key is forgotten when the entry of mail that it names is removed. */
  | { readonly kind: 'addJob'; readonly job: StoredJob; readonly submissionKey?: SubmissionKey | undefined }
  /** Standing, queue, name and everything it carries are now so. */
  | { readonly kind: 'job'; readonly job: StoredJob }
  | { readonly kind: 'removeJob'; readonly entry: number };

export interface Claim {
  /**
   * Pending entries at most, highest priority first, then the oldest submission. Those nobody had in hand yet come before those
   * that come again, which get a fourth of the places all the same.
   */
  readonly limit: number;
  /** How many of them may be ones that come again: a backlog of retries does not fill all hands. Default: all. */
  readonly retries?: number | undefined;
  /** No more is read once inline texts and forward-paths read are so many bytes; one entry is always read. */
  readonly bytes: number;
  /** How many more of those on which a symbiont has died before. */
  readonly suspects: number;
  readonly owner: string;
  readonly until: number;
}

export interface EntryQuery {
  readonly entries?: readonly number[] | undefined;
  readonly states?: readonly JobState[] | undefined;
  /** Default: both. */
  readonly kind?: 'mail' | 'batch' | undefined;
  readonly userName?: string | undefined;
  readonly jobName?: string | undefined;
  /** Mail that may have a recipient in this domain, pattern with `*` and `%`: none that has is left out, others may be there. */
  readonly destination?: string | undefined;
  /** Ascending by entry number, beginning behind this one. */
  readonly afterEntry?: number | undefined;
  readonly limit: number;
}

/** What a look into a queue of any length found in bounded time. */
export interface EntryPage {
  /** At most as many as the limit; fewer, or none, says nothing about what follows. */
  readonly entries: readonly StoredEntry[];
  /** Entry number behind which to go on; undefined: there is no more. */
  readonly last: number | undefined;
}

/** Of mail. */
export type EntryCounts = { readonly [State in JobState]: number };

/** Where the queue stands in a file of its own: what is wrong with it. Nothing at all: it is whole. */
export interface QueueFileExamination {
  /** Of the file as such, and of queues: `row 7 missing from index entries_pending`. */
  readonly problems: readonly string[];
  readonly entries: readonly EntryProblem[];
  /** Records that belong to no entry. */
  readonly strays: number;
}

/** An entry whose deletion was still to be finished. */
export type RemovedEntry = Pick<StoredEntry, 'entry' | 'submittedAt' | 'spoolId'>;

export interface QueueStore {
  /** All changes in their order, then the claim, in one transaction, durable when it resolves. */
  commit(changes: readonly QueueChange[], claim?: Claim): Promise<readonly ClaimedEntry[]>;

  /** Mail holding until `now` or earlier become pending, at most `limit`. Returns how many. */
  releaseDue(now: number, limit: number): Promise<number>;
  /** Entry number of the job that was added with this key, though it be over; undefined where none was. */
  submittedJob(key: SubmissionKey): Promise<number | undefined>;
  /** Instant of the earliest mail that holds until a time. */
  earliestRelease(): Promise<number | undefined>;
  /** Recipients that wait for their next attempt wait `byMs` less, and so does their mail; what somebody holds until a time does not. */
  bringForward(byMs: number): Promise<void>;

  /**
   * Leases of mail whose owners are gone end: those of other owners of `node` (`node/…`, an earlier start), and those of
   * anybody that ran out before `now`; `owner` keeps its own. Executing entries become what they return to, aborting
   * ones are removed; the attempt does not count. Returns the removed.
   */
  returnLeases(node: string, owner: string, now: number): Promise<readonly RemovedEntry[]>;

  /** Ascending by entry number. Reads a bounded stretch of the queue, so that nobody waits for a long one. */
  find(query: EntryQuery): Promise<EntryPage>;
  /**
   * How many entries of mail between two entry numbers, both excluded, belong to other users than this one. Reads `limit` of
   * them at most; `last` is where it stopped, undefined at the end.
   */
  countOthers(
    userName: string,
    after: number,
    before: number,
    limit: number,
  ): Promise<{ readonly count: number; readonly last: number | undefined }>;
  /** By index. Empty for an unknown entry. */
  recipients(entry: number): Promise<readonly RecipientInfo[]>;
  /** The same for many entries in one look, by entry number. An unknown entry is not there. */
  recipientsOf(entries: readonly number[]): Promise<ReadonlyMap<number, readonly RecipientInfo[]>>;
  /** Of mail; undefined for an unknown entry, and where the text is not there. */
  text(entry: number): Promise<MessageText | undefined>;
  counts(): Promise<EntryCounts>;
  /** Whether mail is pending that nobody had in hand yet. */
  hasFresh(): Promise<boolean>;

  /** What the last `nextEntry` change said; 1 at first. */
  nextEntry(): Promise<number>;
  /** The lowest entry number in use that is not below `from`. */
  entryInUse(from: number): Promise<number | undefined>;

  queues(): Promise<readonly StoredQueue[]>;
  /** What the last `definitions` change said; none at first. */
  definitions(): Promise<QueueDefinitions>;
  /** Whether an entry refers to this spool file. Found by index, in a queue of any length. */
  isSpooled(spoolId: string): Promise<boolean>;
  /** All spool files that entries refer to, with what they have to hold. */
  spooled(): Promise<
    readonly { readonly entry: number; readonly spoolId: string; readonly fileBytes: number }[]
  >;

  /**
   * Texts, recipients and batch jobs of no entry are gone, returns how many there were. Recipients in no state there is are
   * unsent again; where one is missing nobody stands, with a failure.
   */
  mendRecords(): Promise<number>;
  /** What is found by an index is what is there, again. Takes its time. */
  rebuildIndexes(): Promise<void>;
  /** Nothing is asked for at present: memory that only makes answers faster is given back. */
  releaseMemory(): void;
  close(): Promise<void>;
}
