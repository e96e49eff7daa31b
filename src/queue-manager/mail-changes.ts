/**
 * Changes of all mail that something is true of, in a queue of any length: SEND MAIL, REMOVE MAIL. One stretch is one
 * transaction, and between two of them mail arrives and leaves as ever. Source: tcpip-smtp.md §2.5, §2.7.
 */
import type {
  Caller,
  MailChange,
  MailChanged,
  MailSelection,
  RecipientInfo,
} from '../ports/queue-manager.ts';
import type { StoredEntry } from '../ports/queue-store.ts';
import { accessTo, mayChange } from './access.ts';
import { isFor } from './destination.ts';
import { planChange, planDeletion } from './entry-commands.ts';
import { breath } from './entry-pages.ts';
import { placesInHand, shownState, storedStates, userNameOf } from './listing.ts';
import { isDone } from './outcome.ts';
import type { Running } from './running.ts';
import { TurnPlan } from './turn-plan.ts';

/** Entries looked at together. */
const AT_ONCE = 400;
/**
 * One transaction takes up entries for so long, and no more than so many: new mail waits for it a few hundredths of a second. The
 * more of them it holds, the fewer pages are written twice.
 */
const STRETCH_MS = 30;
const STRETCH_ENTRIES = 1_600;

/** One stretch of the queue, behind `afterEntry`. What the caller may not change is left out. */
export async function changeMail(
  running: Running,
  selection: MailSelection,
  change: MailChange,
  caller: Caller,
): Promise<MailChanged> {
  const { commits, desk, node } = running;
  const { store } = running.deps;
  const changesOthers = accessTo(undefined, caller).has('D');
  const result = await commits.exclusive(async () => {
    const places = placesInHand(desk, node.jobLimit);
    const plan = new TurnPlan();
    const took = performance.now();
    let changed = 0;
    const planStretch = async (afterEntry: number | undefined): Promise<number | undefined> => {
      const { entries, last } = await store.find({
        entries: selection.entries,
        states: storedStates(selection),
        kind: 'mail',
        userName: userNameOf(selection, caller, changesOthers),
        destination: selection.destination,
        afterEntry,
        limit: AT_ONCE,
      });
      const chosen = entries.filter((stored) => {
        const state = shownState(stored, places.get(stored.entry));
        if (state === 'aborting' || !(selection.states?.includes(state) ?? true)) return false;
        return mayChange(caller, stored);
      });
      const recipientsOf = await store.recipientsOf(chosen.map(({ entry }) => entry));
      for (const stored of chosen) if (planOne(stored, recipientsOf.get(stored.entry) ?? [])) changed++;
      return last;
    };
    const planOne = (stored: StoredEntry, recipients: readonly RecipientInfo[]): boolean => {
      const isMeant = (each: RecipientInfo): boolean =>
        !isDone(each) &&
        isFor(each, selection.destination) &&
        (selection.wasTried !== true || each.attempts > 0 || each.lastReply !== undefined);
      if (selection.destination !== undefined && !recipients.some(isMeant)) return false;
      if (change.kind !== 'delete') planChange(running, plan, stored, recipients, [change], caller);
      else if (selection.destination === undefined) planDeletion(running, plan, stored);
      else return planRemoval(running, plan, stored, recipients, selection.destination, caller);
      return true;
    };
    let last = await planStretch(selection.afterEntry);
    while (
      last !== undefined &&
      changed + AT_ONCE <= STRETCH_ENTRIES &&
      performance.now() - took < STRETCH_MS
    )
      last = await planStretch(last);
    await commits.commit(plan);
    if (last !== undefined) commits.giveWayToChanges();
    return { changed, last };
  });
  commits.schedule();
  return result;
}

/** SEND MAIL: tries again now. @returns how many */
export async function sendMail(running: Running, selection: MailSelection, caller: Caller): Promise<number> {
  // Without being named, only what waits for its next attempt; a hold is somebody's intention.
  const states =
    selection.entries === undefined
      ? (['holdingUntil'] as const)
      : (['holdingUntil', 'holding', 'retainedOnError'] as const);
  const { destination } = selection;
  const change = { kind: 'release', ...(destination === undefined ? {} : { destination }) } as const;
  let sent = 0;
  for (let afterEntry: number | undefined = 0; afterEntry !== undefined; ) {
    const { changed, last } = await changeMail(running, { ...selection, states, afterEntry }, change, caller);
    sent += changed;
    afterEntry = last;
    await breath();
  }
  return sent;
}

/**
 * Mail is taken off for the recipients at a destination alone: an entry that others still wait for stays.
 * @returns false for an entry in hand: what a symbiont is doing for these recipients comes to its end
 */
function planRemoval(
  running: Running,
  plan: TurnPlan,
  stored: StoredEntry,
  recipients: readonly RecipientInfo[],
  destination: string,
  caller: Caller,
): boolean {
  if (stored.state === 'executing') return false;
  const open = recipients.filter((each) => !isDone(each));
  const meant = open.filter((each) => isFor(each, destination));
  if (meant.length === open.length) {
    planDeletion(running, plan, stored);
    return true;
  }
  const lastReply = `removed by ${caller.userName.toUpperCase()}`;
  const removed = meant.map(
    ({ nextAttempt: _, ...each }): RecipientInfo => ({ ...each, state: 'failed', lastReply }),
  );
  const { entry } = stored;
  plan.change({ kind: 'recipients', entry, recipients: removed });
  plan.afterwards(() => {
    for (const { forwardPath } of removed)
      running.deps.journal?.(() => ({ event: 'removed', entry, forwardPath, reply: lastReply }));
  });
  return true;
}
