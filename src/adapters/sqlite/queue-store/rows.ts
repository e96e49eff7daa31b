/** Rows of QMAN$MASTER.DAT and the entries they stand for. */
import { type BatchJob, plainJob } from '../../../ports/batch.ts';
import type { EnvelopeRequests, RecipientRequests } from '../../../ports/delivery-requests.ts';
import type { MessageText } from '../../../ports/message-text.ts';
import type { JobState, RecipientInfo, RecipientState } from '../../../ports/queue-manager.ts';
import type { EntryStanding, Lease, NewEntry, StoredEntry, StoredJob } from '../../../ports/queue-store.ts';

/** A state is stored as its place here: partial indexes compare numbers. The order is part of the file format. */
export const jobStates = [
  'pending',
  'executing',
  'holding',
  'holdingUntil',
  'retainedOnError',
  'aborting',
  'retainedOnCompletion',
] as const satisfies readonly JobState[];
/** The states of batch jobs are counted from here: what is said of the states of mail never means a job. */
export const JOB_STATES = 16;
export const stateNumber = (state: JobState, kind: 'mail' | 'batch' = 'mail'): number =>
  jobStates.indexOf(state) + (kind === 'batch' ? JOB_STATES : 0);

export interface EntryRow {
  readonly entry: number;
  readonly entry_id: string;
  readonly queue: string;
  readonly job_name: string;
  readonly user_name: string;
  readonly source: string | null;
  readonly reverse_path: string;
  readonly body: '7BIT' | '8BITMIME' | null;
  readonly smtp_utf8: number | null;
  readonly submitted_at: number;
  readonly size_bytes: number;
  readonly spool_id: string | null;
  readonly state: number;
  readonly priority: number;
  readonly after_time: number | null;
  readonly held_by: string | null;
  readonly error_text: string | null;
  readonly lease_owner: string | null;
  readonly lease_until: number | null;
  readonly return_to: NonNullable<StoredEntry['returnTo']> | null;
  readonly symbiont_deaths: number;
  readonly attempt: number;
  readonly requests: string | null;
  readonly text_from: number | null;
}

/** What INSERT INTO entries is given, in the order of the columns. */
export const newEntryValues = (entry: NewEntry): unknown[] => [
  entry.entry,
  entry.entryId,
  entry.queueName,
  entry.jobName,
  entry.userName,
  entry.source ?? null,
  entry.reversePath,
  entry.body ?? null,
  entry.smtpUtf8 === undefined ? null : Number(entry.smtpUtf8),
  entry.submittedAt,
  entry.sizeBytes,
  entry.text.kind === 'file' ? entry.text.spoolId : null,
  entry.requests === undefined ? null : JSON.stringify(entry.requests),
  entry.text.kind === 'file' ? (entry.text.beginning?.from ?? null) : null,
  ...standingValues(entry),
  JSON.stringify(entry.forwardPaths),
];

/** The same for a batch job, which has no envelope and no text. */
export const newJobValues = (job: StoredJob): unknown[] => [
  job.entry,
  job.entryId,
  job.queueName,
  job.jobName,
  job.userName,
  null,
  '',
  null,
  null,
  job.submittedAt,
  job.sizeBytes,
  null,
  null,
  null,
  ...standingValues(job, 'batch'),
  '[]',
];

/** As the column `recipient` has it, whose numbers are those of recipients: `12` is a name of an alias, too. */
export const procedureKey = (name: string): string => `P ${name}`;

/** The row of `texts`: all of a text, or how it begins where its file begins otherwise. */
export const bytesOfText = (text: MessageText): Uint8Array | undefined =>
  text.kind === 'inline' ? text.bytes : text.beginning?.head;

export type TextRow = Pick<EntryRow, 'spool_id' | 'size_bytes' | 'text_from'> & {
  readonly text: Buffer | null;
};

/** Undefined where it is gone, or how it begins: the file alone would be what nobody has accepted. */
export function textOf({ spool_id, size_bytes, text_from, text }: TextRow): MessageText | undefined {
  if (spool_id === null) return text === null ? undefined : { kind: 'inline', bytes: text };
  const file = { kind: 'file', spoolId: spool_id, sizeBytes: size_bytes } as const;
  if (text_from === null) return file;
  return text === null ? undefined : { ...file, beginning: { head: text, from: text_from } };
}

