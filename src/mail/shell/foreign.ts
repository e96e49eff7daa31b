/** Foreign messages in the shell: files sent as they are, and made again by EXTRACT. Source: vms-mail.md §2.13, §2.32. */
import type { RecordWriter } from '../../ports/file-system.ts';
import { type ForeignFile, type Message, readForeign } from '../index.ts';
import type { MailSession } from './mail-session.ts';
import { openFailure } from './text-files.ts';

/** Signals `%MAIL-E-OPENIN` with the reason. */
export async function foreignFile(session: MailSession, text: string): Promise<ForeignFile> {
  const { files } = session.image.process;
  let specification = text;
  try {
    specification = await session.resolveFile(text, '.TXT');
    const { recordFormat, recordAttributes, maximumRecord } = await files.lookup(specification, 'read');
    const found = specification;
    return {
      header: { recordFormat, recordAttributes, maximumRecord },
      bytes: {
        // Opened when it is sent: a message that is given up leaves nothing open.
        async *[Symbol.asyncIterator]() {
          const reader = await files.openBytes(found);
          try {
            for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read())
              yield chunk;
          } finally {
            await reader.close();
          }
        },
      },
    };
  } catch (error) {
    throw openFailure(error, 'OPENIN', specification);
  }
}

/** The file of a foreign message, made again; its full specification. Signals OPENOUT. */
export async function extractForeign(session: MailSession, message: Message, text: string): Promise<string> {
  const { header, bytes } = await readForeign(() => message.bytes());
  let specification = text;
  let writer: RecordWriter;
  try {
    specification = await session.resolveFile(text, '.TXT');
    writer = await session.image.process.files.create(specification, header);
  } catch (error) {
    throw openFailure(error, 'OPENOUT', specification);
  }
  try {
    for await (const chunk of bytes) await writer.writeBytes(chunk);
  } finally {
    await writer.close();
  }
  return writer.specification;
}
