/** SEARCH, SORT, THREAD. Source: RFC 9051 §6.4.4; RFC 4731; RFC 5182; RFC 5256; RFC 7162 §3.1.5, §3.1.6. */
import type { MessageRecord, SelectedIds } from '../../ports/mail-store.ts';
import { Breath, SearchStopped } from '../breath.ts';
import type { MailboxView } from '../mailbox-view.ts';
import { readMessages } from '../messages/index.ts';
import { SEARCH_CHARSETS } from '../search/charset-text.ts';
import { resolve, type SearchRequest } from '../search/matching.ts';
import { parseSearch, parseSort, parseThread, type ReturnOptions } from '../search/parse-search.ts';
import { findMessages, resultOf } from '../search/search.ts';
import { extendedAnswer, numbersAnswer } from '../search/search-answer.ts';
import { type SearchKey, someKey } from '../search/search-key.ts';
import type { SearchedMailbox } from '../search/searched-mailbox.ts';
import { sortMessages } from '../search/sort.ts';
import { threadMessages } from '../search/thread.ts';
import type { Session } from '../session.ts';
import { SyntaxFault } from '../syntax/cursor.ts';
import { becomeAware } from './connection.ts';
import { type Answer, type Dialogue, type ImapVerb, no, ok, selected, viewOf } from './verb.ts';

/** Characters said before the client has to take them. */
const AT_ONCE = 65_536;

const search: ImapVerb = {
  states: selected,
  allowsUid: true,
  tellsExpunge: false,
  async obey(session, cursor, dialogue) {
    const { returns: asked, hasCharset, key } = parseSearch(cursor);
    // RFC 6855 §3: everything is UTF-8 then.
    if (hasCharset && session.enabled.has('UTF8=ACCEPT')) throw new SyntaxFault('No charset is named now.');
    if (key !== undefined) cursor.end();
    const returns = asked ?? (session.enabled.has('IMAP4REV2') ? ALL : undefined);
    // RFC 9051 §6.4.4.1: where the search fails, for its charset, too, nothing is saved.
    const { saved } = session;
    if (returns?.save === true) session.saved = [];
    return carriedOut('SEARCH', session, dialogue, key, async (request) => {
      const resolved = { ...request, key: resolve(request.key, request.mailbox, saved) };
      const found = await findMessages(resolved, returns);
      if (returns?.save === true)
        session.saved = found.sequences.map((sequence) => request.mailbox.uidAt(sequence));
      const result = resultOf(found, request.mailbox, dialogue.byUid);
      if (returns === undefined) return numbersAnswer('SEARCH', result);
      return isSaveAlone(returns) ? [] : extendedAnswer(dialogue.tag, dialogue.byUid, returns, result);
    });
  },
};

/** What IMAP4rev2 answers where nothing is said. RFC 9051 §6.4.4 */
const ALL: ReturnOptions = { min: false, max: false, all: true, count: false, save: false };

const isSaveAlone = ({ min, max, all, count, save }: ReturnOptions): boolean =>
  save && !(min || max || all || count);

const sort: ImapVerb = {
  states: selected,
  allowsUid: true,
  tellsExpunge: false,
  async obey(session, cursor, dialogue) {
    const { criteria, key } = parseSort(cursor);
    if (key !== undefined) cursor.end();
    return carriedOut('SORT', session, dialogue, key, async (request) => {
      const resolved = { ...request, key: resolve(request.key, request.mailbox, session.saved) };
      const found = await sortMessages(resolved, criteria);
      return numbersAnswer('SORT', resultOf(found, request.mailbox, dialogue.byUid));
    });
  },
};

const thread: ImapVerb = {
  states: selected,
  allowsUid: true,
  tellsExpunge: false,
  async obey(session, cursor, dialogue) {
    const { algorithm, key } = parseThread(cursor);
    if (key !== undefined) cursor.end();
    return carriedOut('THREAD', session, dialogue, key, async (request) => {
      const { mailbox } = request;
      const resolved = { ...request, key: resolve(request.key, mailbox, session.saved) };
      const forest = await threadMessages(resolved, algorithm);
      return threadAnswer(forest.lists((sequence) => (dialogue.byUid ? mailbox.uidAt(sequence) : sequence)));
    });
  },
};

