/**
 * Foreign messages: files as they are, byte for byte. Their text in the store begins with a line that says how the file was
 * made, so that EXTRACT makes the same again. Source: vms-mail.md §2.13, §2.27, §2.32.
 */
import type { FileHeader, RecordAttributes, RecordFormat } from '../ports/file-header.ts';
import type { MailStore, StoredText } from '../ports/mail-store.ts';
import type { MessageText } from '../ports/message-text.ts';

export interface ForeignFile {
  readonly header: Pick<FileHeader, 'recordFormat' | 'recordAttributes' | 'maximumRecord'>;
  readonly bytes: AsyncIterable<Uint8Array>;
}

const MARK = 'MAIL$FOREIGN';
/** Ends the first line: a line end would be counted as a record. */
const END = 0x00;
const formats: readonly RecordFormat[] = ['VAR', 'VFC', 'FIX', 'STM', 'STMLF', 'STMCR', 'UDF'];
const attributes: readonly RecordAttributes[] = ['CR', 'PRN', 'FTN'];
/** The line is short; what has no end after so much is no line of ours. */
const LONGEST_LINE = 200;

export async function writeForeign(
  store: Pick<MailStore, 'createText'>,
  { header, bytes }: ForeignFile,
): Promise<MessageText | StoredText> {
  const writer = store.createText();
  try {
    const { recordFormat, recordAttributes, maximumRecord } = header;
    await writer.write(
      Buffer.from(`${MARK} RFM=${recordFormat} RAT=${recordAttributes} MRS=${maximumRecord}\0`),
    );
    for await (const chunk of bytes) await writer.write(chunk);
    return await writer.commit();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

/** What `writeForeign` wrote; a text without its line is a file of unknown making. */
export async function readForeign(text: AsyncIterable<Uint8Array>): Promise<ForeignFile> {
  const chunks = text[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (!head.includes(END) && head.length < LONGEST_LINE) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  const end = head.indexOf(END);
  const header = headerOf(Buffer.from(head.subarray(0, Math.max(end, 0))).toString('latin1'));
  const rest = header === undefined ? head : head.subarray(end + 1);
  return {
    header: header ?? { recordFormat: 'UDF', recordAttributes: '', maximumRecord: 0 },
    bytes: {
      async *[Symbol.asyncIterator]() {
        if (rest.length > 0) yield rest;
        for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
      },
    },
  };
}

function headerOf(line: string): ForeignFile['header'] | undefined {
  const found = /^MAIL\$FOREIGN RFM=(\w+) RAT=(\w*) MRS=(\d{1,5})$/.exec(line);
  if (found === null) return undefined;
  return {
    recordFormat: formats.find((each) => each === found[1]) ?? 'UDF',
    recordAttributes: attributes.find((each) => each === found[2]) ?? '',
    maximumRecord: Number(found[3]),
  };
}
