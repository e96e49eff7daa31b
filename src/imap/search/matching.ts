/**
 * The messages of a mailbox that meet a search key, a batch at a time: what numbers alone decide first, then what records say, and
 * only of what is left headers and texts are read. Memory does not grow with the mailbox. Source: RFC 9051 §6.4.4.
 */
import type { NumberedMessage } from '../../ports/mailboxes.ts';
import { type Breath, SearchStopped } from '../breath.ts';
import type { ReadableMessage } from '../readable-message.ts';
import { rangesOf } from '../syntax/number-set.ts';
import { isGone } from './is-gone.ts';
import { type Facts, judge } from './judge.ts';
import { narrowing } from './narrowing.ts';
import { costOf, type SearchKey, someKey, type TextKey } from './search-key.ts';
import { SearchedHeader } from './searched-header.ts';
import type { FoundRecord, SearchedMailbox } from './searched-mailbox.ts';
import { searchTexts } from './text-search.ts';

const BATCH = 1_000;
/** Where the first match is enough, and texts have to be read to find it. */
const FEW = 20;

export interface Match {
  readonly sequence: number;
  /** Undefined where no record had to be read. */
  readonly numbered: NumberedMessage | undefined;
}

export interface SearchRequest {
  readonly mailbox: SearchedMailbox;
  /** Resolved. */
  readonly key: SearchKey;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly breath: Breath;
}

/**
 * What the numbers of a key stand for in this mailbox; cheap parts come first.
 * @param saved  `$`: unique identifiers, ascending
 */
export function resolve(key: SearchKey, mailbox: SearchedMailbox, saved: readonly number[]): SearchKey {
  if (key.kind === 'not') return { kind: 'not', key: resolve(key.key, mailbox, saved) };
  if (key.kind === 'and' || key.kind === 'or') {
    const keys = key.keys.map((each) => resolve(each, mailbox, saved));
    const priced = keys.map((each) => ({ each, cost: costOf(each) })).sort((a, b) => a.cost - b.cost);
    return { kind: key.kind, keys: priced.map(({ each }) => each) };
  }
  if (key.kind !== 'numbers') return key;
  if (key.set === '$') return { kind: 'places', byUid: true, ranges: rangesOfNumbers(saved) };
  const largest = key.byUid && mailbox.count > 0 ? mailbox.uidAt(mailbox.count) : mailbox.count;
  return { kind: 'places', byUid: key.byUid, ranges: rangesOf(key.set, largest) };
}

function rangesOfNumbers(numbers: readonly number[]): { first: number; last: number }[] {
  const ranges: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const before = ranges.at(-1);
    if (before !== undefined && before.last + 1 === number) before.last = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges;
}

/**
 * In the order of their numbers, or the other way round. Throws SearchStopped.
 * @param options.withRecords  every match comes with its record; what is gone is none then
 * @param options.isFew  no more than the first is asked for
 */
export async function* matching(
  request: SearchRequest,
  options: { readonly withRecords: boolean; readonly fromEnd?: boolean; readonly isFew?: boolean },
): AsyncGenerator<Match> {
  const { mailbox, breath } = request;
  const needs = needsOf(request.key);
  const batch = options.isFew === true && costOf(request.key) > 1 ? FEW : BATCH;
  const some = await narrowed(request);
  const count = some?.length ?? mailbox.count;
  for (let done = 0; done < count; done += batch) {
    breath.done = done / count;
    await breath.take();
    const end = options.fromEnd === true ? count - done : Math.min(done + batch, count);
    const start = options.fromEnd === true ? Math.max(end - batch, 0) : done;
    const sequences =
      some?.slice(start, end) ?? Array.from({ length: end - start }, (_, at) => start + at + 1);
    const found = await matchingBatch(request, needs, sequences, options.withRecords);
    yield* options.fromEnd === true ? found.reverse() : found;
  }
}

/** Undefined where all have to be looked at. */
async function narrowed({
  mailbox,
  key,
  now,
  breath,
}: SearchRequest): Promise<readonly number[] | undefined> {
  if (mailbox.count <= BATCH) return undefined;
  const found = narrowing(key, now);
  try {
    return found === undefined ? undefined : await mailbox.narrowed?.(found, breath.stop);
  } catch (failure) {
    throw breath.stop.aborted ? new SearchStopped() : failure;
  }
}

interface Needs {
  readonly octets: boolean;
  readonly header: boolean;
  readonly texts: readonly TextKey[];
}

function needsOf(key: SearchKey): Needs {
  const texts: TextKey[] = [];
  someKey(key, (each) => {
    if (each.kind === 'body' || each.kind === 'text') texts.push(each);
    return false;
  });
  return {
    octets: someKey(key, ({ kind }) => kind === 'larger' || kind === 'smaller'),
    header: someKey(key, ({ kind }) => kind === 'header' || kind === 'sent'),
    texts,
  };
}

async function matchingBatch(
  request: SearchRequest,
  needs: Needs,
  sequences: readonly number[],
  withRecords: boolean,
): Promise<Match[]> {
  const { mailbox, key, now } = request;
  const found: Match[] = [];
  let open: Facts[] = [];
  for (const sequence of sequences) {
    const facts: Facts = { sequence, uid: mailbox.uidAt(sequence), now };
    const judged = judge(key, facts);
    if (judged === undefined || (judged && withRecords)) open.push(facts);
    else if (judged) found.push({ sequence, numbered: undefined });
  }
  if (open.length === 0) return found;
  const records = await mailbox.numbered(open.map(({ uid }) => uid));
  open = open.filter((facts, index) => {
    const numbered = records[index];
    if (numbered === undefined) return false;
    facts.numbered = numbered;
    const judged = judge(key, facts);
    if (judged === true) found.push({ sequence: facts.sequence, numbered });
    return judged === undefined;
  });
  if (open.length > 0) {
    for await (const match of matchingTexts(request, needs, open)) found.push(match);
  }
  return found.sort((a, b) => a.sequence - b.sequence);
}

async function* matchingTexts(
  { mailbox, key, breath }: SearchRequest,
  needs: Needs,
  open: readonly Facts[],
): AsyncGenerator<Match> {
  const byUid = new Map(open.map((facts) => [facts.uid, facts]));
  const records: FoundRecord[] = open.map(({ sequence, numbered }) => ({ sequence, numbered: numbered! }));
  for await (const message of mailbox.read(records)) {
    await breath.take();
    const facts = byUid.get(message.numbered.uid);
    if (facts === undefined) continue;
    try {
      if (await isMatch(key, facts, message, needs, breath))
        yield { sequence: facts.sequence, numbered: facts.numbered };
    } catch (failure) {
      if (!isGone(failure)) throw failure;
    }
  }
}

/** Reads no more than it takes to decide. */
async function isMatch(
  key: SearchKey,
  facts: Facts,
  message: ReadableMessage,
  needs: Needs,
  breath: Breath,
): Promise<boolean> {
  const steps: (() => Promise<void>)[] = [];
  if (needs.octets)
    steps.push(async () => {
      facts.octets = await message.octets();
    });
  if (needs.header)
    steps.push(async () => {
      facts.header = await SearchedHeader.of(message);
    });
  if (needs.texts.length > 0)
    steps.push(async () => {
      const isEnough = (found: ReadonlyMap<TextKey, boolean>): boolean => {
        facts.texts = found;
        return judge(key, facts) !== undefined;
      };
      facts.texts = await searchTexts(message, needs.texts, isEnough, breath);
    });
  for (const step of steps) {
    await step();
    const judged = judge(key, facts);
    if (judged !== undefined) return judged;
  }
  throw new Error('A search key was not decided.');
}
