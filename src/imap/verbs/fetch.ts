/** FETCH. Source: RFC 9051 §6.4.5; RFC 7162 §3.1.4, §3.2.6. */
import type { NumberedMessage } from '../../ports/mailboxes.ts';
import { fetchFlags, wantsFlagsAlone } from '../fetch/fetch-flags.ts';
import { type FetchItem, type FetchRequest, parseFetch } from '../fetch/fetch-request.ts';
import { type FetchOut, writeFetch } from '../fetch/write-fetch.ts';
import { flagChange } from '../flags.ts';
import { namedMessages } from '../message-set.ts';
import { isGone, readMessages } from '../messages/index.ts';
import type { Places } from '../places.ts';
import type { ReadableMessage } from '../readable-message.ts';
import { type Session, speaksUtf8, tellsModseq } from '../session.ts';
import type { NumberSet } from '../syntax/number-set.ts';
import { vanishedOf } from '../vanished-earlier.ts';
import { becomeAware } from './connection.ts';
import {
  type Answer,
  bad,
  type Dialogue,
  type ImapVerb,
  mailboxesOf,
  no,
  ok,
  selected,
  viewOf,
} from './verb.ts';

/** Said together; octets that are longer go out as they are. */
const SAID_AT_ONCE = 32_768;
const SHORT_OCTETS = 2_048;

const SEEN = flagChange('add', {
  isSeen: true,
  isAnswered: false,
  isFlagged: false,
  isDeleted: false,
  isDraft: false,
  keywords: [],
});

const fetch: ImapVerb = {
  states: selected,
  allowsUid: true,
  tellsExpunge: false,
  async obey(session, cursor, dialogue) {
    const { byUid, say } = dialogue;
    const { places, set } = namedMessages(session, cursor, byUid);
    cursor.space();
    const request = parseFetch(cursor);
    // RFC 7162 §3.2.6
    if (request.vanished && !(byUid && session.enabled.has('QRESYNC')))
      return bad('VANISHED is for UID FETCH, after ENABLE QRESYNC.');
    const wantsModseq =
      request.changedSince !== undefined || request.items.some(({ kind }) => kind === 'modseq');
    if (wantsModseq) becomeAware(session, say);
    if (request.vanished) await tellVanished(session, request, set, dialogue);
    return new Fetching(session, request, dialogue).run(places);
  },
};

async function tellVanished(
  session: Session,
  { changedSince = 0 }: FetchRequest,
  set: NumberSet | undefined,
  { say }: Dialogue,
): Promise<void> {
  const view = viewOf(session);
  const { mailboxes } = mailboxesOf(session).store;
  const changes = await mailboxes.changes(view.fileId, view.folderId, { modseq: changedSince });
  // By what a SEARCH has found nothing is named that has vanished.
  if (changes === undefined || set === undefined) return;
  const vanished = vanishedOf(view, changes, set);
  if (vanished !== '') say(`* VANISHED (EARLIER) ${vanished}\r\n`);
}

/** One command, from its first message to its last. */
class Fetching {
  readonly #session: Session;
  readonly #request: FetchRequest;
  readonly #dialogue: Dialogue;
  readonly #out: Gathered;
  readonly #items: readonly FetchItem[];
  /** For messages that become seen by it. */
  readonly #itemsOfSeen: readonly FetchItem[];
  #answered = 0;
  #lacksEncoding = false;

  constructor(session: Session, request: FetchRequest, dialogue: Dialogue) {
    this.#session = session;
    this.#request = request;
    this.#dialogue = dialogue;
    this.#out = new Gathered(dialogue);
    const modseq: FetchItem[] = request.changedSince === undefined ? [] : [{ kind: 'modseq' }];
    const uid: FetchItem[] = dialogue.byUid ? [{ kind: 'uid' }] : [];
    this.#items = withItems(uid, request.items, modseq);
    // RFC 9051 §6.4.5: what has become seen is told.
    const flags: FetchItem[] = [{ kind: 'flags' }];
    this.#itemsOfSeen = withItems(this.#items, flags, tellsModseq(session) ? [{ kind: 'modseq' }] : []);
  }

