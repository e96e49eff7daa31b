/** An assignment made ready: header read, hops counted, every recipient sent on its way. */
import type { Destination } from '../mail/routing/index.ts';
import { readHeaderBlock } from '../mime/header-block.ts';
import type { Spool } from '../ports/message-text.ts';
import type { Assignment } from '../ports/queue-manager.ts';
import { type Job, type JobRecipient, triedAgain } from './job.ts';
import { nextLocalAttempt } from './retry-schedule.ts';
import type { SymbiontSettings } from './settings.ts';

export interface PreparedJob {
  readonly job: Job;
  /** By user name: a mailbox named twice in one entry gets one copy. */
  readonly mailboxes: ReadonlyMap<string, readonly JobRecipient[]>;
  /** By domain and gateway. */
  readonly remote: readonly RemoteGroup[];
}

export interface RemoteGroup {
  readonly domain: string;
  readonly gateway: string | undefined;
  readonly recipients: readonly { readonly recipient: JobRecipient; readonly forwardPath: string }[];
}

/** @param resolve  answers for equal paths may be shared within a batch; rejects while a store is broken */
export async function prepareJob(
  assignment: Assignment,
  deps: {
    readonly settings: SymbiontSettings;
    readonly spool: Spool;
    readonly resolve: (forwardPath: string) => Promise<Destination>;
    readonly now: number;
  },
): Promise<PreparedJob> {
  const { settings, now } = deps;
  const header = await readHeaderBlock(assignment.text, deps.spool);
  const job: Job = {
    assignment,
    settings,
    header,
    ends: new Map(),
    parts: 0,
    isRecalled: false,
    abort: new AbortController(),
    deliveryKeys: [],
  };
  const mailboxes = new Map<string, JobRecipient[]>();
  const groups = new Map<string, { domain: string; gateway: string | undefined; recipients: Located[] }>();
  if (header.hops > settings.hopCountMaximum) {
    // tcpip-smtp.md §2.3. RFC 5321 §6.3: the sender is told, the loop ends.
    const reply = `554 5.4.6 hop count exceeded (${header.hops} Received: headers, ${settings.hopCountMaximum} allowed)`;
    for (const { index } of assignment.recipients)
      job.ends.set(index, { outcome: { kind: 'returned', reply } });
    return { job, mailboxes, remote: [] };
  }
  if (assignment.returning?.afterAttempt === false) {
    const reply = `554 5.0.0 returned to its sender by ${assignment.returning.by}`;
    for (const { index } of assignment.recipients)
      job.ends.set(index, { outcome: { kind: 'returned', reply } });
    return { job, mailboxes, remote: [] };
  }
  for (const recipient of assignment.recipients) {
    const destination = await destinationOf(recipient, deps.resolve);
    switch (destination.kind) {
      case 'mailbox':
        addTo(mailboxes, destination.userName, recipient);
        break;
      case 'remote': {
        const { domain, gateway, forwardPath } = destination;
        // What is to be returned anyhow does not wait for a closed destination to open.
        if (assignment.returning === undefined && settings.isClosed?.(domain) === true) {
          const at = now + settings.retryIntervalMs;
          job.ends.set(recipient.index, { outcome: { kind: 'wait', at } });
          break;
        }
        const key = `${domain} ${gateway ?? ''}`;
        const group = groups.get(key) ?? { domain, gateway, recipients: [] };
        groups.set(key, group);
        group.recipients.push({ recipient, forwardPath });
        break;
      }
      case 'expanded':
        job.ends.set(recipient.index, {
          outcome: { kind: 'expanded', forwardPaths: destination.forwardPaths },
        });
        break;
      case 'failed':
        job.ends.set(recipient.index, { outcome: { kind: 'returned', reply: destination.reply } });
        break;
      case 'broken': {
        const attempt = { attemptsBefore: recipient.attempts, submittedAt: assignment.submittedAt, now };
        const at = nextLocalAttempt(attempt, settings);
        const reply = `451 4.3.0 ${destination.reason}`;
        job.ends.set(recipient.index, triedAgain(job, at, reply));
      }
    }
  }
  return { job, mailboxes, remote: [...groups.values()] };
}

type Located = RemoteGroup['recipients'][number];

/** A store that does not answer now is no verdict about the recipient. */
async function destinationOf(
  recipient: JobRecipient,
  resolve: (forwardPath: string) => Promise<Destination>,
): Promise<Destination | { readonly kind: 'broken'; readonly reason: string }> {
  try {
    return await resolve(recipient.forwardPath);
  } catch (error) {
    return { kind: 'broken', reason: error instanceof Error ? error.message : String(error) };
  }
}

function addTo<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
