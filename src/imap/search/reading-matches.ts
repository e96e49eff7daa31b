/** The messages a search finds, open to be read. */
import type { NumberedMessage } from '../../ports/mailboxes.ts';
import type { ReadableMessage } from '../readable-message.ts';
import { matching, type SearchRequest } from './matching.ts';
import type { FoundRecord } from './searched-mailbox.ts';

const BATCH = 200;

export interface OpenMatch {
  readonly sequence: number;
  readonly numbered: NumberedMessage;
  /** Undefined when nobody asked for it. */
  readonly message: ReadableMessage | undefined;
}

/** In the order of their numbers; what is gone meanwhile is left out. Throws SearchStopped. */
export async function* readingMatches(request: SearchRequest, needsText: boolean): AsyncGenerator<OpenMatch> {
  let batch: FoundRecord[] = [];
  for await (const { sequence, numbered } of matching(request, { withRecords: true })) {
    if (!needsText) yield { sequence, numbered: numbered!, message: undefined };
    else if (batch.push({ sequence, numbered: numbered! }) >= BATCH) {
      yield* opened(request, batch);
      batch = [];
    }
  }
  yield* opened(request, batch);
}

async function* opened(
  { mailbox, breath }: SearchRequest,
  records: readonly FoundRecord[],
): AsyncGenerator<OpenMatch> {
  if (records.length === 0) return;
  for await (const message of mailbox.read(records)) {
    await breath.take();
    yield { sequence: message.sequence, numbered: message.numbered, message };
  }
}
