/** The text of a new entry that is made here. */
import { committedText } from '../mime/committed-text.ts';
import { INLINE_TEXT_LIMIT, type MessageText, type Spool, type SpoolWriter } from '../ports/message-text.ts';

/** Inline while it is short; else a committed spool file, which the submission hands over. */
export async function inlineOrSpooled(pieces: AsyncIterable<Uint8Array>, spool: Spool): Promise<MessageText> {
  let chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  let writer: SpoolWriter | undefined;
  let beginning: Uint8Array | undefined;
  try {
    for await (const piece of pieces) {
      sizeBytes += piece.byteLength;
      chunks.push(piece);
      if (sizeBytes <= INLINE_TEXT_LIMIT) continue;
      writer ??= spool.create();
      beginning ??= Buffer.concat(chunks);
      for (const each of chunks) await writer.write(each);
      chunks = [];
    }
    if (writer === undefined || beginning === undefined)
      return { kind: 'inline', bytes: Buffer.concat(chunks) };
    return await committedText(writer, sizeBytes, beginning);
  } catch (error) {
    await writer?.abandon();
    throw error;
  }
}
