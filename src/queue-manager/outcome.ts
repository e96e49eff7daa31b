/**
 * What an outcome makes of an entry's recipients, and of the entry: a function of both, nothing else.
 * An entry is complete only when every recipient is delivered, relayed, expanded or returned. DESIGN §1.
 */
import type { RecipientRequests } from '../ports/delivery-requests.ts';
import type { EntryOutcome, RecipientInfo, RecipientOutcome } from '../ports/queue-manager.ts';

/** Times one address may be replaced by others within an entry, before it counts as a loop. */
const EXPANSIONS_AT_MOST = 2;

export type EntryProgress =
  | { readonly kind: 'complete' }
  /** Some are to be tried now: new ones of a list, or those the symbiont did not come to. */
  | { readonly kind: 'continue' }
  | { readonly kind: 'retry'; readonly at: number }
  | { readonly kind: 'fail'; readonly reason: string };

export interface SettledRecipients {
  /** New and changed ones only. */
  readonly changed: readonly RecipientInfo[];
  readonly progress: EntryProgress;
}

/** Outcomes of an index the entry does not have, or of a recipient that was done before, change nothing. */
export function settleRecipients(
  recipients: readonly RecipientInfo[],
  outcome: EntryOutcome,
  now: number,
): SettledRecipients {
  const all = [...recipients];
  const changed = new Set<number>();
  /** What each address is replaced by; one that is named several times, once. */
  const expanded = new Map<string, Expansion>();
  const worn = expandedTooOften(recipients);
  let loop: string | undefined;
  for (const { index, outcome: result } of outcome.recipients) {
    const recipient = all[index];
    if (recipient === undefined || isDone(recipient)) continue;
    changed.add(index);
    if (result.kind === 'expanded' && worn.has(recipient.forwardPath)) {
      // It stays to be tried: for when the operator has mended the loop and releases the entry.
      loop = recipient.forwardPath;
      all[index] = { ...recipient, attempts: recipient.attempts + 1 };
      continue;
    }
    all[index] = settled(recipient, result);
    if (result.kind === 'expanded')
      expanded.set(recipient.forwardPath, { recipient, forwardPaths: result.forwardPaths });
  }
  if (expanded.size > 0) {
    for (const [forwardPath, requests] of notYetReached(all, changed, expanded)) {
      changed.add(all.length);
      all.push({
        index: all.length,
        forwardPath,
        state: 'unsent',
        attempts: 0,
        ...(requests === undefined ? {} : { requests }),
      });
    }
  }
  return {
    changed: [...changed].map((index) => all[index]!),
    progress: progressOf(all, now, outcome.retainedOnError, loop),
  };
}

export const isDone = (recipient: RecipientInfo): boolean =>
  recipient.state !== 'unsent' && recipient.state !== 'retry';

interface Expansion {
  readonly recipient: RecipientInfo;
  readonly forwardPaths: readonly string[];
}

/**
 * What the members of an alias are asked for: the same as the alias. That it was expanded is the success of a list, whose members
 * then report none (RFC 3461 §5.2.7.3).
 */
function memberRequests({ recipient, forwardPaths }: Expansion): RecipientRequests | undefined {
  const { requests } = recipient;
  if (requests?.notify === undefined || forwardPaths.length === 1) return requests;
  const notify = requests.notify.filter((each) => each !== 'SUCCESS');
  return { ...requests, notify: notify.length === 0 ? ['NEVER'] : notify };
}