/** The columns `state` … `attempt`. */
export const standingValues = (standing: EntryStanding, kind: 'mail' | 'batch' = 'mail'): unknown[] => [
  stateNumber(standing.state, kind),
  standing.priority,
  standing.after ?? null,
  standing.heldBy ?? null,
  standing.errorText ?? null,
  standing.lease?.owner ?? null,
  standing.lease?.until ?? null,
  standing.returnTo ?? null,
  standing.symbiontDeaths,
  standing.attempt,
];

/**
 * What cannot be read is kept for whoever mends it, and keeps nothing else from running: it is retained on error.
 * @param job  the row of `batch_jobs`, of a batch job
 */
export const storedEntry = (row: EntryRow, job?: string): StoredEntry => {
  const stored = readEntry(row);
  if (row.state < JOB_STATES) return stored;
  const batch = parsed<BatchJob>(job);
  return batch === undefined
    ? { ...stored, state: 'retainedOnError', lease: undefined, batch: lostJob }
    : { ...stored, batch };
};

const lostJob: BatchJob = { ...plainJob, note: 'what it is to do is gone' };

/** undefined: it is no JSON. */
function parsed<T>(text: string | undefined): T | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

const readEntry = (row: EntryRow): StoredEntry => ({
  entry: row.entry,
  entryId: row.entry_id,
  queueName: row.queue,
  jobName: row.job_name,
  userName: row.user_name,
  source: row.source ?? undefined,
  reversePath: row.reverse_path,
  body: row.body ?? undefined,
  smtpUtf8: row.smtp_utf8 === null ? undefined : row.smtp_utf8 === 1,
  submittedAt: row.submitted_at,
  sizeBytes: row.size_bytes,
  spoolId: row.spool_id ?? undefined,
  requests: row.requests === null ? undefined : parsed<EnvelopeRequests>(row.requests),
  state: jobStates[row.state % JOB_STATES] ?? 'retainedOnError',
  priority: row.priority,
  after: row.after_time ?? undefined,
  heldBy: row.held_by ?? undefined,
  errorText: row.error_text ?? undefined,
  lease: storedLease(row),
  returnTo: row.return_to ?? undefined,
  symbiontDeaths: row.symbiont_deaths,
  attempt: row.attempt,
});

const storedLease = (row: EntryRow): Lease | undefined =>
  row.lease_owner === null
    ? undefined
    : { owner: row.lease_owner, until: row.lease_until ?? 0, attempt: row.attempt };

export interface RecipientRow {
  readonly recipient: number;
  readonly forward_path: string;
  readonly state: RecipientState;
  readonly attempts: number;
  readonly last_reply: string | null;
  readonly next_attempt: number | null;
  readonly requests: string | null;
  readonly delay_told: number | null;
}

/**
 * The recipients as submitted, overlaid with what became of them. None where it cannot be read who they are.
 * @param requests  of the entry
 */
export function mergedRecipients(
  forwardPaths: string,
  rows: readonly RecipientRow[],
  requests: string | null,
): RecipientInfo[] {
  const submitted = parsed<readonly string[]>(forwardPaths);
  if (!Array.isArray(submitted)) return [];
  const asked = requests === null ? undefined : parsed<EnvelopeRequests>(requests)?.recipients;
  const recipients: RecipientInfo[] = submitted.map((forwardPath: string, index) => ({
    index,
    forwardPath,
    state: 'unsent',
    attempts: 0,
    ...(asked?.[index] === undefined ? {} : { requests: asked[index] }),
  }));
  for (const row of rows) {
    recipients[row.recipient] = {
      index: row.recipient,
      forwardPath: row.forward_path,
      state: row.state,
      attempts: row.attempts,
      ...(row.last_reply === null ? {} : { lastReply: row.last_reply }),
      ...(row.next_attempt === null ? {} : { nextAttempt: row.next_attempt }),
      ...requestsOf(row),
      ...(row.delay_told === null ? {} : { isDelayTold: true }),
    };
  }
  // One whose record is gone leaves its place to nobody.
  return Array.from(recipients, (each, index) => each ?? lostRecipient(index));
}

function requestsOf({ requests: text }: RecipientRow): Pick<RecipientInfo, 'requests'> {
  const requests = text === null ? undefined : parsed<RecipientRequests>(text);
  return requests === undefined ? {} : { requests };
}

const lostRecipient = (index: number): RecipientInfo => ({
  index,
  forwardPath: '',
  state: 'failed',
  attempts: 0,
  lastReply: 'this recipient is missing',
});
