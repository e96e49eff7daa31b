/** The answer to a FETCH for one message. Source: RFC 9051 §7.5.2. */
import type { NumberedMessage } from '../../ports/mailboxes.ts';
import { formatDateTime } from '../date-time.ts';
import { flagList } from '../flags.ts';
import { emailId } from '../object-id.ts';
import type { ReadableMessage } from '../readable-message.ts';
import { envelopeText, formatBody } from '../structure/format-structure.ts';
import type { MessageStructure } from '../structure/message-structure.ts';
import { formatString } from '../syntax/format-string.ts';
import { binarySection, UnknownEncoding } from './binary-section.ts';
import type { FetchItem, Partial } from './fetch-request.ts';
import { headerSubset } from './header-subset.ts';
import { measured, NO_OCTETS, type Octets, partOf } from './octets.ts';
import { previewOf } from './preview.ts';
import { placeOf, type Section } from './section.ts';

export interface FetchOut {
  /** One character per octet. */
  say(text: string): void;
  send(octets: Uint8Array): Promise<void>;
  /** Ends the connection: the literal that has begun cannot be what was said of it. */
  breakOff(): void;
}

export interface FetchContext {
  readonly utf8: boolean;
  /** As it is now, where it has changed since it was read. */
  readonly numbered?: NumberedMessage | undefined;
}

export type FetchOutcome = 'whole' | 'unknownEncoding';

interface Literal {
  readonly name: string;
  readonly octets: Octets;
  readonly partial: Partial | undefined;
  readonly isBinary: boolean;
}

/**
 * Says nothing before all is known that may fail: throws Condition RMS FNF for a message that is gone, and whatever the store does.
 * What fails within a literal breaks the connection off, and is thrown.
 * @returns whether a part was left out whose encoding nobody knows: the command ends with NO and UNKNOWN-CTE
 */
export function writeFetch(
  items: readonly FetchItem[],
  message: ReadableMessage,
  out: FetchOut,
  context: FetchContext,
): FetchOutcome | Promise<FetchOutcome> {
  const text = textAtHand(items, message, context);
  if (text === undefined) return readAndWrite(items, message, out, context);
  out.say(`* ${message.sequence} FETCH (${text})\r\n`);
  return 'whole';
}

/** Where nothing has to be waited for. */
function textAtHand(
  items: readonly FetchItem[],
  message: ReadableMessage,
  { numbered = message.numbered, utf8 }: FetchContext,
): string | undefined {
  let text = '';
  for (const item of items) {
    const said = simpleItem(item, numbered) ?? itemAtHand(item, message, utf8);
    if (said === undefined) return undefined;
    text += text === '' ? said : ` ${said}`;
  }
  return text;
}

async function readAndWrite(
  items: readonly FetchItem[],
  message: ReadableMessage,
  out: FetchOut,
  context: FetchContext,
): Promise<FetchOutcome> {
  const numbered = context.numbered ?? message.numbered;
  let text = '';
  let outcome: FetchOutcome = 'whole';
  const literals: Literal[] = [];
  for (const item of items) {
    try {
      const said = simpleItem(item, numbered) ?? (await readItem(item, message, context.utf8));
      if (typeof said !== 'string') literals.push(said);
      else text += text === '' ? said : ` ${said}`;
    } catch (failure) {
      if (!(failure instanceof UnknownEncoding)) throw failure;
      outcome = 'unknownEncoding';
    }
  }
  if (text === '' && literals.length === 0) return outcome;
  const line = `* ${message.sequence} FETCH (${text}`;
  if (literals.length === 0) out.say(`${line})\r\n`);
  else await sendLiterals(line, text === '', literals, out);
  return outcome;
}

/** What needs nothing but the record of the message. */
function simpleItem(item: FetchItem, numbered: NumberedMessage): string | undefined {
  switch (item.kind) {
    case 'flags':
      return `FLAGS ${flagList(numbered)}`;
    case 'uid':
      return `UID ${numbered.uid}`;
    case 'modseq':
      return `MODSEQ (${numbered.modseq})`;
    case 'internalDate':
      return `INTERNALDATE ${formatDateTime(numbered.receivedAt)}`;
    case 'emailId':
      return `EMAILID (${emailId(numbered)})`;
    case 'threadId':
      return 'THREADID NIL';
    case 'saveDate':
      return 'SAVEDATE NIL';
    default:
      return undefined;
  }
}