  async run(places: Places): Promise<Answer> {
    const { gone } = this.#dialogue;
    const view = viewOf(this.#session);
    const { domain } = this.#session.login!;
    const { store } = mailboxesOf(this.#session);
    const source = { store, file: view.fileId, folder: view.folderId, domain };
    if (wantsFlagsAlone(this.#request, places)) {
      const folder = { mailboxes: store.mailboxes, file: view.fileId, id: view.folderId };
      this.#answered = await fetchFlags(folder, places, this.#items, this.#dialogue);
      return this.#ended(places.length);
    }
    let passedOver = 0;
    for await (const batch of readMessages(source, places)) {
      if (gone.aborted) break;
      const { changedSince } = this.#request;
      const wanted = batch.filter(
        ({ numbered }) => changedSince === undefined || numbered.modseq > changedSince,
      );
      passedOver += batch.length - wanted.length;
      await this.#answer(wanted);
      await this.#out.flush();
      // Others have their turn, however long this takes.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.#lacksEncoding) return no('The encoding of a part is not known.', 'UNKNOWN-CTE');
    return this.#ended(places.length - passedOver);
  }

  /** @param asked  messages that were to be answered */
  #ended(asked: number): Answer {
    const isWhole = this.#answered === asked;
    // RFC 9051 §7.1: by UID there is nothing to be said of what another session has expunged.
    return isWhole || this.#dialogue.byUid
      ? ok('FETCH completed')
      : no('Some messages are there no more.', 'EXPUNGEISSUED');
  }

  async #answer(messages: readonly ReadableMessage[]): Promise<void> {
    const seen = await this.#setSeen(messages);
    const utf8 = speaksUtf8(this.#session);
    for (const message of messages) {
      if (this.#dialogue.gone.aborted) return;
      const numbered = seen?.get(message.numbered.uid);
      const items = numbered === undefined ? this.#items : this.#itemsOfSeen;
      try {
        const written = writeFetch(items, message, this.#out, { utf8, numbered });
        const outcome = typeof written === 'string' ? written : await written;
        this.#lacksEncoding ||= outcome === 'unknownEncoding';
        this.#answered++;
      } catch (failure) {
        if (!isGone(failure) || this.#dialogue.gone.aborted) throw failure;
      }
      if (this.#out.isFull) await this.#out.flush();
    }
  }

  /** Those that were new, as they are now. */
  async #setSeen(
    messages: readonly ReadableMessage[],
  ): Promise<ReadonlyMap<number, NumberedMessage> | undefined> {
    const view = viewOf(this.#session);
    if (!this.#request.setsSeen || view.isReadOnly) return undefined;
    const uids = messages.filter(({ numbered }) => numbered.flags.new).map(({ numbered }) => numbered.uid);
    if (uids.length === 0) return undefined;
    const { mailboxes } = mailboxesOf(this.#session).store;
    const changed = await mailboxes.changeFlags(view.fileId, view.folderId, uids, SEEN);
    for (const each of changed.messages) view.noteOwnChange(each);
    return new Map(changed.messages.map((each) => [each.uid, each]));
  }
}

/** Each once, in their order. */
function withItems(...lists: readonly (readonly FetchItem[])[]): readonly FetchItem[] {
  const items: FetchItem[] = [];
  for (const item of lists.flat()) {
    const isSimple = !('name' in item);
    if (!isSimple || !items.some(({ kind }) => kind === item.kind)) items.push(item);
  }
  return items;
}

/** Puts short pieces together: a message has many, and a folder many messages. */
class Gathered implements FetchOut {
  readonly #dialogue: Dialogue;
  #text = '';

  constructor(dialogue: Dialogue) {
    this.#dialogue = dialogue;
  }

  get isFull(): boolean {
    return this.#text.length >= SAID_AT_ONCE;
  }

  say(text: string): void {
    this.#text += text;
  }

  async send(octets: Uint8Array): Promise<void> {
    if (octets.byteLength <= SHORT_OCTETS) {
      this.#text += Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('latin1');
      return;
    }
    await this.flush();
    await this.#dialogue.send(octets);
  }

  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    if (text !== '') await this.#dialogue.send(Buffer.from(text, 'latin1'));
  }

  breakOff(): void {
    this.#dialogue.breakOff();
  }
}

export const fetchVerbs = { FETCH: fetch } as const;
