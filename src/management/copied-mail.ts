/**
 * REMOVE MAIL/COPY: mail as a file in a directory, called as its control file is. Deviation: the product copies its own
 * binary format; this is the form of Send From File, that a person can read. Source: tcpip-smtp.md §2.5, §5.9.
 */
import type { EntryInfo } from '../ports/queue-manager.ts';
import type { VerbContext } from '../system/image.ts';
import { resolveFileForCreate } from '../system/resolve-file.ts';

/** @param text  chunks of RFC 5322 text with CRLF line ends. Throws RMS conditions; half a file does not stay. */
export async function copyMail(
  entry: EntryInfo,
  text: AsyncIterable<Uint8Array>,
  directory: string,
  { process }: VerbContext,
): Promise<void> {
  const name = /\]([^;]+)/.exec(entry.fileSpecification)?.[1] ?? entry.jobName;
  const file = await process.files.create(resolveFileForCreate(process, directory, name));
  let isWhole = false;
  try {
    await file.write(`MAIL FROM:<${entry.reversePath}>`);
    for (const { forwardPath, state } of entry.recipients ?? [])
      if (state === 'unsent' || state === 'retry') await file.write(`RCPT TO:<${forwardPath}>`);
    await file.write('DATA');
    for await (const chunk of withoutReturns(text)) await file.writeBytes(chunk);
    isWhole = true;
  } finally {
    await file.close();
    if (!isWhole) await process.files.remove(file.specification);
  }
}

const CR = 13;
const LF = 10;

/** Lines end with LF alone in files. A CR may be the last octet of a chunk. */
async function* withoutReturns(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let isPending = false;
  for await (const chunk of chunks) {
    const out: number[] = [];
    for (const octet of chunk) {
      if (isPending && octet !== LF) out.push(CR);
      isPending = octet === CR;
      if (!isPending) out.push(octet);
    }
    yield Uint8Array.from(out);
  }
  if (isPending) yield Uint8Array.of(CR);
}
