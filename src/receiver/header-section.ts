/** The header section of a message that goes past, up to a limit. Source: RFC 5322 §2.1. */

/** Enough for thousands of recipients; whoever sends more than this is not looked at, and not believed. */
const LONGEST_SECTION = 262_144;
const LINE_END = '\r\n';
const EMPTY_LINE = '\r\n\r\n';

export class HeaderSection {
  #pieces: Uint8Array[] = [];
  /** The last octets: the empty line may begin there. */
  #tail: Uint8Array = new Uint8Array(0);
  #sizeBytes = 0;
  #whole: Buffer | undefined;

  /** The bytes are the caller's again afterwards. */
  add(bytes: Uint8Array): void {
    if (this.#whole !== undefined || this.#sizeBytes > LONGEST_SECTION) return;
    const before = this.#tail.byteLength;
    const searched = Buffer.concat([this.#tail, bytes]);
    const emptyLine = searched.indexOf(EMPTY_LINE);
    const end = this.#sizeBytes - before + emptyLine + EMPTY_LINE.length;
    this.#pieces.push(searched.subarray(before));
    this.#sizeBytes += bytes.byteLength;
    this.#tail = searched.subarray(-EMPTY_LINE.length + 1);
    if (emptyLine === -1 && this.#sizeBytes <= LONGEST_SECTION) return;
    if (emptyLine !== -1 && end <= LONGEST_SECTION) this.#whole = Buffer.concat(this.#pieces, end);
    this.#pieces = [];
  }

  /** With the empty line; undefined where its end was not among the bytes. */
  get whole(): Buffer | undefined {
    return this.#whole;
  }
}

/** The section at the start of a text, with its empty line. */
export function sectionOf(text: Buffer): Buffer | undefined {
  // No field: what stands before the next empty line is text.
  if (text.toString('latin1', 0, LINE_END.length) === LINE_END) return text.subarray(0, LINE_END.length);
  const at = text.indexOf(EMPTY_LINE);
  const end = at + EMPTY_LINE.length;
  return at === -1 || end > LONGEST_SECTION ? undefined : text.subarray(0, end);
}
