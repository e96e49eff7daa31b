/** A new entry, as the journal of messages has it. */
import { messageId } from '../mime/message-id.ts';
import type { MessageEvent } from '../ports/message-journal.ts';
import type { MessageText } from '../ports/message-text.ts';
import type { NewEntry } from '../ports/queue-store.ts';

export const accepted = (taken: NewEntry): MessageEvent => {
  const { entry, entryId, jobName, userName, source, reversePath, forwardPaths, sizeBytes, text } = taken;
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
    messageId: messageIdOf(text),
  };
};

function messageIdOf(text: MessageText): string | undefined {
  if (text.kind === 'inline') return messageId(text.bytes);
  return text.messageId ?? (text.known && messageId(text.known.start));
}
