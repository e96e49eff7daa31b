/**
 * FETCH of flags and numbers alone: what mail programs ask of a whole folder when they come. Messages are not read for it one by one.
 * Source: RFC 9051 §6.4.5.
 */
import type { MailFileId } from '../../ports/mail-store.ts';
import { FLAG_BITS, type Mailboxes } from '../../ports/mailboxes.ts';
import { flagList } from '../flags.ts';
import type { Place } from '../mailbox-view.ts';
import type { Dialogue } from '../verbs/verb.ts';
import type { FetchItem, FetchRequest } from './fetch-request.ts';

/** Messages that are read together. */
const PAGE = 5_000;
/** Of numbers in a row, one in so many at least must be asked for. */
const SPARSE = 4;

/** Whether it can be answered so. @param places  ascending */
export const wantsFlagsAlone = (
  { items, changedSince, vanished }: FetchRequest,
  places: readonly Place[],
): boolean =>
  changedSince === undefined &&
  !vanished &&
  items.every(({ kind }) => kind === 'flags' || kind === 'uid') &&
  places.length > 1 &&
  places.at(-1)!.sequence - places[0]!.sequence < places.length * SPARSE;

export interface Folder {
  readonly mailboxes: Pick<Mailboxes, 'packedFlags' | 'messages'>;
  readonly file: MailFileId;
  readonly name: string;
}

/** @param items  in the order of the answer. @returns how many were there */
export async function fetchFlags(
  folder: Folder,
  places: readonly Place[],
  items: readonly FetchItem[],
  { say, flush, gone }: Pick<Dialogue, 'say' | 'flush' | 'gone'>,
): Promise<number> {
  const lists = new Map<number, string>();
  let answered = 0;
  let at = 0;
  while (at < places.length && !gone.aborted) {
    const packed = await folder.mailboxes.packedFlags(folder.file, folder.name, places[at]!.uid, PAGE);
    if (packed.length === 0) break;
    const withKeywords = await keywordLists(folder, packed);
    let text = '';
    for (const each of packed) {
      const uid = Math.floor(each / 256);
      while (at < places.length && places[at]!.uid < uid) at++;
      if (at === places.length) break;
      const place = places[at]!;
      if (place.uid !== uid) continue;
      const bits = each % 256;
      const list = withKeywords.get(uid) ?? lists.get(bits) ?? keep(lists, bits);
      text += `* ${place.sequence} FETCH (`;
      for (let index = 0; index < items.length; index++) {
        if (index > 0) text += ' ';
        text += items[index]!.kind === 'uid' ? `UID ${uid}` : `FLAGS ${list}`;
      }
      text += ')\r\n';
      answered++;
      at++;
    }
    say(text);
    await flush();
  }
  return answered;
}

function keep(lists: Map<number, string>, bits: number): string {
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
  lists.set(bits, list);
  return list;
}

async function keywordLists(folder: Folder, packed: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const uids = packed
    .filter((each) => (each & FLAG_BITS.keywords) !== 0)
    .map((each) => Math.floor(each / 256));
  const lists = new Map<number, string>();
  if (uids.length === 0) return lists;
  for (const message of await folder.mailboxes.messages(folder.file, folder.name, uids))
    if (message !== undefined) lists.set(message.uid, flagList(message));
  return lists;
}
