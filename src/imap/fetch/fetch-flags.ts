/**
 * FETCH of flags and numbers alone: what mail programs ask of a whole folder when they come. Messages are not read for it one by one.
 * Source: RFC 9051 §6.4.5.
 */
import type { MailFileId } from '../../ports/mail-store.ts';
import { FLAG_BITS, type FlaggedNumbers, type FolderId, type Mailboxes } from '../../ports/mailboxes.ts';
import { areClose } from '../../system/are-close.ts';
import { flagList } from '../flags.ts';
import type { Places } from '../places.ts';
import type { Dialogue } from '../verbs/verb.ts';
import type { FetchItem, FetchRequest } from './fetch-request.ts';

/** Messages that are answered together. */
const PAGE = 5_000;

/** Whether it can be answered so. */
export const wantsFlagsAlone = (
  { items, changedSince, vanished }: FetchRequest,
  { length, ranges }: Places,
): boolean =>
  changedSince === undefined &&
  !vanished &&
  items.every(({ kind }) => kind === 'flags' || kind === 'uid') &&
  length > 1 &&
  areClose(length, ranges[0]!.first, ranges.at(-1)!.last);

export interface Folder {
  readonly mailboxes: Pick<Mailboxes, 'flags' | 'messages'>;
  readonly file: MailFileId;
  readonly id: FolderId;
}

/** @param items  in the order of the answer. @returns how many were there */
export async function fetchFlags(
  folder: Folder,
  places: Places,
  items: readonly FetchItem[],
  { send, flush, gone }: Pick<Dialogue, 'send' | 'flush' | 'gone'>,
): Promise<number> {
  const lines = new FlagLines(items);
  const wanted = places[Symbol.iterator]();
  let answered = 0;
  for (let place = wanted.next(); place.done !== true && !gone.aborted; ) {
    const page = await folder.mailboxes.flags(folder.file, folder.id, place.value.uid, PAGE);
    if (page.uids.length === 0) break;
    lines.begin(await keywordLists(folder, page));
    for (let at = 0; at < page.uids.length && place.done !== true; ) {
      const uid = page.uids[at]!;
      if (place.value.uid <= uid) {
        if (place.value.uid === uid) {
          lines.add(place.value.sequence, uid, page.bits[at]!);
          answered++;
        }
        place = wanted.next();
      } else at++;
    }
    await send(lines.take());
    await flush();
  }
  return answered;
}

/** `* 1 FETCH (UID 7 FLAGS (\Seen))` and what follows it. */
class FlagLines {
  /** Between the UID, or its place, and the end of the line, by bits. */
  readonly #parts: readonly FetchItem['kind'][];
  readonly #lists = new Map<number, string>();
  #ofKeywords: ReadonlyMap<number, string> = new Map();
  #text = '';

  constructor(items: readonly FetchItem[]) {
    this.#parts = items.map(({ kind }) => kind);
  }

  /** @param ofKeywords  lists of the messages of a page that have keywords, by number */
  begin(ofKeywords: ReadonlyMap<number, string>): void {
    this.#ofKeywords = ofKeywords;
  }

  add(sequence: number, uid: number, bits: number): void {
    const list = (bits & FLAG_BITS.keywords) === 0 ? undefined : this.#ofKeywords.get(uid);
    let text = `* ${sequence} FETCH (`;
    for (let index = 0; index < this.#parts.length; index++) {
      if (index > 0) text += ' ';
      text += this.#parts[index] === 'uid' ? `UID ${uid}` : `FLAGS ${list ?? this.#listOf(bits)}`;
    }
    this.#text += `${text})\r\n`;
  }

  take(): Uint8Array {
    const text = this.#text;
    this.#text = '';
    return Buffer.from(text, 'latin1');
  }

  #listOf(bits: number): string {
    const known = this.#lists.get(bits);
    if (known !== undefined) return known;
    const has = (name: keyof typeof FLAG_BITS): boolean => (bits & FLAG_BITS[name]) !== 0;
    const flags = {
      new: has('new'),
      replied: has('replied'),
      marked: has('marked'),
      foreign: false,
      deleted: has('deleted'),
      draft: has('draft'),
    };
    const list = flagList({ flags, keywords: [] });
    this.#lists.set(bits, list);
    return list;
  }
}

async function keywordLists(
  folder: Folder,
  { uids, bits }: FlaggedNumbers,
): Promise<ReadonlyMap<number, string>> {
  const wanted = Array.from(uids).filter((_, index) => (bits[index]! & FLAG_BITS.keywords) !== 0);
  const lists = new Map<number, string>();
  if (wanted.length === 0) return lists;
  for (const message of await folder.mailboxes.messages(folder.file, folder.id, wanted))
    if (message !== undefined) lists.set(message.uid, flagList(message));
  return lists;
}
