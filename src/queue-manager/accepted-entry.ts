/** A new entry, as the journal of messages has it. */
import { messageId } from '../mime/message-id.ts';
import type { MessageEvent } from '../ports/message-journal.ts';
import type { NewEntry } from '../ports/queue-store.ts';

export const accepted = (taken: NewEntry): MessageEvent => {
  const { entry, entryId, jobName, userName, source, reversePath, forwardPaths, sizeBytes, text } = taken;
  const start = text.kind === 'inline' ? text.bytes : text.known?.start;
  return {
    event: 'accepted',
    entry,
    entryId,
    jobName,
    userName,
    source,
    reversePath,
    forwardPaths,
    sizeBytes,
    messageId: start && messageId(start),
  };
};
