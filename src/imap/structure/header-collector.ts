/**
 * One header of a message or a part as it arrives: of it stay the fields that structures are made of, no more of them than
 * anybody reads. Source: RFC 5322 §2.2; RFC 2045 §3.
 */

const partFields = new Set([
  'content-type',
  'content-transfer-encoding',
  'content-id',
  'content-description',
  'content-disposition',
  'content-language',
  'content-location',
  'content-md5',
  'mime-version',
]);
const envelopeFields = new Set([
  'date',
  'subject',
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'in-reply-to',
  'message-id',
]);
const LONGEST_NAME = 100;
/** Of one field. A list of some thousand addresses is shorter. */
const LONGEST_VALUE = 262_144;

export interface CollectedField {
  /** Lower case. */
  readonly name: string;
  /** One character per octet, without blanks in front; folded with LF. */
  readonly value: string;
}

export class HeaderCollector {
  readonly #ofMessage: boolean;
  /** Characters that may be kept still; of all headers of a message together. */
  readonly #budget: { left: number };
  readonly #fields: CollectedField[] = [];
  #name = '';
  #pieces: string[] | undefined;
  #length = 0;

  constructor(ofMessage: boolean, budget: { left: number }) {
    this.#ofMessage = ofMessage;
    this.#budget = budget;
  }

  /** @param text  a line without its line end, or a piece of a long one  @param isStart  whether it begins the line */
  add(text: string, isStart: boolean): void {
    if (isStart && text[0] !== ' ' && text[0] !== '\t') this.#begin(text);
    else if (this.#pieces !== undefined) this.#keep(isStart ? `\n${text}` : text);
  }

  /** In their order. */
  end(): readonly CollectedField[] {
    this.#close();
    return this.#fields;
  }

  #begin(text: string): void {
    this.#close();
    const colon = text.indexOf(':');
    if (colon <= 0 || colon > LONGEST_NAME) return;
    const name = text.slice(0, colon).trimEnd().toLowerCase();
    if (!partFields.has(name) && !(this.#ofMessage && envelopeFields.has(name))) return;
    this.#name = name;
    this.#pieces = [];
    this.#keep(text.slice(colon + 1));
  }

  #keep(text: string): void {
    const kept = text.slice(0, Math.max(Math.min(LONGEST_VALUE - this.#length, this.#budget.left), 0));
    this.#length += kept.length;
    this.#budget.left -= kept.length;
    if (kept !== '') this.#pieces!.push(kept);
  }

  #close(): void {
    if (this.#pieces !== undefined)
      this.#fields.push({ name: this.#name, value: this.#pieces.join('').replace(/^[ \t]+/, '') });
    this.#pieces = undefined;
    this.#length = 0;
  }
}
