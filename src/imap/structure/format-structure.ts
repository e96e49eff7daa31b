/**
 * ENVELOPE, BODY and BODYSTRUCTURE. Where RFC 9051 leaves a choice, as Dovecot writes them. One character per octet.
 * Source: RFC 9051 §7.5.2, §9 (envelope, body).
 */
import { formatNstring, formatString } from '../syntax/format-string.ts';
import {
  type Envelope,
  type EnvelopeAddress,
  isType,
  type MessageStructure,
  type Parameter,
  type PartStructure,
} from './message-structure.ts';

export interface FormatOptions {
  /** UTF-8 may stand in quoted strings. */
  readonly utf8: boolean;
}

/** A multipart without parts, which the grammar does not know. */
const NO_PARTS = '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0';

export function formatEnvelope(envelope: Envelope, { utf8 }: FormatOptions): string {
  const { sender, replyTo, to, cc, bcc } = envelope;
  const from = addressList(envelope.from, utf8);
  const orFrom = (list: readonly EnvelopeAddress[]): string =>
    list.length === 0 ? from : addressList(list, utf8);
  const others = [to, cc, bcc].map((list) => addressList(list, utf8));
  const lists = [from, orFrom(sender), orFrom(replyTo), ...others].join(' ');
  const text = (value: string | undefined): string => formatNstring(value, utf8);
  const subject = envelope.subject === undefined ? 'NIL' : formatWords(envelope.subject, utf8);
  return `(${text(envelope.date)} ${subject} ${lists} ${text(envelope.inReplyTo)} ${text(envelope.messageId)})`;
}

/** Of a message, in the words that were kept where that is possible. */
export function envelopeText(structure: MessageStructure, utf8: boolean): string {
  const said = structure.saidEnvelope;
  // ASCII is said alike.
  if (said !== undefined && !(utf8 && /[\x80-\xff]/.test(said))) return said;
  return formatEnvelope(structure.envelope, { utf8 });
}

/** @param extended  BODYSTRUCTURE, else BODY */
export function formatBody(part: PartStructure, extended: boolean, { utf8 }: FormatOptions): string {
  const pieces: string[] = [];
  new BodyWriter(pieces, extended, utf8).part(part);
  return pieces.join('');
}

function addressList(list: readonly EnvelopeAddress[], utf8: boolean): string {
  if (list.length === 0) return 'NIL';
  let text = '(';
  for (const { name, route, mailbox, host } of list) {
    const words = name === undefined ? 'NIL' : formatWords(name, utf8);
    text += `(${words} ${formatNstring(route, utf8)} ${formatNstring(mailbox, utf8)} ${formatNstring(host, utf8)})`;
  }
  return `${text})`;
}

/** One blank for many. What is not as it was written, or has to be escaped, is a literal. */
function formatWords(name: string, utf8: boolean): string {
  const isPlain = !/^\s|\s$|[\t\r\n"\\]|\s\s/.test(name);
  if (isPlain) return formatString(name, utf8);
  // No literal has an octet 0.
  const words = name
    .trim()
    .replace(/[ \t\r\n]+/g, ' ')
    .replaceAll('\0', '\x80');
  return `{${words.length}}\r\n${words}`;
}

class BodyWriter {
  readonly #pieces: string[];
  readonly #extended: boolean;
  readonly #utf8: boolean;

  constructor(pieces: string[], extended: boolean, utf8: boolean) {
    this.#pieces = pieces;
    this.#extended = extended;
    this.#utf8 = utf8;
  }

  part(part: PartStructure): void {
    this.#pieces.push('(');
    if (isType(part, 'multipart')) this.#multipart(part);
    else this.#single(part);
    this.#pieces.push(')');
  }

  #multipart(part: PartStructure): void {
    for (const each of part.parts) this.part(each);
    if (part.parts.length === 0) this.#pieces.push(NO_PARTS, this.#extended ? ' NIL NIL NIL NIL)' : ')');
    this.#pieces.push(` ${this.#text(part.subtype)}`);
    if (!this.#extended) return;
    this.#pieces.push(` ${this.#parameters(part.parameters)}`);
    this.#common(part);
  }

  #single(part: PartStructure): void {
    const { message } = part;
    const isText = message === undefined && part.type.toLowerCase() === 'text';
    const parameters = isText ? withCharset(part.parameters) : part.parameters;
    const octets = part.bodyEnd - part.bodyStart;
    const { id, description, encoding } = part;
    this.#pieces.push(
      `${this.#text(part.type)} ${this.#text(part.subtype)} ${this.#parameters(parameters)} `,
      `${this.#nstring(id)} ${this.#nstring(description)} ${this.#text(encoding)} ${octets}`,
    );
    if (isText) this.#pieces.push(` ${part.lines}`);
    if (message !== undefined) {
      this.#pieces.push(` ${formatEnvelope(message.envelope, { utf8: this.#utf8 })} `);
      this.part(message.root);
      this.#pieces.push(` ${part.lines}`);
    }
    if (!this.#extended) return;
    this.#pieces.push(` ${this.#nstring(part.md5)}`);
    this.#common(part);
  }

  /** Disposition, language, location. */
  #common({ disposition, language, location }: PartStructure): void {
    const said =
      disposition === undefined
        ? 'NIL'
        : `(${this.#text(disposition.type)} ${this.#parameters(disposition.parameters)})`;
    const languages =
      language.length === 0 ? 'NIL' : `(${language.map((each) => this.#text(each)).join(' ')})`;
    this.#pieces.push(` ${said} ${languages} ${this.#nstring(location)}`);
  }

  #parameters(parameters: readonly Parameter[]): string {
    if (parameters.length === 0) return 'NIL';
    return `(${parameters.map(({ name, value }) => `${this.#text(name)} ${this.#text(value)}`).join(' ')})`;
  }

  #text(text: string): string {
    return formatString(text, this.#utf8);
  }
  #nstring(text: string | undefined): string {
    return formatNstring(text, this.#utf8);
  }
}

/** RFC 2045 §5.2: what is not said is US-ASCII. */
const withCharset = (parameters: readonly Parameter[]): readonly Parameter[] =>
  parameters.some(({ name }) => name.toLowerCase() === 'charset')
    ? parameters
    : [...parameters, { name: 'charset', value: 'us-ascii' }];
