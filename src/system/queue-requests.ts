/** How commands ask the queue manager: who asks, and long listings page by page. */
import type { Caller, EntryFilter, EntryInfo, QueueManager } from '../ports/queue-manager.ts';
import type { ImageContext } from './image.ts';

export const callerOf = ({ process }: Pick<ImageContext, 'process'>): Caller => ({
  userName: process.account.userName,
  privileges: [...process.privileges],
  uic: process.account.uic,
  rights: [process.account.userName, ...process.rights.keys()],
});

const PAGE = 500;

/** All entries of a filter, fetched page by page: a long queue never stands in memory whole. */
export async function* entriesOf(
  manager: QueueManager,
  filter: EntryFilter,
  caller: Caller,
): AsyncGenerator<EntryInfo> {
  let afterEntry = filter.afterEntry ?? 0;
  for (;;) {
    const page = await manager.entries({ ...filter, afterEntry, limit: PAGE }, caller);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    afterEntry = last.entry;
  }
}
