/** Messages of a folder, by the numbers a session has for them, in batches: of a million some hundred are held at a time. */
import { Condition, RMS } from '../../condition/index.ts';
import type { Place } from '../places.ts';
import type { ReadableMessage } from '../readable-message.ts';
import { MessageBatch, type MessageSource } from './message-batch.ts';
import { BatchedMessage } from './stored-message.ts';

/** Messages whose flags and fields are read by one query. */
const MESSAGES_AT_ONCE = 500;

/**
 * Those that are still there, in the order of `places`. A batch is of use until the next one is asked for; a batch may be empty.
 * Reading of a message that goes meanwhile throws Condition RMS FNF.
 */
export async function* readMessages(
  source: MessageSource,
  places: Iterable<Place>,
): AsyncGenerator<readonly ReadableMessage[]> {
  for (const some of chunksOf(places, MESSAGES_AT_ONCE)) {
    const uids = some.map(({ uid }) => uid);
    const found = await source.store.mailboxes.messages(source.file, source.folder, uids);
    const there = some.flatMap((place, index) => {
      const numbered = found[index];
      return numbered === undefined ? [] : [{ place, numbered }];
    });
    const batch = new MessageBatch(
      source,
      there.map(({ numbered }) => numbered),
    );
    try {
      yield there.map(({ place }, index) => new BatchedMessage(batch, index, place.sequence));
    } finally {
      await batch.keepFound();
    }
  }
}

/** What reading of a message that has gone throws. */
export const isGone = (failure: unknown): boolean =>
  failure instanceof Condition && failure.value === RMS.FNF.value;

function* chunksOf<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let some: T[] = [];
  for (const item of items) {
    some.push(item);
    if (some.length < size) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