function* threadAnswer(lists: Iterable<string>): Generator<string> {
  yield '* THREAD';
  let isFirst = true;
  for (const piece of lists) {
    if (piece !== '') yield isFirst ? ` ${piece}` : piece;
    isFirst &&= piece === '';
  }
  yield '\r\n';
}

/** @param key  undefined: its charset is not known. @param answered  what is said, in pieces */
async function carriedOut(
  name: string,
  session: Session,
  dialogue: Dialogue,
  key: SearchKey | undefined,
  answered: (request: SearchRequest) => Promise<Iterable<string>>,
): Promise<Answer> {
  if (key === undefined) return no('There is no such charset here.', `BADCHARSET (${SEARCH_CHARSETS})`);
  if (someKey(key, ({ kind }) => kind === 'modseq')) becomeAware(session, dialogue.say);
  const { clock } = session.dependencies;
  const breath = new Breath(dialogue.gone, {
    async tell(done) {
      dialogue.say(`* OK Searched ${Math.floor(done * 100)}% of the mailbox\r\n`);
      await dialogue.flush();
    },
  });
  const request = { mailbox: searched(session), key, now: clock.now(), breath };
  try {
    await sayPieces(await answered(request), dialogue);
  } catch (failure) {
    if (!(failure instanceof SearchStopped)) throw failure;
    return no('The server is being stopped.', 'UNAVAILABLE');
  }
  return ok(`${name} completed`);
}

async function sayPieces(pieces: Iterable<string>, { say, flush }: Dialogue): Promise<void> {
  let said = 0;
  for (const piece of pieces) {
    say(piece);
    said += piece.length;
    if (said < AT_ONCE) continue;
    await flush();
    said = 0;
  }
}

function searched(session: Session): SearchedMailbox {
  const view = viewOf(session);
  const { login } = session;
  if (login === undefined) throw new Error('Nobody has logged in.');
  const { store } = login.mailboxes;
  const { fileId: file, folderId: folder } = view;
  return {
    count: view.count,
    uidAt: (sequence) => view.uidAt(sequence),
    async narrowed(narrowing, stop) {
      const selected = await store.select(file, folder, narrowing, stop);
      try {
        if (selected.length > view.count / FEW) return undefined;
        return await sequencesOf(selected, view, (ids) => store.messages(file, ids), stop);
      } finally {
        selected.close();
      }
    },
    numbered: (uids) => store.mailboxes.messages(file, folder, uids),
    async *read(records) {
      const places = records.map(({ sequence, numbered }) => ({ sequence, uid: numbered.uid }));
      for await (const batch of readMessages({ store, file, folder, domain: login.domain }, places))
        yield* batch;
    },
  };
}

/** One by one, to know a message by its identifier costs more than its record by number: of so many one. */
const FEW = 8;
const IDS_AT_ONCE = 1_000;

async function sequencesOf(
  selected: SelectedIds,
  view: MailboxView,
  records: (ids: Float64Array) => Promise<readonly (MessageRecord | undefined)[]>,
  stop: AbortSignal,
): Promise<readonly number[]> {
  // One that is in another folder by now may have the number of one that is here: that is looked at for itself.
  const sequences = new Set<number>();
  const breath = new Breath(stop);
  for (let at = 0; at < selected.length; at += IDS_AT_ONCE) {
    await breath.take();
    for (const record of await records(await selected.slice(at, IDS_AT_ONCE))) {
      const sequence = record === undefined ? undefined : view.sequenceOf(record.uid);
      if (sequence !== undefined) sequences.add(sequence);
    }
  }
  return [...sequences].sort((a, b) => a - b);
}

export const searchVerbs = { SEARCH: search, SORT: sort, THREAD: thread } as const;
