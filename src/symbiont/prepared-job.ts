/** An assignment made ready: header read, hops counted, every recipient sent on its way. */
import { endKey, type ProcedureAlias } from '../mail/routing/index.ts';
import { readHeaderBlock } from '../mime/header-block.ts';
import { fileSizeBytes, type MessageText, type Spool, textDamage } from '../ports/message-text.ts';
import type { Assignment } from '../ports/queue-manager.ts';
import { destinationOf, isEnd } from './destination-of.ts';
import { type Expansion, type ExpansionDependencies, expandAll, unknownNow } from './expansions.ts';
import type { Job, JobRecipient } from './job.ts';
import type { SymbiontSettings } from './settings.ts';

export interface PreparedJob {
  readonly job: Job;
  /** A mailbox named twice in one entry gets one copy, in each folder that is named. */
  readonly mailboxes: readonly PreparedMailbox[];
  readonly procedures: readonly PreparedProcedure[];
  /** By domain and gateway. */
  readonly remote: readonly RemoteGroup[];
}

export interface PreparedMailbox {
  readonly userName: string;
  readonly folder: string | undefined;
  readonly recipients: readonly JobRecipient[];
}

/** Named twice in one entry it gets one job. */
export interface PreparedProcedure {
  readonly alias: ProcedureAlias;
  readonly recipients: readonly JobRecipient[];
}

export interface RemoteGroup {
  readonly domain: string;
  readonly gateway: string | undefined;
  readonly recipients: readonly { readonly recipient: JobRecipient; readonly forwardPath: string }[];
}

/**
 * Rejects for a text that is no longer what was accepted: what is left of it goes to nobody.
 * @param resolve  answers for equal paths may be shared within a batch; rejects while a store is broken
 */
export async function prepareJob(
  assignment: Assignment,
  deps: ExpansionDependencies & { readonly settings: SymbiontSettings },
): Promise<PreparedJob> {
  const { settings, now } = deps;
  await checkText(assignment.text, deps.spool);
  const header = await readHeaderBlock(assignment.text, deps.spool);
  const job: Job = {
    assignment,
    settings,
    header,
    ends: new Map(),
    parts: 0,
    isRecalled: false,
    abort: new AbortController(),
    listCopies: [],
    deliveryKeys: [],
  };
  const mailboxes = new Map<string, Named<{ userName: string; folder: string | undefined }>>();
  const procedures = new Map<string, Named<{ alias: ProcedureAlias }>>();
  const groups = new Map<string, { domain: string; gateway: string | undefined; recipients: Located[] }>();
  const expansions: Expansion[] = [];
  /** Ends that recipients lead to without a list or an alias of several. */
  const named = new Set<string>();
  if (header.hops > settings.hopCountMaximum) {
    // tcpip-smtp.md §2.3. RFC 5321 §6.3: the sender is told, the loop ends.
    return returned(
      job,
      `554 5.4.6 hop count exceeded (${header.hops} Received: headers, ${settings.hopCountMaximum} allowed)`,
    );
  }
  if (assignment.returning?.afterAttempt === false)
    return returned(job, `554 5.0.0 returned to its sender by ${assignment.returning.by}`);
  const by = assignment.requests?.deliverBy;
  // RFC 2852 §4.1.4: not delivered any more once its time is over.
  if (by?.mode === 'R' && now >= by.at) return returned(job, '554 5.4.7 delivery time expired');
  for (const recipient of assignment.recipients) {
    const destination = await destinationOf(recipient.forwardPath, deps.resolve);
    const end = isEnd(destination) ? endKey(destination, recipient.forwardPath) : '';
    if (end !== '') named.add(end);
    switch (destination.kind) {
      case 'mailbox': {
        const { userName, folder } = destination;
        addTo(mailboxes, end, { userName, folder }, recipient);
        break;
      }
      case 'procedure':
        addTo(procedures, end, { alias: destination.alias }, recipient);
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
        expansions.push({ recipient, into: destination });
        break;
      case 'failed':
        job.ends.set(recipient.index, { outcome: { kind: 'returned', reply: destination.reply } });
        break;
      case 'broken':
        job.ends.set(recipient.index, unknownNow(job, recipient, destination.reason, now));
    }
  }
  await expandAll(job, expansions, named, deps);
  return {
    job,
    mailboxes: [...mailboxes.values()],
    procedures: [...procedures.values()],
    remote: [...groups.values()],
  };
}

/** Whoever has just written it knows it. */
async function checkText(text: MessageText, spool: Spool): Promise<void> {
  if (text.kind === 'inline' || text.known !== undefined) return;
  const damage = textDamage(await spool.sizeBytes(text.spoolId), fileSizeBytes(text));
  if (damage !== undefined) throw new Error(damage);
}

/** Nothing is tried: all of it goes back. */
function returned(job: Job, reply: string): PreparedJob {
  for (const { index } of job.assignment.recipients)
    job.ends.set(index, { outcome: { kind: 'returned', reply } });
  return { job, mailboxes: [], procedures: [], remote: [] };
}

type Located = RemoteGroup['recipients'][number];
type Named<T> = T & { readonly recipients: JobRecipient[] };

function addTo<T extends object>(
  named: Map<string, Named<T>>,
  key: string,
  what: T,
  recipient: JobRecipient,
): void {
  const known = named.get(key);
  if (known === undefined) named.set(key, { ...what, recipients: [recipient] });
  else known.recipients.push(recipient);
}
