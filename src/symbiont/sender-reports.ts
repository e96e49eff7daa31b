/**
 * The reports a finished job owes its sender, as new entries. None about what has no sender: it is noted and ends.
 * Source: tcpip-smtp.md §5.8; RFC 3461 §5.2, RFC 3834 §2, RFC 5321 §6.1.
 */
import type { RecipientRequests } from '../ports/delivery-requests.ts';
import type { Log } from '../ports/log.ts';
import type { Spool } from '../ports/message-text.ts';
import { OPCOM_USER, type OperatorCommunication } from '../ports/operator-communication.ts';
import type { Submission } from '../ports/queue-manager.ts';
import {
  deliveryReport,
  type ReportAction,
  type ReportedRecipient,
  type ReportKind,
} from './bounce/delivery-report.ts';
import { type Job, type JobRecipient, type RecipientEnd, waitingSince } from './job.ts';

/** Account that reports come from unless POSTMASTER_ALIAS names another. */
const DEFAULT_POSTMASTER = 'TCPIP$SMTP';
const PROCESS_NAME = 'TCPIP$SMTP_SYMBIONT';

export interface SenderReports {
  readonly reports: readonly Submission[];
  /** Why others could not be written now, by what they are about. Reports of successes come once or never: no attempt follows. */
  readonly unwritten: ReadonlyMap<ReportKind, unknown>;
}

/** Delays that are told are marked in the ends of the job. */
export async function senderReports(
  job: Job,
  deps: {
    readonly spool: Spool;
    readonly hostName: string;
    readonly now: () => number;
    readonly uniqueId: () => string;
    readonly log: Log;
    readonly opcom: OperatorCommunication;
  },
): Promise<SenderReports> {
  const { assignment, ends } = job;
  const now = deps.now();
  const recipients: Record<ReportKind, ReportedRecipient[]> = { failed: [], delayed: [], succeeded: [] };
  const told: number[] = [];
  const sent: string[] = [];
  const failures: ReportedRecipient[] = [];
  for (const recipient of assignment.recipients) {
    const end = ends.get(recipient.index);
    const action = end === undefined ? undefined : actionOf(end, recipient, job, now);
    if (end?.outcome.kind === 'delivered' || end?.outcome.kind === 'relayed')
      sent.push(recipient.forwardPath);
    if (end === undefined || action === undefined) continue;
    const reported = reportedRecipient(recipient, end, action);
    if (action === 'failed') failures.push(reported);
    if (!isWanted(action, recipient.requests, isTraced(job))) continue;
    recipients[kindOf(action)].push(reported);
    if (action === 'delayed') told.push(recipient.index);
  }
  // RFC 5321 §6.1: a null reverse-path never gets an answer.
  if (assignment.reversePath === '') {
    noteLost(job, failures, deps);
    return { reports: [], unwritten: new Map() };
  }
  const reports: Submission[] = [];
  const unwritten = new Map<ReportKind, unknown>();
  for (const kind of ['failed', 'delayed', 'succeeded'] as const) {
    if (recipients[kind].length === 0) continue;
    const report = {
      kind,
      assignment,
      recipients: recipients[kind],
      sent: kind === 'failed' ? sent : [],
      headerSizeBytes: job.header.sizeBytes,
      hostName: deps.hostName,
      postmaster: job.settings.postmasterAlias ?? DEFAULT_POSTMASTER,
      now,
      ...(kind === 'delayed'
        ? { retriedUntil: waitingSince(assignment, now) + job.settings.maximumIntervalMs }
        : {}),
      uniqueId: deps.uniqueId(),
    };
    try {
      reports.push(await deliveryReport(report, deps.spool));
    } catch (error) {
      unwritten.set(kind, error);
    }
  }
  for (const index of unwritten.has('delayed') ? [] : told) {
    const end = ends.get(index);
    if (end?.outcome.kind === 'retry' || end?.outcome.kind === 'wait')
      ends.set(index, { ...end, outcome: { ...end.outcome, isDelayTold: true } });
  }
  return { reports, unwritten };
}

/** undefined: nothing that anybody is told. */
function actionOf(
  { outcome, isReportedByOthers, isList }: RecipientEnd,
  recipient: JobRecipient,
  { assignment, settings }: Job,
  now: number,
): ReportAction | undefined {
  switch (outcome.kind) {
    case 'returned':
      return 'failed';
    case 'wait':
    case 'retry': {
      // Mail for a destination that somebody closed waits for him.
      if (outcome.reply === undefined) return undefined;
      const by = assignment.requests?.deliverBy;
      // RFC 2852 §4.1.4: whoever wanted it there by now hears that it is not, whatever is usual.
      const isLate =
        (settings.delayWarningMs > 0 && now - waitingSince(assignment, now) >= settings.delayWarningMs) ||
        (by !== undefined && now >= by.at);
      return isLate && recipient.isDelayTold === undefined ? 'delayed' : undefined;
    }
    case 'delivered':
      return isList === true ? 'expanded' : 'delivered';
    case 'relayed':
      // RFC 3461 §5.2.1: the next host has taken over what was asked.
      return isReportedByOthers === true && !isTraced({ assignment }) ? undefined : 'relayed';
    case 'expanded':
      // RFC 3461 §5.2.7.3; a single address in its place reports for itself.
      return outcome.forwardPaths.length > 1 ? 'expanded' : undefined;
  }
}

const kindOf = (action: ReportAction): ReportKind =>
  action === 'failed' || action === 'delayed' ? action : 'succeeded';

/** RFC 2852 §4.1.3: each host says when it has handed the message on. */
const isTraced = ({ assignment }: Pick<Job, 'assignment'>): boolean =>
  assignment.requests?.deliverBy?.trace === true;

/** RFC 3461 §4.1: without NOTIFY failures and delays are told, successes are not. */
function isWanted(action: ReportAction, requests: RecipientRequests | undefined, traced: boolean): boolean {
  const notify = requests?.notify;
  switch (kindOf(action)) {
    case 'failed':
      return notify === undefined || notify.includes('FAILURE');
    case 'delayed':
      return notify === undefined || notify.includes('DELAY');
    case 'succeeded':
      return (
        notify?.includes('SUCCESS') === true || (traced && action === 'relayed' && !notify?.includes('NEVER'))
      );
  }
}

const reportedRecipient = (
  { forwardPath, requests }: JobRecipient,
  { outcome, host, hasExpired }: RecipientEnd,
  action: ReportAction,
): ReportedRecipient => ({
  forwardPath,
  action,
  reply: 'reply' in outcome ? outcome.reply : undefined,
  host: host ?? ('host' in outcome ? outcome.host : undefined),
  hasExpired: hasExpired === true,
  originalRecipient: requests?.originalRecipient,
});

function noteLost(
  { assignment }: Job,
  failures: readonly ReportedRecipient[],
  { opcom, log }: { readonly opcom: OperatorCommunication; readonly log: Log },
): void {
  if (failures.length === 0) return;
  const names = failures.map((each) => `<${each.forwardPath}>`).join(', ');
  const what = assignment.userName === OPCOM_USER ? 'Alarm' : 'Bounce';
  const text = `${what} ${assignment.jobName} undeliverable to ${names}: ${failures[0]?.reply}`;
  opcom.operatorMessage('NETWORK', PROCESS_NAME, text);
  log.warn({ entry: assignment.entry, jobName: assignment.jobName }, text);
}
