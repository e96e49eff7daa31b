/** A new entry, as the journal of messages has it. */
import type { MessageEvent } from '../ports/message-journal.ts';
import type { NewEntry } from '../ports/queue-store.ts';

export const accepted = (taken: NewEntry): MessageEvent => {
  const { entry, entryId, jobName, userName, source, reversePath, forwardPaths, sizeBytes } = taken;
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
  };
};
