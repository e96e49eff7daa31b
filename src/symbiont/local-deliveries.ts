/** The local copies of a batch: one call of MAIL, one transaction of its database. Source: DESIGN §5. */
import type { LocalDelivery, LocalDeliveryResult, MailDelivery } from '../ports/local-delivery.ts';
import type { Log } from '../ports/log.ts';
import { deliveryKey, type Job, type JobRecipient, timeOf, triedAgain } from './job.ts';
import { localCopy } from './local-copy.ts';
import type { PreparedJob } from './prepared-job.ts';
import { nextAttempt, nextLocalAttempt } from './retry-schedule.ts';

interface PlannedCopy {
  readonly job: Job;
  readonly recipients: readonly JobRecipient[];
  readonly delivery: LocalDelivery;
}

/** Delivers what the jobs have for mailboxes and enters the outcomes in them. Rejects for nothing. */
export async function deliverLocally(
  prepared: readonly PreparedJob[],
  deps: {
    readonly delivery: Pick<MailDelivery, 'deliver'>;
    readonly log: Log;
    readonly now: () => number;
    readonly hostName: string;
    readonly isLocalDomain: (domain: string) => Promise<boolean>;
  },
): Promise<void> {
  const planned: PlannedCopy[] = [];
  for (const each of prepared) {
    if (each.mailboxes.length > 0) await plan(each, planned, deps);
  }
  if (planned.length === 0) return;
  const results = await deliverAll(planned, deps);
  for (const [position, copy] of planned.entries()) enter(copy, results[position], deps.now());
}

async function plan(
  { job, mailboxes }: PreparedJob,
  planned: PlannedCopy[],
  deps: Pick<Parameters<typeof deliverLocally>[1], 'now' | 'hostName' | 'isLocalDomain'>,
): Promise<void> {
  const { assignment, header, settings } = job;
  try {
    const copy = await localCopy({
      header,
      text: assignment.text,
      reversePath: assignment.reversePath,
      inboundNoXvms: settings.inboundNoXvms === true,
      jacketed: settings.jacketLocal ? { hostName: deps.hostName, isLocal: deps.isLocalDomain } : undefined,
    });
    const quarantine = quarantineOf(job);
    for (const { userName, folder, recipients } of mailboxes) {
      const receivedAt = deps.now();
      const place = folder === undefined ? { userName, ...quarantine } : { userName, folder };
      const key = deliveryKey(assignment, { userName, folder });
      const delivery = { ...copy, ...place, deliveryKey: key, format: 'rfc5322', receivedAt } as const;
      planned.push({ job, recipients, delivery });
    }
  } catch (error) {
    for (const { recipients } of mailboxes) {
      enterResult(job, recipients, { kind: 'retry', reason: reasonOf(error) }, deps.now());
    }
  }
}

/**
 * The receiver has found it suspicious. Only the folder of the manager's choice: its own word for it is all that the field can
 * say. src/receiver/inspection.ts
 */
function quarantineOf({ header, settings }: Job): Pick<LocalDelivery, 'folder' | 'makesFolder'> {
  const folder = header.first('x-vms-folder');
  return folder !== undefined && folder === settings.quarantineFolder ? { folder, makesFolder: true } : {};
}

async function deliverAll(
  planned: readonly PlannedCopy[],
  deps: { readonly delivery: Pick<MailDelivery, 'deliver'>; readonly log: Log },
): Promise<readonly LocalDeliveryResult[]> {
  try {
    return await deps.delivery.deliver(planned.map((each) => each.delivery));
  } catch (error) {
    deps.log.error({ err: error }, 'local delivery of a batch failed');
    return planned.map(() => ({ kind: 'retry', reason: reasonOf(error) }));
  }
}

function enter(
  { job, recipients, delivery }: PlannedCopy,
  result: LocalDeliveryResult | undefined,
  now: number,
): void {
  if (result?.kind === 'delivered') job.deliveryKeys.push(delivery.deliveryKey);
  enterResult(job, recipients, result ?? { kind: 'retry', reason: 'MAIL did not answer' }, now);
}

function enterResult(
  job: Job,
  recipients: readonly JobRecipient[],
  result: LocalDeliveryResult,
  now: number,
): void {
  for (const recipient of recipients) {
    switch (result.kind) {
      case 'delivered':
        job.ends.set(recipient.index, { outcome: { kind: 'delivered' } });
        break;
      case 'failed':
        job.ends.set(recipient.index, { outcome: { kind: 'returned', reply: result.reason } });
        break;
      case 'tooLarge':
        // As RCPT says it to whoever declares the size. RFC 3463 §3.3: longer than the mailbox takes.
        job.ends.set(recipient.index, { outcome: { kind: 'returned', reply: `552 5.2.3 ${result.reason}` } });
        break;
      case 'full': {
        // He has to make room first: as often as a host that is down. RFC 3463 §3.3: mailbox full.
        const at = nextAttempt(attemptOf(job, recipient, now), job.settings);
        job.ends.set(recipient.index, triedAgain(job, at, `452 4.2.2 ${result.reason}`));
        break;
      }
      case 'retry': {
        const at = nextLocalAttempt(attemptOf(job, recipient, now), job.settings);
        job.ends.set(recipient.index, triedAgain(job, at, `451 4.3.0 ${result.reason}`));
      }
    }
  }
}

const attemptOf = (job: Job, { attempts }: JobRecipient, now: number) => ({
  attemptsBefore: attempts,
  ...timeOf(job, now),
});

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
