/** Addresses whose place others take: those of lists, and of aliases of several. Source: RFC 5321 §3.9 */
import { type Destination, endKey } from '../mail/routing/index.ts';
import type { MailDelivery } from '../ports/local-delivery.ts';
import type { MessageText, Spool } from '../ports/message-text.ts';
import { destinationOf, isEnd } from './destination-of.ts';
import { deliveryKey, type Job, type JobRecipient, type RecipientEnd, timeOf, triedAgain } from './job.ts';
import { nextLocalAttempt } from './retry-schedule.ts';

export interface Expansion {
  readonly recipient: JobRecipient;
  readonly into: Extract<Destination, { kind: 'expanded' }>;
}

export interface ExpansionDependencies {
  readonly spool: Spool;
  readonly delivery: Pick<MailDelivery, 'knownDeliveryKeys'>;
  /** Answers for equal paths may be shared within a batch; rejects while a store is broken. */
  readonly resolve: (forwardPath: string) => Promise<Destination>;
  readonly now: number;
}

/**
 * Ends them all. Members take the place of their list; those of a list with an owner get an entry of their own, whose sender he is.
 * Whom the sender has named beside a list that he is on, however it writes his address, reads the message once. So does who has it
 * by an earlier attempt: in this entry his delivery key sees to that, but the copy for a list with an owner is another entry.
 * @param named  ends (endKey) that recipients lead to without a list or an alias of several
 */
export async function expandAll(
  job: Job,
  expansions: readonly Expansion[],
  named: ReadonlySet<string>,
  deps: ExpansionDependencies,
): Promise<void> {
  const { ends, assignment } = job;
  // What has no sender keeps none: returned mail is never answered. RFC 5321 §3.9.2
  const isOwned = ({ into }: Expansion): boolean => into.owner !== undefined && assignment.reversePath !== '';
  const owned = expansions.filter(isOwned);
  const reached = new Set(named);
  for (const { recipient, into } of expansions.filter((each) => !isOwned(each))) {
    if (named.size === 0 && owned.length === 0) {
      ends.set(recipient.index, replaced(into.forwardPaths));
      continue;
    }
    // Who is on two such lists is a recipient of this entry once.
    const members = (await membersOf(into.forwardPaths, deps)).filter(({ end }) => !named.has(end));
    ends.set(recipient.index, replaced(members.map(({ forwardPath }) => forwardPath)));
    for (const { end } of members) reached.add(end);
  }
  if (owned.length === 0) return;
  const { open = [], sent = [] } = assignment.others ?? {};
  for (const { end } of await membersOf(open, deps)) reached.add(end);
  // Whose forwarding has changed leads to a mailbox that has nothing: of mailboxes the delivery keys tell. Who is open is expected to
  // get it where his address leads now.
  for (const { end, mailbox } of await membersOf(sent, deps)) if (mailbox === undefined) reached.add(end);
  // A list alone, as most are: nobody can have it.
  const isAlone = owned.length === 1 && reached.size === 0 && assignment.others === undefined;
  for (const { recipient, into } of owned) {
    const members = isAlone ? into.forwardPaths.map(unseen) : await membersOf(into.forwardPaths, deps);
    ends.set(recipient.index, await copied(job, recipient, { owner: into.owner!, members }, reached, deps));
  }
}

/** It cannot be known now where the address leads, or who has the message. */
export function unknownNow(job: Job, recipient: JobRecipient, reason: string, now: number): RecipientEnd {
  const attempt = { attemptsBefore: recipient.attempts, ...timeOf(job, now) };
  return triedAgain(job, nextLocalAttempt(attempt, job.settings), `451 4.3.0 ${reason}`);
}

const listDone: RecipientEnd = { outcome: { kind: 'delivered' }, isList: true };

const replaced = (forwardPaths: readonly string[]): RecipientEnd =>
  forwardPaths.length === 0 ? listDone : { outcome: { kind: 'expanded', forwardPaths } };

interface Member {
  readonly forwardPath: string;
  /** As endKey has it; `? PATH` where it leads to none, or that cannot be known now. */
  readonly end: string;
  readonly mailbox: Extract<Destination, { kind: 'mailbox' }> | undefined;
}

/** As if it led nowhere that counts. */
const unseen = (forwardPath: string): Member => ({
  forwardPath,
  end: `? ${forwardPath}`,
  mailbox: undefined,
});

async function membersOf(
  forwardPaths: readonly string[],
  { resolve }: Pick<ExpansionDependencies, 'resolve'>,
): Promise<readonly Member[]> {
  const members: Member[] = [];
  for (const forwardPath of forwardPaths) {
    const destination = await destinationOf(forwardPath, resolve);
    members.push({
      ...unseen(forwardPath),
      ...(isEnd(destination) ? { end: endKey(destination, forwardPath) } : {}),
      ...(destination.kind === 'mailbox' ? { mailbox: destination } : {}),
    });
  }
  return members;
}

/**
 * The copy for a list with an owner goes with the report.
 * @param reached  whoever gets it is in there afterwards
 */
async function copied(
  job: Job,
  recipient: JobRecipient,
  list: { readonly owner: string; readonly members: readonly Member[] },
  reached: Set<string>,
  deps: ExpansionDependencies,
): Promise<RecipientEnd> {
  const { text, userName, body, smtpUtf8 } = job.assignment;
  const members = list.members.filter(({ end }) => !reached.has(end));
  let known: ReadonlySet<string>;
  try {
    known = await knownKeys(job, members, deps);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return unknownNow(job, recipient, reason, deps.now);
  }
  const wanting = members.filter(
    ({ mailbox }) => mailbox === undefined || !known.has(deliveryKey(job.assignment, mailbox)),
  );
  if (wanting.length === 0) return listDone;
  for (const { end } of wanting) reached.add(end);
  const envelope = {
    reversePath: list.owner,
    forwardPaths: wanting.map(({ forwardPath }) => forwardPath),
    ...(body === undefined ? {} : { body }),
    ...(smtpUtf8 === undefined ? {} : { smtpUtf8 }),
  };
  job.listCopies.push({ envelope, text: await copyOf(text, deps.spool), userName });
  return listDone;
}

/** A mailbox has the message by an address that led there then. In the first attempt nobody has it, or a symbiont has died in that. */
async function knownKeys(
  { assignment }: Job,
  members: readonly Member[],
  { delivery }: ExpansionDependencies,
): Promise<ReadonlySet<string>> {
  if (assignment.others === undefined) return new Set();
  const keys = members.flatMap(({ mailbox }) =>
    mailbox === undefined ? [] : [deliveryKey(assignment, mailbox)],
  );
  return keys.length === 0 ? new Set() : delivery.knownDeliveryKeys(keys);
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
