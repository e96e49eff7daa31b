/**
 * What the header of a part says of it, and that of a message of its envelope. Where it is broken, the words Dovecot has for it.
 * Source: RFC 2045 §5–§8; RFC 2183; RFC 3282; RFC 2557; RFC 1864; RFC 9051 §7.5.2.
 */
import { parseAddressList } from './address-list.ts';
import { FieldScanner } from './field-scanner.ts';
import type { CollectedField } from './header-collector.ts';
import type { Envelope, EnvelopeAddress, PartStructure } from './message-structure.ts';
import { parseParameters } from './parameters.ts';

/** A boundary that is longer is cut. RFC 2046 §5.1.1: 70 characters */
const LONGEST_BOUNDARY = 80;

export type PartFields = Pick<
  PartStructure,
  | 'type'
  | 'subtype'
  | 'parameters'
  | 'id'
  | 'description'
  | 'encoding'
  | 'md5'
  | 'disposition'
  | 'language'
  | 'location'
>;

const plain: PartFields = { type: 'text', subtype: 'plain', parameters: [], encoding: '7bit', language: [] };
const message: Pick<PartFields, 'type' | 'subtype'> = { type: 'message', subtype: 'rfc822' };

/**
 * @param isPart  of a multipart: what it says counts, with a Content-Type or without
 * @param inDigest  a message where nothing is said. RFC 2046 §5.1.5
 */
export function partFields(
  fields: readonly CollectedField[],
  isPart: boolean,
  inDigest: boolean,
): PartFields & { readonly boundary?: string } {
  const first = (name: string): string | undefined => fields.find((each) => each.name === name)?.value;
  const contentType = first('content-type');
  const isMime = isPart || contentType !== undefined || first('mime-version') !== undefined;
  const byDefault = inDigest && contentType === undefined ? { ...plain, ...message } : plain;
  if (!isMime) return byDefault;
  const type = contentType === undefined ? undefined : parseType(contentType);
  const isMultipart = type?.type.toLowerCase() === 'multipart';
  const boundary = isMultipart
    ? type?.parameters.find(({ name }) => name.toLowerCase() === 'boundary')?.value.slice(0, LONGEST_BOUNDARY)
    : undefined;
  return {
    ...byDefault,
    ...type,
    id: line(first('content-id')),
    description: line(first('content-description')),
    encoding: parseToken(first('content-transfer-encoding')) ?? plain.encoding,
    md5: line(first('content-md5')),
    disposition: parseDisposition(fields),
    language: parseLanguages(first('content-language')),
    location: line(first('content-location')),
    ...(boundary === undefined ? {} : { boundary }),
  };
}

/** @param addresses  that may be told still */
export function envelopeOf(fields: readonly CollectedField[], addresses: { left: number }): Envelope {
  const last = (name: string): string | undefined =>
    line(fields.findLast((each) => each.name === name)?.value);
  const all = (name: string): EnvelopeAddress[] =>
    fields.flatMap((each) => (each.name === name ? parseAddressList(each.value, addresses) : []));
  return {
    date: last('date'),
    subject: last('subject'),
    from: all('from'),
    sender: all('sender'),
    replyTo: all('reply-to'),
    to: all('to'),
    cc: all('cc'),
    bcc: all('bcc'),
    inReplyTo: last('in-reply-to'),
    messageId: last('message-id'),
  };
}

/** Without the line ends of folding. */
const line = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : value.replace(/[\r\n]+/g, '');

/** content := "Content-Type" ":" type "/" subtype *(";" parameter); two empty words where it is broken. */
function parseType(value: string): Pick<PartFields, 'type' | 'subtype' | 'parameters'> {
  const scanner = new FieldScanner(value);
  scanner.blanks();
  const type: string[] = [];
  const subtype: string[] = [];
  const broken = { type: '', subtype: '', parameters: [] };
  if (scanner.token(type) !== 'more') return { ...broken, type: type.join('') };
  if (scanner.peek() !== '/') return broken;
  scanner.at++;
  if (scanner.blanks() !== 'more' || scanner.token(subtype) === 'broken') return broken;
  if (!scanner.isAtEnd && scanner.peek() !== ';') return broken;
  return { type: type.join(''), subtype: subtype.join(''), parameters: parseParameters(scanner) };
}

/** One token, and nothing behind it. */
function parseToken(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const scanner = new FieldScanner(value);
  scanner.blanks();
  const token: string[] = [];
  return scanner.token(token) === 'end' ? token.join('') : undefined;
}

/** The first with parameters, else the last. */
function parseDisposition(fields: readonly CollectedField[]): PartFields['disposition'] {
  let found: PartFields['disposition'];
  for (const { name, value } of fields) {
    if (name !== 'content-disposition' || (found?.parameters.length ?? 0) > 0) continue;
    const scanner = new FieldScanner(value);
    scanner.blanks();
    const type: string[] = [];
    scanner.token(type);
    found = { type: type.join(''), parameters: parseParameters(scanner) };
  }
  return found;
}

/** 1#Language-tag */
function parseLanguages(value: string | undefined): readonly string[] {
  const languages: string[] = [];
  if (value === undefined) return languages;
  const scanner = new FieldScanner(value);
  scanner.blanks();
  for (let language: string[] = []; scanner.atom(language) !== 'broken'; language = []) {
    languages.push(language.join(''));
    if (scanner.peek() !== ',') break;
    scanner.at++;
    scanner.blanks();
  }
  return languages;
}
