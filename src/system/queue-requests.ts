/** How commands ask the queue manager: who asks, and long listings page by page. */
import type {
  Caller,
  EntryFilter,
  EntryInfo,
  MailChange,
  MailSelection,
  QueueManager,
} from '../ports/queue-manager.ts';
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

/**
 * Changes all mail of a selection, stretch by stretch: between two of them mail arrives and leaves, and Ctrl/C ends it.
 * @returns how many entries were changed
 */
export async function changeAllMail(
  manager: Pick<QueueManager, 'changeMail'>,
  selection: MailSelection,
  change: MailChange,
  context: Pick<ImageContext, 'process' | 'signal'>,
): Promise<number> {
  const caller = callerOf(context);
  let sum = 0;
  for (let afterEntry: number | undefined = selection.afterEntry ?? 0; afterEntry !== undefined; ) {
    if (context.signal.aborted) return sum;
    const { changed, last } = await manager.changeMail({ ...selection, afterEntry }, change, caller);
    sum += changed;
    afterEntry = last;
  }
  return sum;
}
