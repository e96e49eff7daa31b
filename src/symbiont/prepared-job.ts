/** An assignment made ready: header read, hops counted, every recipient sent on its way. */
import { type Destination, endKey, type ProcedureAlias } from '../mail/routing/index.ts';
import { readHeaderBlock } from '../mime/header-block.ts';
import type { MailDelivery } from '../ports/local-delivery.ts';
import { fileSizeBytes, type MessageText, type Spool, textDamage } from '../ports/message-text.ts';
import type { Assignment } from '../ports/queue-manager.ts';
import { destinationOf, isEnd } from './destination-of.ts';
import { deliveryKey, type Job, type JobRecipient, timeOf, triedAgain } from './job.ts';
import { nextLocalAttempt } from './retry-schedule.ts';
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
  deps: {
    readonly settings: SymbiontSettings;
    readonly spool: Spool;
    readonly delivery: Pick<MailDelivery, 'knownDeliveryKeys'>;
    readonly resolve: (forwardPath: string) => Promise<Destination>;
    readonly now: number;
  },
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
  const expansions: { readonly recipient: JobRecipient; readonly into: Expansion }[] = [];
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
      case 'broken': {
        // It cannot be known now where it leads.
        const attempt = { attemptsBefore: recipient.attempts, ...timeOf(job, now) };
        const at = nextLocalAttempt(attempt, settings);
        job.ends.set(recipient.index, triedAgain(job, at, `451 4.3.0 ${destination.reason}`));
      }
    }
  }
  for (const { recipient, into } of expansions)
    await expand(job, recipient, await withoutReached(into, named, assignment, deps), deps.spool);
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
type Expansion = Extract<Destination, { kind: 'expanded' }>;

/**
 * Whom the sender has named beside a list that he is on reads the message once, however the list writes his address. So does who has it
 * by an earlier attempt: in this entry his delivery key sees to that, but the copy for a list with an owner is another entry.
 */
async function withoutReached(
  into: Expansion,
  named: ReadonlySet<string>,
  assignment: Assignment,
  { resolve, delivery }: Pick<Parameters<typeof prepareJob>[1], 'resolve' | 'delivery'>,
): Promise<Expansion> {
  const mayHaveIt = into.owner !== undefined && assignment.others !== undefined;
  if (named.size === 0 && !mayHaveIt) return into;
  const members: { readonly forwardPath: string; readonly key: string | undefined }[] = [];
  for (const forwardPath of into.forwardPaths) {
    const end = await destinationOf(forwardPath, resolve);
    if (isEnd(end) && named.has(endKey(end, forwardPath))) continue;
    members.push({
      forwardPath,
      key: mayHaveIt && end.kind === 'mailbox' ? deliveryKey(assignment, end) : undefined,
    });
  }
  const keys = members.flatMap(({ key }) => key ?? []);
  const known = keys.length === 0 ? new Set<string>() : await delivery.knownDeliveryKeys(keys);
  return {
    ...into,
    forwardPaths: members
      .filter(({ key }) => key === undefined || !known.has(key))
      .map(({ forwardPath }) => forwardPath),
  };
}

/**
 * Members take the place of their list; those of a list with an owner get an entry of their own, whose sender he is. What has no
 * sender keeps none: returned mail is never answered. Source: RFC 5321 §3.9.2.
 */
async function expand(
  job: Job,
  { index }: JobRecipient,
  { forwardPaths, owner }: Expansion,
  spool: Spool,
): Promise<void> {
  const { reversePath, text, userName, body, smtpUtf8 } = job.assignment;
  if (forwardPaths.length === 0) {
    job.ends.set(index, { outcome: { kind: 'delivered' }, isList: true });
    return;
  }
  if (owner === undefined || reversePath === '') {
    job.ends.set(index, { outcome: { kind: 'expanded', forwardPaths } });
    return;
  }
  const envelope = {
    reversePath: owner,
    forwardPaths,
    ...(body === undefined ? {} : { body }),
    ...(smtpUtf8 === undefined ? {} : { smtpUtf8 }),
  };
  job.listCopies.push({ envelope, text: await copyOf(text, spool), userName });
  job.ends.set(index, { outcome: { kind: 'delivered' }, isList: true });
}

/** The text of an entry goes with it. */
async function copyOf(text: MessageText, spool: Spool): Promise<MessageText> {
  if (text.kind === 'inline') return text;
  const { beginning: _, ...copy } = text;
  const writer = spool.create();
  try {
    for await (const chunk of spool.read(text)) await writer.write(chunk);
    return { ...copy, spoolId: await writer.commit() };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

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
