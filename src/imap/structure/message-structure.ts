/**
 * What is known of a message once it was read from end to end: where its parts are, and what their headers say that clients ask
 * for. Octets count in the message as clients read it. Texts have one character per octet, unfolded and not decoded, in the case
 * they were written in. Source: RFC 9051 §7.5.2; RFC 2045; RFC 5322.
 */

/** `name`, `route` and the two halves of the address as they are written, undecoded; undefined is NIL. */
export interface EnvelopeAddress {
  readonly name?: string | undefined;
  readonly route?: string | undefined;
  /** With `host` undefined: the beginning of a group; without either, its end. */
  readonly mailbox?: string | undefined;
  readonly host?: string | undefined;
}

export interface Envelope {
  readonly date?: string | undefined;
  /** Unfolded, not decoded. */
  readonly subject?: string | undefined;
  readonly from: readonly EnvelopeAddress[];
  /** Empty where the message does not say: clients are told `from` then. */
  readonly sender: readonly EnvelopeAddress[];
  readonly replyTo: readonly EnvelopeAddress[];
  readonly to: readonly EnvelopeAddress[];
  readonly cc: readonly EnvelopeAddress[];
  readonly bcc: readonly EnvelopeAddress[];
  readonly inReplyTo?: string | undefined;
  readonly messageId?: string | undefined;
}

export interface Parameter {
  readonly name: string;
  readonly value: string;
}

export interface PartStructure {
  /** As written, or the default of RFC 2045 §5.2 in lower case: compare by `isType`. */
  readonly type: string;
  readonly subtype: string;
  readonly parameters: readonly Parameter[];
  readonly id?: string | undefined;
  readonly description?: string | undefined;
  /** As written; `7bit` where nothing is said. */
  readonly encoding: string;
  readonly md5?: string | undefined;
  readonly disposition?: { readonly type: string; readonly parameters: readonly Parameter[] } | undefined;
  readonly language: readonly string[];
  readonly location?: string | undefined;
  /** Its header, with the blank line: [headerStart, bodyStart); its body: [bodyStart, bodyEnd). */
  readonly headerStart: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  /** Line ends in the body. */
  readonly lines: number;
  /** Of a multipart. */
  readonly parts: readonly PartStructure[];
  /** Of MESSAGE/RFC822 and MESSAGE/GLOBAL, not of others. */
  readonly message?: MessageStructure | undefined;
}

export interface MessageStructure {
  readonly envelope: Envelope;
  /** `formatEnvelope` of it, without UTF-8, where that was kept. */
  readonly saidEnvelope?: string | undefined;
  /** Header fields of the message with their places are found in [root.headerStart, root.bodyStart). */
  readonly root: PartStructure;
}

/** @param type, subtype  in lower case */
export const isType = (
  part: Pick<PartStructure, 'type' | 'subtype'>,
  type: string,
  subtype = part.subtype.toLowerCase(),
): boolean => part.type.toLowerCase() === type && part.subtype.toLowerCase() === subtype;
