/** The listing of DIRECTORY, fetched from the selection as pages are shown. Source: vms-mail.md §3.1, §3.2. */
import type { Selection } from '../index.ts';
import type { DisplayLine } from './paged-display.ts';
import { screenMessage } from './screen-message.ts';
import { deletedLine, directoryLine, fullLines } from './screens.ts';

/** Entries asked for at once. */
const BATCH = 200;

export async function* directoryLines(
  selection: Selection,
  options: { readonly start: number; readonly full: boolean; readonly columns: number },
): AsyncGenerator<DisplayLine> {
  let start = options.start;
  while (start <= selection.length) {
    const batch = await selection.summaries(start, BATCH);
    if (batch.length === 0) return;
    for (const summary of batch) {
      if (summary.deleted) {
        yield deletedLine(summary.number);
        continue;
      }
      const line = directoryLine(screenMessage(summary), summary.flags.marked, options.columns);
      if (!options.full) {
        yield line;
        continue;
      }
      const attributes = fullLines({
        isNew: summary.flags.new,
        isReplied: summary.flags.replied,
        isMarked: summary.flags.marked,
        isForeign: summary.flags.foreign,
        records: summary.records,
        externalId: summary.externalId,
      });
      yield [line, ...attributes];
    }
    start += batch.length;
  }
}
