/**
 * What the queue manager has in memory against what stands in the store: how many entries there are of each state, and who has in
 * hand what is said to be in somebody's hands. Nothing else moves meanwhile.
 */
import type { JobState } from '../ports/queue-manager.ts';
import type { EntryCounts, StoredEntry } from '../ports/queue-store.ts';
import { isJob } from './batch/job-table.ts';
import { entryPages } from './entry-pages.ts';
import type { Running } from './running.ts';
import { TurnPlan } from './turn-plan.ts';

export interface Beliefs {
  /** Entries of mail, by the store. */
  readonly total: number;
  /** Entries that are executing and in nobody's hands. */
  readonly adrift: readonly number[];
  /** `pending: 3 instead of 4` */
  readonly miscounted: readonly string[];
}

export const beliefsAgainst = (running: Running): Promise<Beliefs> =>
  running.commits.exclusive(async () => {
    const really = await running.deps.store.counts();
    return {
      total: Object.values(really).reduce((sum, count) => sum + count, 0),
      adrift: (await adriftEntries(running)).map(({ entry }) => entry),
      miscounted: (Object.keys(really) as JobState[])
        .filter((state) => running.counts[state] !== really[state])
        .map((state) => `${state}: ${running.counts[state]} instead of ${really[state]}`),
    };
  });

/** Those adrift, and those named, are pending again, or gone where they were being deleted; and what is counted is counted anew. @returns how many */
export const mendBeliefs = (running: Running, release: readonly number[]): Promise<number> =>
  running.commits.exclusive(async () => {
    const { commits, counts, deps, batch, desk } = running;
    const named: StoredEntry[] = [];
    for await (const page of entryPages(deps.store, { entries: release })) named.push(...page);
    const free = named.filter(
      ({ entry }) => desk.find(entry) === undefined && !batch.work.running.has(entry),
    );
    const meant = new Map([...free, ...(await adriftEntries(running))].map((each) => [each.entry, each]));
    const plan = new TurnPlan();
    for (const stored of meant.values()) {
      const { entry, state } = stored;
      if (isJob(stored)) {
        if (state === 'aborting') batch.work.planRemoval(plan, entry);
        else batch.work.planJob(plan, { ...stored, state: 'pending', lease: undefined, returnTo: undefined });
      } else if (state === 'aborting') plan.change({ kind: 'remove', entry });
      else {
        const { priority, attempt, symbiontDeaths } = stored;
        const standing = { state: 'pending', priority, attempt, symbiontDeaths } as const;
        plan.change({ kind: 'stand', entry, standing });
      }
    }
    await commits.commit(plan);
    Object.assign(counts, (await deps.store.counts()) satisfies EntryCounts);
    commits.schedule();
    batch.work.schedule();
    return meant.size;
  });

async function adriftEntries({ deps, desk, batch }: Running): Promise<readonly StoredEntry[]> {
  const found: StoredEntry[] = [];
  for await (const page of entryPages(deps.store, { states: ['executing', 'aborting'] })) {
    for (const each of page) {
      const isHeld = isJob(each) ? batch.work.running.has(each.entry) : desk.find(each.entry) !== undefined;
      if (!isHeld) found.push(each);
    }
  }
  return found;
}
