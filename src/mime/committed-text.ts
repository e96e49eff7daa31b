/** The end of writing a text of our own. */
import type { SpooledText, SpoolWriter } from '../ports/message-text.ts';
import { messageId } from './message-id.ts';

/**
 * Commits the text, with the Message-ID it has, which the journal wants.
 * @param sizeBytes  of the whole text
 * @param beginning  with the header section, or as much of it as there is
 */
export async function committedText(
  writer: SpoolWriter,
  sizeBytes: number,
  beginning: Uint8Array,
): Promise<SpooledText> {
  const id = messageId(beginning);
  return { kind: 'file', spoolId: await writer.commit(), sizeBytes, ...(id && { messageId: id }) };
}
