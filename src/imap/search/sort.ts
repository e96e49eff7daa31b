/**
 * SORT: the messages a search finds, in the order of what their records and envelopes say. Of each message a number is kept for
 * every key, and of texts each one once. Sources: RFC 5256 §3; RFC 5957.
 */
import { headerText } from '../../mime/index.ts';
import type { Breath } from '../breath.ts';
import type { ReadableMessage } from '../readable-message.ts';
import type { Envelope, EnvelopeAddress } from '../structure/message-structure.ts';
import { baseSubject } from './base-subject.ts';
import { parseSentDate } from './calendar-day.ts';
import { casemap } from './casemap.ts';
import { isGone } from './is-gone.ts';
import type { SearchRequest } from './matching.ts';
import { sortedIndexes } from './merge-sort.ts';
import type { SortCriterion } from './parse-search.ts';
import { readingMatches } from './reading-matches.ts';
import type { FoundMessages } from './search.ts';
import { someKey } from './search-key.ts';

/** Texts are compared so far. */
const KEY_CHARACTERS = 250;

/** Throws SearchStopped. */
export async function sortMessages(
  request: SearchRequest,
  criteria: readonly SortCriterion[],
): Promise<FoundMessages> {
  const wantsModseq = someKey(request.key, ({ kind }) => kind === 'modseq');
  let modseq = 0;
  const columns = criteria.map(({ name, isReverse }) => column(name, isReverse));
  const sequences: number[] = [];
  const needsText = criteria.some(({ name }) => name !== 'ARRIVAL');
  for await (const { sequence, numbered, message } of readingMatches(request, needsText)) {
    const reading: Reading = { receivedAt: numbered.receivedAt, message };
    const values = await valuesOf(columns, reading);
    if (values === undefined) continue;
    for (const [index, each] of columns.entries()) each.values.push(values[index]!);
    sequences.push(sequence);
    modseq = Math.max(modseq, numbered.modseq);
  }
  const orders: ((a: number, b: number) => number)[] = [];
  for (const each of columns) orders.push(await each.order(request.breath));
  const compare = (a: number, b: number): number => {
    for (const order of orders) {
      const difference = order(a, b);
      if (difference !== 0) return difference;
    }
    return 0;
  };
  const sorted = await sortedIndexes(sequences.length, compare, request.breath);
  return {
    sequences: Array.from(sorted, (index) => sequences[index]!),
    modseq: wantsModseq ? modseq : undefined,
  };
}

interface Reading {
  readonly receivedAt: number;
  readonly message: ReadableMessage | undefined;
}

/** Undefined: another session has removed the message meanwhile. */
async function valuesOf(columns: readonly Column[], reading: Reading): Promise<number[] | undefined> {
  try {
    const values: number[] = [];
    for (const each of columns) {
      const value = each.valueIn(reading);
      values.push(typeof value === 'number' ? value : await value);
    }
    return values;
  } catch (failure) {
    if (!isGone(failure)) throw failure;
    return undefined;
  }
}

/** What one criterion compares, of all messages. */
interface Column {
  readonly values: number[];
  valueIn(reading: Reading): number | Promise<number>;
  order(breath: Breath): Promise<(a: number, b: number) => number>;
}

function column(name: SortCriterion['name'], isReverse: boolean): Column {
  const sign = isReverse ? -1 : 1;
  switch (name) {
    case 'ARRIVAL':
      return numbersColumn(sign, ({ receivedAt }) => receivedAt);
    case 'SIZE':
      return numbersColumn(sign, ({ message }) => message!.octets());
    case 'DATE':
      // RFC 5256 §2.2: without a date of its own it is that of its arrival.
      return numbersColumn(sign, (reading) =>
        ofEnvelope(reading, ({ date }) => parseSentDate(date ?? '')?.instant ?? reading.receivedAt),
      );
    case 'SUBJECT':
      return textsColumn(sign, ({ subject }) => baseSubject(subject).text);
    case 'FROM':
    case 'TO':
    case 'CC':
      return textsColumn(sign, (envelope) => casemap(firstAddress(envelope, name)?.mailbox ?? ''));
    case 'DISPLAYFROM':
    case 'DISPLAYTO':
      return textsColumn(sign, (envelope) =>
        displayed(firstAddress(envelope, name === 'DISPLAYFROM' ? 'FROM' : 'TO')),
      );
  }
}

function numbersColumn(sign: number, valueIn: (reading: Reading) => number | Promise<number>): Column {
  const values: number[] = [];
  return {
    values,
    valueIn,
    order: async () => (a, b) => sign * (values[a]! - values[b]!),
  };
}

function textsColumn(sign: number, textOf: (envelope: Envelope) => string): Column {
  const places = new Map<string, number>();
  const values: number[] = [];
  return {
    values,
    valueIn: (reading) =>
      ofEnvelope(reading, (envelope) => {
        const text = textOf(envelope).slice(0, KEY_CHARACTERS);
        let place = places.get(text);
        if (place === undefined) {
          place = places.size;
          places.set(text, place);
        }
        return place;
      }),
    async order(breath) {
      const texts = [...places.keys()];
      const compare = (a: number, b: number): number =>
        texts[a]! < texts[b]! ? -1 : texts[a]! > texts[b]! ? 1 : 0;
      const sorted = await sortedIndexes(texts.length, compare, breath);
      const ranks = new Uint32Array(texts.length);
      for (const [rank, place] of sorted.entries()) ranks[place] = rank;
      return (a, b) => sign * (ranks[values[a]!]! - ranks[values[b]!]!);
    },
  };
}

/** At once, where the structure is at hand. */
function ofEnvelope({ message }: Reading, value: (envelope: Envelope) => number): number | Promise<number> {
  const structure = message!.structure();
  return structure instanceof Promise
    ? structure.then(({ envelope }) => value(envelope))
    : value(structure.envelope);
}

/** RFC 5256 §3: of the first address the mailbox; a group's name, where it begins one. */
const firstAddress = (envelope: Envelope, field: 'FROM' | 'TO' | 'CC'): EnvelopeAddress | undefined =>
  (field === 'FROM' ? envelope.from : field === 'TO' ? envelope.to : envelope.cc)[0];

/** RFC 5957 §3: the name, else the address. */
function displayed(address: EnvelopeAddress | undefined): string {
  if (address === undefined) return '';
  if (address.name !== undefined && address.name !== '') return casemap(headerText(address.name));
  const { mailbox = '', host } = address;
  return casemap(host === undefined ? headerText(mailbox) : `${mailbox}@${host}`);
}
