/** Walking through a queue of any length: between two pages everything else has its turn. */
import type { EntryQuery, QueueStore, StoredEntry } from '../ports/queue-store.ts';

/** Entries an operator's command changes in one transaction, and a listing reads at once. */
export const PAGE = 500;

/** Ascending by entry number; no page is empty. */
export async function* entryPages(
  store: Pick<QueueStore, 'find'>,
  query: Omit<EntryQuery, 'limit'>,
): AsyncGenerator<readonly StoredEntry[]> {
  for (let { afterEntry } = query; ; ) {
    const { entries, last } = await store.find({ ...query, afterEntry, limit: PAGE });
    if (entries.length > 0) yield entries;
    if (last === undefined) return;
    afterEntry = last;
    await breath();
  }
}

/** What waits is done first: mail that arrives, outcomes, timers. */
export const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