function settled(recipient: RecipientInfo, outcome: RecipientOutcome): RecipientInfo {
  const { index, forwardPath, requests } = recipient;
  const kept = requests === undefined ? {} : { requests };
  const attempts = recipient.attempts + 1;
  switch (outcome.kind) {
    case 'delivered':
      return {
        index,
        forwardPath,
        state: 'sent',
        attempts,
        ...kept,
        ...(outcome.note === undefined ? {} : { lastReply: outcome.note }),
      };
    case 'relayed':
      return {
        index,
        forwardPath,
        state: 'sent',
        attempts,
        ...kept,
        lastReply: `${outcome.host}: ${outcome.reply}`,
      };
    case 'expanded':
      return { index, forwardPath, state: 'expanded', attempts, ...kept };
    case 'retry':
      return {
        index,
        forwardPath,
        state: 'retry',
        attempts,
        ...kept,
        lastReply: outcome.reply,
        nextAttempt: outcome.at,
        ...((outcome.isDelayTold ?? recipient.isDelayTold) ? { isDelayTold: true } : {}),
      };
    case 'wait':
      // No attempt was made: what the host said last still counts.
      return {
        ...recipient,
        state: 'retry',
        nextAttempt: outcome.at,
        ...(outcome.reply === undefined ? {} : { lastReply: outcome.reply }),
        ...(outcome.isDelayTold === undefined ? {} : { isDelayTold: true }),
      };
    case 'returned':
      return { index, forwardPath, state: 'failed', attempts, ...kept, lastReply: outcome.reply };
  }
}

/** Addresses that are not replaced once more: each time they came again. */
function expandedTooOften(recipients: readonly RecipientInfo[]): ReadonlySet<string> {
  const times = new Map<string, number>();
  for (const { state, forwardPath } of recipients)
    if (state === 'expanded') times.set(forwardPath, (times.get(forwardPath) ?? 0) + 1);
  return new Set([...times].filter(([, count]) => count >= EXPANSIONS_AT_MOST).map(([path]) => path));
}

/**
 * An address that has its copy, will get it, or was refused just now, is not added again: a member of two lists reads the
 * message once.
 */
function notYetReached(
  all: readonly RecipientInfo[],
  changed: ReadonlySet<number>,
  expanded: ReadonlyMap<string, Expansion>,
): ReadonlyMap<string, RecipientRequests | undefined> {
  const reached = new Set<string>();
  for (const each of all) {
    const isRefusedNow = each.state === 'failed' && changed.has(each.index);
    if (each.state === 'sent' || !isDone(each) || isRefusedNow) reached.add(spelled(each.forwardPath));
  }
  const missing = new Map<string, RecipientRequests | undefined>();
  for (const expansion of expanded.values()) {
    for (const forwardPath of expansion.forwardPaths)
      if (!reached.has(spelled(forwardPath))) missing.set(forwardPath, memberRequests(expansion));
  }
  return missing;
}

/** A domain may be written in any case, and with a dot behind it; a local part is as it is. RFC 5321 §2.3.11, §2.4 */
function spelled(forwardPath: string): string {
  const domain = forwardPath.lastIndexOf('@') + 1;
  return domain === 0
    ? forwardPath
    : forwardPath.slice(0, domain) + forwardPath.slice(domain).toLowerCase().replace(/\.$/, '');
}

function progressOf(
  all: readonly RecipientInfo[],
  now: number,
  failure: string | undefined,
  loop: string | undefined,
): EntryProgress {
  if (failure !== undefined) return { kind: 'fail', reason: failure };
  if (loop !== undefined) return { kind: 'fail', reason: `${loop} is forwarded to itself` };
  const open = all.filter((each) => !isDone(each));
  if (open.length === 0) return { kind: 'complete' };
  const earliest = open.reduce(
    (least, each) => Math.min(least, each.nextAttempt ?? 0),
    Number.POSITIVE_INFINITY,
  );
  return earliest <= now ? { kind: 'continue' } : { kind: 'retry', at: earliest };
}

/** Those a symbiont is given: untried ones and those whose time has come; all open ones when there is none such. */
export function recipientsToTry(recipients: readonly RecipientInfo[], now: number): readonly RecipientInfo[] {
  const open = recipients.filter((each) => !isDone(each));
  const due = open.filter((each) => (each.nextAttempt ?? 0) <= now);
  return due.length > 0 ? due : open;
}
