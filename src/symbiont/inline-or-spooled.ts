/** The text of a new entry that is made here. */
import { messageId } from '../mime/message-id.ts';
import { INLINE_TEXT_LIMIT, type MessageText, type Spool, type SpoolWriter } from '../ports/message-text.ts';

/** Inline while it is short; else a committed spool file, which the submission hands over. */
export async function inlineOrSpooled(pieces: AsyncIterable<Uint8Array>, spool: Spool): Promise<MessageText> {
  let chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  let writer: SpoolWriter | undefined;
  let id: string | undefined;
  try {
    for await (const piece of pieces) {
      sizeBytes += piece.byteLength;
      chunks.push(piece);
      if (sizeBytes <= INLINE_TEXT_LIMIT) continue;
      if (writer === undefined) id = messageId(Buffer.concat(chunks));
      writer ??= spool.create();
      for (const each of chunks) await writer.write(each);
      chunks = [];
    }
    if (writer === undefined) return { kind: 'inline', bytes: Buffer.concat(chunks) };
    return { kind: 'file', spoolId: await writer.commit(), sizeBytes, ...(id && { messageId: id }) };
  } catch (error) {
    await writer?.abandon();
    throw error;
  }
}
