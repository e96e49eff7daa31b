/** The remote part of a job: one transaction per domain on a stream of its own, outcomes entered in the job. */
import { isAscii } from 'node:buffer';
import { without } from '../mime/header-fields.ts';
import type { RecipientRequests } from '../ports/delivery-requests.ts';
import { type MessageText, type Spool, textSizeBytes } from '../ports/message-text.ts';
import { toXtext } from '../smtp/delivery-requests.ts';
import { type Job, type JobRecipient, type RecipientEnd, timeOf, triedAgain } from './job.ts';
import type { RemoteGroup } from './prepared-job.ts';
import type { ConnectionPool } from './remote/connection-pool.ts';
import type { RecentFailures } from './remote/recent-failures.ts';
import { deliverRemote, type RemoteOutcome, type RemoteRequest } from './remote/remote-delivery.ts';
import type { Routes } from './remote/routes.ts';
import type { DestinationDown, Streams } from './remote/streams.ts';
import { nextAttempt } from './retry-schedule.ts';
import type { SessionCounts } from './tls-reports/index.ts';

export type LeavingMessage = RemoteRequest['message'];

export interface RemoteDependencies {
  readonly pool: ConnectionPool;
  readonly routes: Routes;
  readonly streams: Streams;
  readonly unreachable: RecentFailures;
  readonly tlsSessions: SessionCounts | undefined;
  readonly spool: Spool;
  readonly now: () => number;
  readonly log: (line: string) => void;
  /** The message as it leaves: with signatures, for instance. */
  readonly leaving: (job: Job, message: LeavingMessage, domain: string) => Promise<LeavingMessage>;
}

