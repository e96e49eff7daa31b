/** The bounce of a finished job, if one is due. No bounce of a bounce: it is noted and ends. tcpip-smtp.md §5.8 */
import type { Log } from '../ports/log.ts';
import type { Spool } from '../ports/message-text.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import type { Submission } from '../ports/queue-manager.ts';
import { type ReturnedRecipient, returnedMessage } from './bounce/returned-message.ts';
import type { Job } from './job.ts';

/** Account that bounces come from unless POSTMASTER_ALIAS names another. */
const DEFAULT_POSTMASTER = 'TCPIP$SMTP';
const PROCESS_NAME = 'TCPIP$SMTP_SYMBIONT';

export async function returnedMail(
  job: Job,
  deps: {
    readonly spool: Spool;
    readonly hostName: string;
    readonly now: () => number;
    readonly uniqueId: () => string;
    readonly log: Log;
    readonly opcom: OperatorCommunication;
  },
): Promise<readonly Submission[]> {
  const { assignment, ends } = job;
  const returned: ReturnedRecipient[] = [];
  const sent: string[] = [];
  for (const { index, forwardPath } of assignment.recipients) {
    const end = ends.get(index);
    if (end?.outcome.kind === 'returned') {
      const { reply } = end.outcome;
      returned.push({ forwardPath, reply, host: end.host, hasExpired: end.hasExpired === true });
    } else if (end?.outcome.kind === 'delivered' || end?.outcome.kind === 'relayed') sent.push(forwardPath);
  }
  if (returned.length === 0) return [];
  // RFC 5321 §6.1: a null reverse-path never gets an answer.
  if (assignment.reversePath === '') {
    const names = returned.map((each) => `<${each.forwardPath}>`).join(', ');
    const text = `Bounce ${assignment.jobName} undeliverable to ${names}: ${returned[0]?.reply}`;
    deps.opcom.operatorMessage('NETWORK', PROCESS_NAME, text);
    deps.log.warn({ entry: assignment.entry, jobName: assignment.jobName }, text);
    return [];
  }
  return [
    await returnedMessage(
      {
        assignment,
        returned,
        sent,
        headerSizeBytes: job.header.sizeBytes,
        hostName: deps.hostName,
        postmaster: job.settings.postmasterAlias ?? DEFAULT_POSTMASTER,
        now: deps.now(),
        uniqueId: deps.uniqueId(),
      },
      deps.spool,
    ),
  ];
}
