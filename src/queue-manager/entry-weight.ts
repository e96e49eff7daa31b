/** What an entry costs a process that has it in hand: its text, where that is not a file, and its recipients. */
import { bytesInMemory, type MessageText } from '../ports/message-text.ts';

const RECIPIENT_BYTES = 100;

/** About so many bytes of memory. */
export const entryWeight = (text: MessageText, forwardPaths: Iterable<string>): number => {
  let bytes = bytesInMemory(text);
  for (const forwardPath of forwardPaths) bytes += RECIPIENT_BYTES + forwardPath.length;
  return bytes;
};
