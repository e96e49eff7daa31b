/**
 * The structure of a text as the store keeps it: JSON without names, about as long as the header it tells of. ENVELOPE stands first, as
 * it is said, since mail programs ask for it of whole folders; what it says by itself, then the parts: each is read when it is
 * asked for. What another version of this file has written is found out anew.
 */
import { formatEnvelope } from './format-structure.ts';
import type {
  Envelope,
  EnvelopeAddress,
  MessageStructure,
  Parameter,
  PartStructure,
} from './message-structure.ts';

/** The first character: another one where any of the three is written in another way. */
const VERSION = '2';

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

/** `2`, 1 or 0 for `isBare`, the lengths of the first two pieces, each with a blank behind it, and the three pieces. */
export function encodeStructure({ structure, isBare }: KeptStructure): string {
  const said = formatEnvelope(structure.envelope, { utf8: false });
  const [envelope, root] = flatMessage(structure).map((half) => JSON.stringify(half)) as [string, string];
  return `${VERSION}${isBare ? 1 : 0}${said.length} ${envelope.length} ${said}${envelope}${root}`;
}

/** Undefined for what was written otherwise. */
export function decodeStructure(kept: string): KeptStructure | undefined {
  // Another version may have written anything.
  if (!kept.startsWith(VERSION)) return undefined;
  return { isBare: kept[1] === '1', structure: new StructureAsKept(kept) };
}

class StructureAsKept implements MessageStructure {
  readonly #kept: string;
  readonly #said: number;
  readonly #envelope: number;
  readonly #root: number;
  #parsedEnvelope: Envelope | undefined;
  #parsedRoot: PartStructure | undefined;

  constructor(kept: string) {
    const first = kept.indexOf(' ');
    const second = kept.indexOf(' ', first + 1);
    this.#kept = kept;
    this.#said = second + 1;
    this.#envelope = this.#said + Number(kept.slice(2, first));
    this.#root = this.#envelope + Number(kept.slice(first + 1, second));
  }

  get saidEnvelope(): string {
    return this.#kept.slice(this.#said, this.#envelope);
  }
  get envelope(): Envelope {
    this.#parsedEnvelope ??= envelopeOf(JSON.parse(this.#kept.slice(this.#envelope, this.#root)));
    return this.#parsedEnvelope;
  }
  get root(): PartStructure {
    this.#parsedRoot ??= partOf(JSON.parse(this.#kept.slice(this.#root)));
    return this.#parsedRoot;
  }
}

/** Behind something that stands in front of it: all places are so many octets further. */
export const moved = (structure: MessageStructure, octets: number): MessageStructure =>
  octets === 0 ? structure : { envelope: structure.envelope, root: movedPart(structure.root, octets) };

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
