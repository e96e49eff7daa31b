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

/**
 * What `writeForeign` wrote; a text without its line is a file of unknown making.
 * @param open  the text from its beginning, each time: whoever does not want the bytes leaves nothing open
 */
export async function readForeign(open: () => AsyncIterable<Uint8Array>): Promise<ForeignFile> {
  let head = Buffer.alloc(0);
  for await (const chunk of open()) {
    head = Buffer.concat([head, chunk]);
    if (isWhole(head)) break;
  }
  return {
    header: parted(head).header ?? { recordFormat: 'UDF', recordAttributes: '', maximumRecord: 0 },
    bytes: { [Symbol.asyncIterator]: () => foreignBytes(open()) },
  };
}

/** The bytes of the file in a text that `writeForeign` wrote. */
export async function* foreignBytes(text: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of text) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (!isWhole(head)) continue;
    yield parted(head).rest;
    head = undefined;
  }
  if (head !== undefined && head.length > 0) yield parted(head).rest;
}

const isWhole = (head: Buffer): boolean => head.includes(END) || head.length >= LONGEST_LINE;

function parted(head: Buffer): {
  readonly header: ForeignFile['header'] | undefined;
  readonly rest: Uint8Array;
} {
  const end = head.indexOf(END);
  const header = end === -1 ? undefined : headerOf(head.toString('latin1', 0, end));
  return { header, rest: header === undefined ? head : head.subarray(end + 1) };
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
