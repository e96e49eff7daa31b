/** What operators do to entries by their number: SET ENTRY, DELETE/ENTRY, REMOVE MAIL/COPY. Source: queues.md §9; tcpip-smtp.md §2. */
import { RMS, signal } from '../condition/index.ts';
import type { MessageText } from '../ports/message-text.ts';
import type { Caller, EntryChange, RecipientInfo } from '../ports/queue-manager.ts';
import type { StoredEntry } from '../ports/queue-store.ts';
import { mayChange } from './access.ts';
import { planJobChange, planJobDeletion } from './batch/job-commands.ts';
import { isJob } from './batch/job-table.ts';
import { isFor } from './destination.ts';
import { PAGE } from './entry-pages.ts';
import { nextState } from './entry-state.ts';
import { JBC } from './messages.ts';
import { requestedStanding, standingOf } from './requested-change.ts';
import { checkDestination, type Running } from './running.ts';
import { TurnPlan } from './turn-plan.ts';

/**
 * All of them or none: an unknown entry, or one of somebody else, refuses the whole list.
 * @param changes  follow each other
 */
export async function changeEntries(
  running: Running,
  entries: readonly number[],
  changes: readonly EntryChange[],
  caller: Caller,
): Promise<void> {
  const { batch } = running;
  for (const change of changes) if (change.kind === 'batch') checkDestination(running, change.queueName);
  await changeInPages(running, entries, caller, async (plan, stored) =>
    isJob(stored)
      ? planJobChange(batch.work, plan, stored, changes, caller)
      : planChange(running, plan, stored, await running.deps.store.recipients(stored.entry), changes, caller),
  );
}

/** DELETE/ENTRY, REMOVE MAIL. All of them or none, or all that have not gone by themselves. */
export async function deleteEntries(
  running: Running,
  entries: readonly number[],
  caller: Caller,
  which: Which = 'all',
): Promise<void> {
  const { batch } = running;
  const plan = async (turn: TurnPlan, stored: StoredEntry): Promise<void> =>
    isJob(stored) ? planJobDeletion(batch.work, turn, stored) : planDeletion(running, turn, stored);
  await changeInPages(running, entries, caller, plan, which);
}

type Which = 'all' | 'those that are there';

/** REMOVE MAIL/COPY. */
export async function mailText(running: Running, entry: number, caller: Caller): Promise<MessageText> {
  const [stored] = await named(running, [entry], caller);
  if (stored === undefined || isJob(stored)) signal(JBC.NOSUCHENT);
  return (await running.deps.store.text(entry)) ?? signal(RMS.FNF);
}

async function changeInPages(
  running: Running,
  entries: readonly number[],
  caller: Caller,
  plan: (plan: TurnPlan, stored: StoredEntry) => Promise<void>,
  which: Which = 'all',
): Promise<void> {
  const { commits, batch } = running;
  await commits.exclusive(async () => {
    const stored = await named(running, entries, caller, which);
    for (let start = 0; start < stored.length; start += PAGE) {
      const turn = new TurnPlan();
      for (const each of stored.slice(start, start + PAGE)) await plan(turn, each);
      await commits.commit(turn);
    }
    commits.schedule();
  });
  batch.schedule();
}

/** The entries of these numbers, once each. */
async function named(
  { deps: { store }, batch }: Running,
  entries: readonly number[],
  caller: Caller,
  which: Which = 'all',
): Promise<readonly StoredEntry[]> {
  const found: StoredEntry[] = [];
  const wanted = [...new Set(entries)];
  for (let start = 0; start < wanted.length; start += PAGE) {
    const page = wanted.slice(start, start + PAGE);
    const { entries: stored } = await store.find({ entries: page, limit: PAGE });
    if (which === 'all' && stored.length < page.length) signal(JBC.NOSUCHENT);
    const queueOf = ({ queueName }: StoredEntry) => batch.queues.find(queueName)?.properties;
    if (!stored.every((each) => mayChange(caller, each, queueOf(each)))) signal(JBC.NOPRIV);
    found.push(...stored);
  }
  return found;
}

/** @param recipients  of the entry */
export function planChange(
  { deps, desk, release }: Running,
  plan: TurnPlan,
  stored: StoredEntry,
  recipients: readonly RecipientInfo[],
  changes: readonly EntryChange[],
  caller: Caller,
): void {
  const { entry } = stored;
  let standing = standingOf(stored);
  const isTriedNow = new Set<RecipientInfo>();
  for (const change of changes) {
    // Mail has no parameters, no log and no files.
    if (change.kind === 'batch') signal(JBC.INCQUETYP);
    const requested = requestedStanding({ ...stored, ...standing }, change, caller, deps.clock.now());
    standing = requested.standing;
    if (!requested.tryNow) continue;
    const destination = change.kind === 'release' ? change.destination : undefined;
    for (const each of recipients) if (isFor(each, destination)) isTriedNow.add(each);
  }
  plan.change({ kind: 'stand', entry, standing });
  plan.moves(stored.state, standing.state);
  if (isTriedNow.size > 0) {
    const waiting = recipients.filter((each) => each.nextAttempt !== undefined && isTriedNow.has(each));
    const tried = waiting.map(({ nextAttempt: _, ...each }) => each);
    if (tried.length > 0) plan.change({ kind: 'recipients', entry, recipients: tried });
  }
  const held = desk.find(entry)?.held;
  plan.afterwards(() => {
    if (standing.state === 'holdingUntil' && standing.after !== undefined) release.note(standing.after);
    if (held === undefined) return;
    held.entry = { ...held.entry, ...standing };
    // A last attempt may be the one that is under way.
    if (standing.returnTo !== undefined && standing.returnTo !== 'senderAfterAttempt')
      desk.recall((each) => each === held, 'afterRecipient');
  });
}

export function planDeletion({ desk, commits, deps }: Running, plan: TurnPlan, stored: StoredEntry): void {
  const { entry, spoolId } = stored;
  const state = nextState(stored.state, 'delete');
  const held = desk.find(entry)?.held;
  if (state !== 'aborting' || held === undefined) {
    plan.change({ kind: 'remove', entry });
    plan.moves(stored.state, undefined);
    if (spoolId !== undefined) plan.afterwards(() => commits.removeText(spoolId));
    const seconds = (deps.clock.now() - stored.submittedAt) / 1_000;
    plan.afterwards(() => deps.journal?.(() => ({ event: 'deleted', entry, seconds })));
    return;
  }
  const aborting = { ...held.entry, state };
  plan.change({ kind: 'stand', entry, standing: aborting });
  plan.moves(stored.state, state);
  plan.afterwards(() => {
    held.entry = aborting;
    desk.recall((each) => each === held, 'abort');
  });
}
