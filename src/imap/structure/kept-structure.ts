/**
 * The structure of a text as the store keeps it: JSON without names, about as long as the header it tells of. What another version
 * of this file has written is found out anew.
 */
import type {
  Envelope,
  EnvelopeAddress,
  MessageStructure,
  Parameter,
  PartStructure,
} from './message-structure.ts';

const VERSION = 1;

export interface KeptStructure {
  readonly structure: MessageStructure;
  /** `isBareText` of the internet form: its header says only how it is encoded. */
  readonly isBare: boolean;
}

type Text = string | null;
type FlatAddress = readonly [Text, Text, Text, Text];
type FlatEnvelope = readonly [
  Text,
  Text,
  readonly FlatAddress[],
  readonly FlatAddress[],
  readonly FlatAddress[],
  readonly FlatAddress[],
  readonly FlatAddress[],
  readonly FlatAddress[],
  Text,
  Text,
];
type FlatPart = readonly [
  type: string,
  subtype: string,
  parameters: readonly string[],
  id: Text,
  description: Text,
  encoding: string,
  md5: Text,
  disposition: readonly string[] | null,
  language: readonly string[],
  location: Text,
  places: readonly [number, number, number, number],
  parts: readonly FlatPart[],
  message: FlatMessage | null,
];
type FlatMessage = readonly [FlatEnvelope, FlatPart];
type Flat = readonly [version: number, isBare: 0 | 1, ...FlatMessage];

export const encodeStructure = ({ structure, isBare }: KeptStructure): string =>
  JSON.stringify([VERSION, isBare ? 1 : 0, ...flatMessage(structure)] satisfies Flat);

/** Undefined for what was written otherwise. */
export function decodeStructure(kept: string): KeptStructure | undefined {
  // Another version may have written anything.
  if (!kept.startsWith(`[${VERSION},`)) return undefined;
  const flat = JSON.parse(kept) as Flat;
  return { isBare: flat[1] === 1, structure: messageOf([flat[2], flat[3]]) };
}

/** Behind something that stands in front of it: all places are so many octets further. */
export const moved = (structure: MessageStructure, octets: number): MessageStructure =>
  octets === 0 ? structure : { ...structure, root: movedPart(structure.root, octets) };

const movedPart = (part: PartStructure, octets: number): PartStructure => ({
  ...part,
  headerStart: part.headerStart + octets,
  bodyStart: part.bodyStart + octets,
  bodyEnd: part.bodyEnd + octets,
  parts: part.parts.map((each) => movedPart(each, octets)),
  message: part.message === undefined ? undefined : moved(part.message, octets),
});

const text = (value: string | undefined): Text => value ?? null;
const orNot = (value: Text): string | undefined => value ?? undefined;

const flatMessage = ({ envelope, root }: MessageStructure): FlatMessage => [
  flatEnvelope(envelope),
  flatPart(root),
];
const messageOf = ([envelope, root]: FlatMessage): MessageStructure => ({
  envelope: envelopeOf(envelope),
  root: partOf(root),
});

const flatAddresses = (list: readonly EnvelopeAddress[]): readonly FlatAddress[] =>
  list.map(({ name, route, mailbox, host }) => [text(name), text(route), text(mailbox), text(host)]);
const addressesOf = (list: readonly FlatAddress[]): readonly EnvelopeAddress[] =>
  list.map(([name, route, mailbox, host]) => ({
    name: orNot(name),
    route: orNot(route),
    mailbox: orNot(mailbox),
    host: orNot(host),
  }));

const flatEnvelope = (envelope: Envelope): FlatEnvelope => [
  text(envelope.date),
  text(envelope.subject),
  flatAddresses(envelope.from),
  flatAddresses(envelope.sender),
  flatAddresses(envelope.replyTo),
  flatAddresses(envelope.to),
  flatAddresses(envelope.cc),
  flatAddresses(envelope.bcc),
  text(envelope.inReplyTo),
  text(envelope.messageId),
];
const envelopeOf = (flat: FlatEnvelope): Envelope => ({
  date: orNot(flat[0]),
  subject: orNot(flat[1]),
  from: addressesOf(flat[2]),
  sender: addressesOf(flat[3]),
  replyTo: addressesOf(flat[4]),
  to: addressesOf(flat[5]),
  cc: addressesOf(flat[6]),
  bcc: addressesOf(flat[7]),
  inReplyTo: orNot(flat[8]),
  messageId: orNot(flat[9]),
});

const flatParameters = (parameters: readonly Parameter[]): readonly string[] =>
  parameters.flatMap(({ name, value }) => [name, value]);
function parametersOf(flat: readonly string[], from = 0): readonly Parameter[] {
  const parameters: Parameter[] = [];
  for (let at = from; at + 1 < flat.length; at += 2)
    parameters.push({ name: flat[at]!, value: flat[at + 1]! });
  return parameters;
}

const flatPart = (part: PartStructure): FlatPart => [
  part.type,
  part.subtype,
  flatParameters(part.parameters),
  text(part.id),
  text(part.description),
  part.encoding,
  text(part.md5),
  part.disposition === undefined
    ? null
    : [part.disposition.type, ...flatParameters(part.disposition.parameters)],
  part.language,
  text(part.location),
  [part.headerStart, part.bodyStart, part.bodyEnd, part.lines],
  part.parts.map(flatPart),
  part.message === undefined ? null : flatMessage(part.message),
];
const partOf = (flat: FlatPart): PartStructure => ({
  type: flat[0],
  subtype: flat[1],
  parameters: parametersOf(flat[2]),
  id: orNot(flat[3]),
  description: orNot(flat[4]),
  encoding: flat[5],
  md5: orNot(flat[6]),
  disposition:
    flat[7] === null ? undefined : { type: flat[7][0] ?? '', parameters: parametersOf(flat[7], 1) },
  language: flat[8],
  location: orNot(flat[9]),
  headerStart: flat[10][0],
  bodyStart: flat[10][1],
  bodyEnd: flat[10][2],
  lines: flat[10][3],
  parts: flat[11].map(partOf),
  message: flat[12] === null ? undefined : messageOf(flat[12]),
});
