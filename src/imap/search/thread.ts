/** THREAD: the messages a search finds, as conversations. Of each a few numbers are kept, and identifiers. Source: RFC 5256 §3. */

import type { Breath } from '../breath.ts';
import { type BaseSubject, baseSubject } from './base-subject.ts';
import { parseSentDate } from './calendar-day.ts';
import { isGone } from './is-gone.ts';
import type { SearchRequest } from './matching.ts';
import { sortedIndexes } from './merge-sort.ts';
import { messageIds } from './message-ids.ts';
import type { ThreadArguments } from './parse-search.ts';
import { type OpenMatch, readingMatches } from './reading-matches.ts';
import { SearchedHeader } from './searched-header.ts';
import { type ThreadedMessages, ThreadForest } from './thread-forest.ts';
import { ThreadLinks } from './thread-links.ts';
import { threadByReferences } from './thread-references.ts';

/** Throws SearchStopped. */
export async function threadMessages(
  request: SearchRequest,
  algorithm: ThreadArguments['algorithm'],
): Promise<ThreadForest> {
  const messages = new MessageTable();
  const links = new ThreadLinks();
  for await (const match of readingMatches(request, true)) {
    const header = await headerOf(match);
    if (header === undefined) continue;
    const sent = parseSentDate(header.first('date') ?? '')?.instant ?? match.numbered.receivedAt;
    messages.add(match.sequence, sent, baseSubject(header.first('subject')));
    if (algorithm === 'REFERENCES')
      links.add(messageIds(header.first('message-id'))[0], referencesOf(header));
  }
  return algorithm === 'REFERENCES'
    ? threadByReferences(messages, links, request.breath)
    : threadBySubject(messages, request.breath);
}

/** RFC 5256 §3: without References it is the first of In-Reply-To. */
function referencesOf(header: SearchedHeader): readonly string[] {
  const references = messageIds(header.first('references'));
  return references.length > 0 ? references : messageIds(header.first('in-reply-to')).slice(0, 1);
}

async function headerOf({ message }: OpenMatch): Promise<SearchedHeader | undefined> {
  try {
    return await SearchedHeader.of(message!);
  } catch (failure) {
    if (!isGone(failure)) throw failure;
    return undefined;
  }
}

/** ORDEREDSUBJECT: the first of a subject, and all others below it. */
async function threadBySubject(messages: ThreadedMessages, breath: Breath): Promise<ThreadForest> {
  const { dates, subjects } = messages;
  const order = await sortedIndexes(dates.length, (a, b) => dates[a]! - dates[b]!, breath);
  const forest = new ThreadForest(
    messages,
    Array.from(dates, (_, index) => index),
  );
  const firsts = new Map<number, number>();
  const roots: number[] = [];
  for (const place of order) {
    const first = firsts.get(subjects[place]!);
    if (first === undefined) {
      firsts.set(subjects[place]!, place);
      roots.push(place);
    } else forest.addChildren(first, [place]);
  }
  forest.roots = roots;
  return forest;
}

class MessageTable implements ThreadedMessages {
  readonly sequences: number[] = [];
  readonly dates: number[] = [];
  readonly subjects: number[] = [];
  readonly areReplies: boolean[] = [];
  readonly #known = new Map<string, number>([['', 0]]);

  add(sequence: number, date: number, { text, isReply }: BaseSubject): void {
    let subject = this.#known.get(text);
    if (subject === undefined) {
      subject = this.#known.size;
      this.#known.set(text, subject);
    }
    this.sequences.push(sequence);
    this.dates.push(date);
    this.subjects.push(subject);
    this.areReplies.push(isReply);
  }
}
