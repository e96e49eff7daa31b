/** Batches cut so that no frame is too long: a message may have ten thousand recipients, and a batch many such messages. */

import { bytesInMemory } from '../../../ports/message-text.ts';
import type { Assignment, EntryOutcome, RecipientOutcome } from '../../../ports/queue-manager.ts';

/** A frame carries about so much: other frames get through in between. */
const PART_BYTES = 1024 * 1024;
/** The header of an item, and of one recipient, roughly. */
const ITEM_BYTES = 512;
const RECIPIENT_BYTES = 100;

export const assignmentParts = (batch: readonly Assignment[]): readonly (readonly Assignment[])[] =>
  inParts(
    batch,
    (each) =>
      bytesInMemory(each.text) +
      sum(each.recipients, ({ forwardPath }) => RECIPIENT_BYTES + forwardPath.length) +
      sum(each.others?.open ?? [], ({ length }) => length + 3) +
      sum(each.others?.sent ?? [], ({ length }) => length + 3),
  );

export const outcomeParts = (outcomes: readonly EntryOutcome[]): readonly (readonly EntryOutcome[])[] =>
  inParts(
    outcomes,
    ({ submissions = [], recipients }) =>
      sum(submissions, ({ text }) => bytesInMemory(text)) +
      sum(recipients, ({ outcome }) => RECIPIENT_BYTES + wordsOf(outcome)),
  );

function wordsOf(outcome: RecipientOutcome): number {
  switch (outcome.kind) {
    case 'delivered':
      return outcome.note?.length ?? 0;
    case 'expanded':
      return sum(outcome.forwardPaths, ({ length }) => length + 3);
    case 'wait':
      return 0;
    case 'relayed':
    case 'retry':
    case 'returned':
      return outcome.reply.length;
  }
}

/** Splits a batch, in order, into parts of about PART_BYTES; a part has one item at least. */
function inParts<T>(items: readonly T[], bytesOf: (item: T) => number): readonly (readonly T[])[] {
  const parts: T[][] = [];
  let room = 0;
  for (const item of items) {
    const bytes = bytesOf(item) + ITEM_BYTES;
    if (parts.length === 0 || bytes > room) {
      parts.push([]);
      room = PART_BYTES;
    }
    parts.at(-1)!.push(item);
    room -= bytes;
  }
  return parts;
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, each) => total + of(each), 0);