function itemAtHand(item: FetchItem, message: ReadableMessage, utf8: boolean): string | undefined {
  if (item.kind === 'size') {
    const octets = atHand(message.octets());
    return octets === undefined ? undefined : sizeItem(octets);
  }
  if (!isOfStructure(item.kind)) return undefined;
  const structure = atHand(message.structure());
  return structure === undefined ? undefined : structureItem(item.kind, structure, utf8);
}

/** Undefined where it has to be waited for. It is asked for again then, and what fails fails there. */
function atHand<T>(value: T | Promise<T>): T | undefined {
  if (!(value instanceof Promise)) return value;
  value.catch(() => {});
  return undefined;
}

async function readItem(item: FetchItem, message: ReadableMessage, utf8: boolean): Promise<string | Literal> {
  if (isOfStructure(item.kind)) return structureItem(item.kind, await message.structure(), utf8);
  switch (item.kind) {
    case 'size':
      return sizeItem(await message.octets());
    case 'preview':
      return `PREVIEW ${formatString(await previewOf(message), utf8)}`;
    case 'binarySize':
      return `${item.name} ${(await binarySection(message, item.numbers)).length}`;
    case 'binary': {
      const octets = await binarySection(message, item.numbers);
      return { name: item.name, octets, partial: item.partial, isBinary: true };
    }
    case 'section': {
      const octets = await sectionOctets(item.section, message);
      return { name: item.name, octets, partial: item.partial, isBinary: false };
    }
    default:
      throw new Error(`${item.kind} is not read`);
  }
}

const sizeItem = (octets: number): string => `RFC822.SIZE ${octets}`;

type StructureItem = 'envelope' | 'body' | 'bodyStructure';
const isOfStructure = (kind: FetchItem['kind']): kind is StructureItem =>
  kind === 'envelope' || kind === 'body' || kind === 'bodyStructure';

function structureItem(kind: StructureItem, structure: MessageStructure, utf8: boolean): string {
  switch (kind) {
    case 'envelope':
      return `ENVELOPE ${envelopeText(structure, utf8)}`;
    case 'body':
      return `BODY ${formatBody(structure.root, false, { utf8 })}`;
    case 'bodyStructure':
      return `BODYSTRUCTURE ${formatBody(structure.root, true, { utf8 })}`;
  }
}

async function sectionOctets(section: Section, message: ReadableMessage): Promise<Octets> {
  if (section.numbers.length === 0 && section.what === 'all')
    return { length: await message.octets(), read: (start, end) => message.bytes(start, end) };
  const place = placeOf(section, await message.structure());
  if (place === undefined) return NO_OCTETS;
  if (section.what === 'fields' || section.what === 'notFields') {
    const names = new Set(section.fields);
    return measured(() =>
      headerSubset(message.bytes(place.start, place.end), names, section.what === 'notFields'),
    );
  }
  return {
    length: place.end - place.start,
    read: (start, end) => message.bytes(place.start + start, place.start + end),
  };
}

async function sendLiterals(
  line: string,
  isFirst: boolean,
  literals: readonly Literal[],
  out: FetchOut,
): Promise<void> {
  let text = isFirst ? line : `${line} `;
  for (const [index, { name, octets, partial, isBinary }] of literals.entries()) {
    const { start, end } = partOf(octets, partial);
    const origin = partial === undefined ? '' : `<${partial.start}>`;
    // RFC 9051 §4.3: only literal8 may have octets 0.
    const isLiteral8 = isBinary && octets.hasNul === true;
    out.say(`${text}${index === 0 ? '' : ' '}${name}${origin} ${isLiteral8 ? '~' : ''}{${end - start}}\r\n`);
    text = '';
    if (end > start) await sendOctets(octets.read(start, end), end - start, isLiteral8, out);
  }
  out.say(')\r\n');
}

/** So many octets, or the connection ends. */
async function sendOctets(
  octets: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  count: number,
  isLiteral8: boolean,
  out: FetchOut,
): Promise<void> {
  let left = count;
  try {
    for await (const chunk of octets) {
      left -= chunk.byteLength;
      if (left < 0) break;
      await out.send(isLiteral8 ? chunk : withoutNul(chunk));
    }
    if (left !== 0)
      throw new Error(`a text is ${Math.abs(left)} octets ${left < 0 ? 'longer' : 'shorter'} than it was`);
  } catch (failure) {
    out.breakOff();
    throw failure;
  }
}

/** RFC 9051 §9: CHAR8 is no octet 0. It goes as 0x80, as Dovecot has it. */
function withoutNul(chunk: Uint8Array): Uint8Array {
  if (!chunk.includes(0)) return chunk;
  return chunk.map((octet) => (octet === 0 ? 0x80 : octet));
}
