/** The header section of a message that goes past, up to a limit. Source: RFC 5322 §2.1. */

/** Enough for thousands of recipients; whoever sends more than this is not looked at, and not believed. */
const LONGEST_SECTION = 262_144;

export class HeaderSection {
  #pieces: Uint8Array[] = [];
  #sizeBytes = 0;
  #whole: Buffer | undefined;

  add(bytes: Uint8Array): void {
    if (this.#whole !== undefined || this.#sizeBytes > LONGEST_SECTION) return;
    this.#pieces.push(bytes);
    this.#sizeBytes += bytes.byteLength;
    const known = Buffer.concat(this.#pieces, this.#sizeBytes);
    this.#pieces = [known];
    this.#whole = sectionOf(known);
  }

  /** With the empty line; undefined where its end was not among the bytes. */
  get whole(): Buffer | undefined {
    return this.#whole;
  }
}

/** The section at the start of a text, with its empty line. */
export function sectionOf(text: Buffer): Buffer | undefined {
  const end = text.indexOf('\r\n\r\n');
  return end === -1 || end + 4 > LONGEST_SECTION ? undefined : text.subarray(0, end + 4);
}
