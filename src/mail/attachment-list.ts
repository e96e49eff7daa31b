/** The attachments of a message as READ lists them below the text. Source: own. */
import type { Attachment } from './attachments.ts';

/** As wide as the line in front of the headers: tcpip-smtp.md §5.7. */
export const ATTACHMENTS_LINE = `${'='.repeat(18)} Attachments ${'='.repeat(18)}`;

/** More are counted only. */
const LISTED = 1_000;

export class AttachmentList {
  readonly #lines: string[] = [];
  #count = 0;

  add(attachment: Attachment, sizeBytes: number): void {
    this.#count++;
    if (this.#lines.length < LISTED) this.#lines[this.#lines.length] = attachmentLine(attachment, sizeBytes);
  }

  *lines(): Generator<string> {
    if (this.#count === 0) return;
    yield ATTACHMENTS_LINE;
    // A message that is attached ends behind its own attachments: in the order of the numbers they stand here.
    yield* this.#lines.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
    if (this.#count > this.#lines.length) yield `      and ${this.#count - this.#lines.length} more`;
  }
}

/** `    2 report.pdf, application/pdf, 12345 bytes` */
function attachmentLine({ number, name, type }: Attachment, sizeBytes: number): string {
  const size =
    sizeBytes < 10_000
      ? `${sizeBytes} byte${sizeBytes === 1 ? '' : 's'}`
      : `${Math.round(sizeBytes / 1024)} KB`;
  // A name is one line, however long its sender made it.
  const shown = name === undefined ? '' : `${name.replace(/\s+/g, ' ').slice(0, 200)}, `;
  return `${String(number).padStart(5)} ${shown}${type}, ${size}`;
}