/** Calls `done` once, when each recipient of the group has an end or was recalled. */
export function deliverGroup(job: Job, group: RemoteGroup, deps: RemoteDependencies, done: () => void): void {
  const enter = (position: number, outcome: RemoteOutcome): void => {
    const recipient = group.recipients[position]?.recipient;
    if (recipient === undefined) return;
    const end = endOf(outcome, job, recipient.attempts, deps.now());
    if (end !== undefined) job.ends.set(recipient.index, end);
  };
  const enterAll = (outcome: RemoteOutcome): void => {
    for (const position of group.recipients.keys()) enter(position, outcome);
  };

  const task = async (): Promise<string | undefined> => {
    let hostDown: string | undefined;
    try {
      if (!job.isRecalled) {
        const outcomes = await deliverRemote(
          {
            domain: group.domain,
            gateway: group.gateway,
            message: await deps.leaving(job, message(job, deps.spool), group.domain),
            forwardPaths: group.recipients.map((each) => each.forwardPath),
            recipientRequests: group.recipients.map(({ recipient }) => requestsOf(recipient)),
            // RFC 8689 §3, §4.2.2
            isTlsOptional: job.header.first('tls-required')?.toLowerCase() === 'no',
            isTlsReport: job.header.first('tls-report-domain') !== undefined,
            settings: job.settings,
            signal: job.abort.signal,
          },
          deps,
        );
        const ended = job.abort.signal.aborted ? outcomes.map(brokenOff) : outcomes;
        for (const [position, outcome] of ended.entries()) enter(position, outcome);
        const down = ended.every((each) => each.kind === 'retry' && each.isHostDown) ? ended[0] : undefined;
        if (down?.kind === 'retry') hostDown = down.reply;
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      enterAll({ kind: 'retry', reply: `451 4.3.0 ${reason}`, isHostDown: false });
    }
    done();
    return hostDown;
  };
  /** Not later than it would be tried anyhow; undefined: its time is over. */
  const latest = nextAttempt({ attemptsBefore: 1, ...timeOf(job, deps.now()) }, job.settings);
  const isLast = latest === undefined || job.assignment.returning !== undefined;
  const skip = ({ reply, until }: DestinationDown): void => {
    // While it stood in line for its last attempt, the one before it found that nobody answers.
    const end: RecipientEnd = isLast
      ? triedAgain(job, latest, reply)
      : { outcome: { kind: 'wait', at: Math.min(until, latest), reply } };
    if (!job.isRecalled) for (const { recipient } of group.recipients) job.ends.set(recipient.index, end);
    done();
  };
  // The last attempt is made, whatever is known; so is one that somebody waits for.
  const isWanted = isLast || group.recipients.some(({ recipient }) => recipient.isWanted === true);
  deps.streams.run(`${group.gateway ?? ''} ${group.domain}`, task, skip, isWanted);
}

/** We hung up, and the other host is not to blame: an operator wanted it, or the node stops. */
const brokenOff = (outcome: RemoteOutcome): RemoteOutcome =>
  outcome.kind === 'retry'
    ? { ...outcome, reply: '421 4.3.2 delivery was broken off on this side', isHostDown: false }
    : outcome;

function message(job: Job, spool: Spool): LeavingMessage {
  const { assignment, header } = job;
  const { text } = assignment;
  const returnPathBytes = header.returnPaths.reduce((sum, each) => sum + each.end - each.start, 0);
  return {
    reversePath: assignment.reversePath,
    sizeBytes: textSizeBytes(text) - returnPathBytes,
    is8bit: assignment.body === '8BITMIME' || (assignment.body === undefined && mayHaveEighthBit(text)),
    requests: assignment.requests,
    smtpUtf8: assignment.smtpUtf8 === true,
    hasUtf8Header: assignment.smtpUtf8 === true && header.hasEighthBit(),
    text: () => textWithoutReturnPath(job, spool),
  };
}

/** RFC 3461 §5.2.1: whoever is asked for a report has to know whom the sender meant. */
function requestsOf({ requests, forwardPath }: JobRecipient): RecipientRequests | undefined {
  if (requests?.notify === undefined || requests.originalRecipient !== undefined) return requests;
  return { ...requests, originalRecipient: `rfc822;${toXtext(forwardPath)}` };
}

/** Who composed a message here need not have said what is in it. A long text without the word may hold anything. */
const mayHaveEighthBit = (text: MessageText): boolean => text.kind === 'file' || !isAscii(text.bytes);

/** The peer that delivers puts its own Return-Path there. RFC 5321 §4.4; tcpip-smtp.md §6.2. */
function textWithoutReturnPath(job: Job, spool: Spool): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  const { text } = job.assignment;
  const ranges = job.header.returnPaths;
  if (text.kind === 'inline') return ranges.length === 0 ? [text.bytes] : without(text.bytes, ranges);
  return ranges.length === 0 ? spool.read(text) : withoutRanges(spool.read(text), ranges);
}

async function* withoutRanges(
  chunks: AsyncIterable<Uint8Array>,
  ranges: readonly { readonly start: number; readonly end: number }[],
): AsyncIterable<Uint8Array> {
  let position = 0;
  for await (const chunk of chunks) {
    yield* without(chunk, ranges, position);
    position += chunk.byteLength;
  }
}

function endOf(
  outcome: RemoteOutcome,
  job: Job,
  attemptsBefore: number,
  now: number,
): RecipientEnd | undefined {
  switch (outcome.kind) {
    case 'recalled':
      return undefined;
    case 'relayed':
      return {
        outcome: {
          kind: 'relayed',
          host: outcome.host,
          reply: outcome.reply,
          ...(outcome.tls === undefined ? {} : { tls: outcome.tls }),
        },
        isReportedByOthers: outcome.hasReports,
      };
    case 'returned':
      return { outcome: { kind: 'returned', reply: outcome.reply }, host: outcome.host };
    case 'retry': {
      const at = nextAttempt({ attemptsBefore, ...timeOf(job, now) }, job.settings);
      const end = triedAgain(job, at, outcome.reply);
      // An attempt that we broke off ourselves was not the last one: it is made again.
      return end.outcome.kind === 'returned' && job.abort.signal.aborted ? undefined : end;
    }
  }
}
