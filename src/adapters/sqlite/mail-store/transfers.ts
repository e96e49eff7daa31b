/**
 * What messages do between folders, and what is set in them: with it go counts, numbers, and modification sequences. Inside a
 * transaction of the caller.
 */
import type { Database } from 'better-sqlite3';
import type { Delivery } from './delivery.ts';
import type { Folders } from './folders.ts';
import { FLAG_CHANGED, FLAG_DELETED, FLAG_NEW } from './rows.ts';
import type { Vanished } from './vanished.ts';

export interface Standing {
  readonly id: number;
  readonly folder: number;
  readonly uid: number;
  readonly flags: number;
  readonly size: number;
  readonly text: number;
  readonly keywords: string | null;
}
/** Flags as bits, and keywords as they are kept. */
export interface Flagged {
  readonly flags: number;
  readonly keywords: string | null;
}

export interface Transfers {
  /** Returns the first of the new numbers, which follow each other. @param cleared  flags they have no more */
  move(messages: readonly Standing[], target: number, cleared: number): number;
  copy(messages: readonly Standing[], target: number, cleared: number): number;
  /** What changes nothing does not count as a change. */
  change(messages: readonly Standing[], changed: (message: Standing) => Flagged): void;
  /** The files that no text names any more. */
  remove(messages: readonly Standing[]): { readonly bytes: number; readonly externalIds: readonly string[] };
}

/** What MAIL clears in a message that it puts into another folder. */
export const CLEARED_BY_MAIL = FLAG_NEW | FLAG_DELETED;

export function createTransfers(
  database: Database,
  folders: Folders,
  delivery: Delivery,
  vanished: Vanished,
): Transfers {
  const place = database.prepare(
    'UPDATE message SET folder = ?, uid = ?, modseq = ?, flags = flags & ~? WHERE id = ?',
  );
  const copyMessage = database.prepare(
    `INSERT INTO message (id, folder, uid, modseq, received, flags, keywords, format, size, records, text, from_text, to_text,
       cc_text, subject) SELECT ?, ?, ?, ?, received, flags & ~?, keywords, format, size, records, text, from_text, to_text,
       cc_text, subject FROM message WHERE id = ?`,
  );
  const setFlags = database.prepare('UPDATE message SET flags = ?, keywords = ?, modseq = ? WHERE id = ?');
  const share = database.prepare('UPDATE text SET messages = messages + 1 WHERE id = ?');
  const unshare = database.prepare<[number], { readonly messages: number; readonly external: string | null }>(
    'UPDATE text SET messages = messages - 1 WHERE id = ? RETURNING messages, external',
  );
  const deleteText = database.prepare('DELETE FROM text WHERE id = ?');
  const deleteFinding = database.prepare('DELETE FROM finding WHERE text = ?');
  const deleteMessage = database.prepare('DELETE FROM message WHERE id = ?');

  /** Takes messages off their folders' counts. */
  const leave = (messages: readonly Standing[]): void => {
    for (const [folder, those] of byFolder(messages)) {
      const { modseq } = folders.change(folder, {
        count: -those.length,
        newCount: -newOnes(those),
        bytes: -sizeOf(those),
      });
      vanished.note(
        folder,
        modseq,
        those.map((each) => each.uid),
      );
    }
  };
  /** Numbers for messages that come into a folder. */
  const enter = (messages: readonly Standing[], target: number, cleared: number) =>
    folders.change(target, {
      added: messages.length,
      count: messages.length,
      newCount: (cleared & FLAG_NEW) === 0 ? newOnes(messages) : 0,
      bytes: sizeOf(messages),
    });

  return {
    move(messages, target, cleared) {
      if (messages.length === 0) return 0;
      leave(messages);
      const { firstUid, modseq } = enter(messages, target, cleared);
      let uid = firstUid;
      for (const each of messages) place.run(target, uid++, modseq, cleared | FLAG_CHANGED, each.id);
      return firstUid;
    },
    copy(messages, target, cleared) {
      if (messages.length === 0) return 0;
      const { firstUid, modseq } = enter(messages, target, cleared);
      let uid = firstUid;
      let id = delivery.reserve('message', messages.length);
      for (const each of messages) {
        copyMessage.run(id++, target, uid++, modseq, cleared | FLAG_CHANGED, each.id);
        share.run(each.text);
      }
      return firstUid;
    },
    change(messages, changed) {
      const differing = messages
        .map((before) => ({ before, after: changed(before) }))
        .filter(({ before, after }) => before.flags !== after.flags || before.keywords !== after.keywords);
      const groups = Map.groupBy(differing, ({ before }) => before.folder);
      for (const [folder, those] of groups) {
        const newCount = newOnes(those.map((each) => each.after)) - newOnes(those.map((each) => each.before));
        const { modseq } = folders.change(folder, { newCount });
        for (const { before, after } of those)
          setFlags.run(after.flags | FLAG_CHANGED, after.keywords, modseq, before.id);
      }
    },
    remove(messages) {
      leave(messages);
      const externalIds: string[] = [];
      let bytes = 0;
      for (const each of messages) {
        bytes += each.size;
        deleteMessage.run(each.id);
        const text = unshare.get(each.text)!;
        if (text.messages > 0) continue;
        deleteText.run(each.text);
        deleteFinding.run(each.text);
        if (text.external !== null) externalIds.push(text.external);
      }
      return { bytes, externalIds };
    },
  };
}

const byFolder = (messages: readonly Standing[]): Map<number, Standing[]> =>
  Map.groupBy(messages, (each) => each.folder);

const sizeOf = (messages: readonly Pick<Standing, 'size'>[]): number =>
  messages.reduce((sum, { size }) => sum + size, 0);

const newOnes = (messages: readonly Pick<Standing, 'flags'>[]): number =>
  messages.reduce((sum, { flags }) => sum + (flags & FLAG_NEW), 0);
