/**
 * Fields that programs of mbox files keep their flags and lengths in. They are the file's: what a sender wrote into fields of these
 * names goes into no file, where it would be taken for flags of its owner. Sources: mbox(5); those of Thunderbird and of c-client.
 */

const FILE_FIELD =
  /^(?:Status|X-Status|X-Keywords|X-UID|Content-Length|X-IMAP|X-IMAPbase|X-Mozilla-Status2?|X-Mozilla-Keys):/i;
const [LF, BLANK, TAB] = [0x0a, 0x20, 0x09];

/** @param text  a line of a header, or its beginning */
export const isFileField = (text: string): boolean => FILE_FIELD.test(text);

/**
 * A message with its flags at the end of the header section.
 * @param text  as `exportedText` gives it
 */
export async function* withStatus(
  text: AsyncIterable<Uint8Array>,
  flags: { readonly new: boolean; readonly replied: boolean; readonly marked: boolean },
): AsyncGenerator<Uint8Array> {
  const xStatus = `${flags.replied ? 'A' : ''}${flags.marked ? 'F' : ''}`;
  const fields = `Status: ${flags.new ? 'O' : 'RO'}\n${xStatus === '' ? '' : `X-Status: ${xStatus}\n`}`;
  const header = new HeaderOfSender();
  for await (const bytes of text) {
    if (header.hasEnded) {
      yield bytes;
      continue;
    }
    const { kept, rest } = header.take(bytes);
    yield kept;
    if (!header.hasEnded) continue;
    yield Buffer.from(fields);
    yield rest;
  }
  // A message that is all header.
  if (!header.hasEnded) yield Buffer.from(header.isLineStart ? fields : `\n${fields}`);
}

class HeaderOfSender {
  hasEnded = false;
  isLineStart = true;
  #isDropping = false;

  /** @returns what stays of the header section, and what stands behind it, from the empty line on */
  take(bytes: Uint8Array): { readonly kept: Uint8Array; readonly rest: Uint8Array } {
    const kept: Uint8Array[] = [];
    let start = 0;
    while (start < bytes.byteLength) {
      const first = bytes[start];
      if (this.isLineStart && first === LF) {
        this.hasEnded = true;
        break;
      }
      const end = bytes.indexOf(LF, start) + 1 || bytes.byteLength;
      const line = bytes.subarray(start, end);
      // A folded line belongs to the field before it.
      if (this.isLineStart && first !== BLANK && first !== TAB)
        this.#isDropping = isFileField(Buffer.from(line.subarray(0, 100)).toString('latin1'));
      if (!this.#isDropping) kept.push(line);
      this.isLineStart = line.at(-1) === LF;
      start = end;
    }
    return { kept: Buffer.concat(kept), rest: bytes.subarray(start) };
  }
}
