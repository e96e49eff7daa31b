/** COPY and MOVE. Source: RFC 9051 §6.4.7, §6.4.8. */
import { checkFolderName } from '../../mail/index.ts';
import type { Placement } from '../../ports/mailboxes.ts';
import { folderArgument } from '../mailbox-argument.ts';
import { messageSet } from '../message-set.ts';
import type { Session } from '../session.ts';
import { formatNumbers } from '../syntax/number-set.ts';
import { tellChanges } from '../tell-changes.ts';
import { type Answer, type ImapVerb, mailboxesOf, no, ok, selected, viewOf } from './verb.ts';

const copy: ImapVerb = {
  states: selected,
  allowsUid: true,
  async obey(session, cursor, { byUid, flush }) {
    const places = messageSet(session, cursor, byUid);
    const folder = folderArgument(session, cursor);
    cursor.end();
    const refusal = await noTarget(session, folder);
    if (refusal !== undefined) return refusal;
    const uids = places.uids();
    // RFC 9051 §6.4.7: all or nothing, where there are some that the client believes in.
    const placements = await mailboxesOf(session).copy(viewOf(session).folder, uids, folder, {
      allOrNone: !byUid,
      rest: flush,
    });
    if (placements.length < uids.length && !byUid)
      return no('Some messages are there no more.', 'EXPUNGEISSUED');
    return ok('COPY completed', await copyCode(session, folder, placements));
  },
};

const move: ImapVerb = {
  states: selected,
  allowsUid: true,
  async obey(session, cursor, dialogue) {
    const { byUid, say, flush } = dialogue;
    const places = messageSet(session, cursor, byUid);
    const folder = folderArgument(session, cursor);
    cursor.end();
    const view = viewOf(session);
    if (view.isReadOnly) return no('The mailbox is read-only.', 'READ-ONLY');
    const refusal = await noTarget(session, folder);
    if (refusal !== undefined) return refusal;
    const uids = places.uids();
    const placements: Placement[] = [];
    try {
      await mailboxesOf(session).move(view.folder, uids, folder, {
        moved(some) {
          for (const each of some) placements.push(each);
        },
        rest: flush,
      });
    } finally {
      // RFC 9051 §6.4.8: where they went comes before they vanish.
      const code = await copyCode(session, folder, placements);
      if (code !== undefined) say(`* OK [${code}] Moved\r\n`);
    }
    await tellChanges(session, dialogue, { expunge: true, withUid: byUid });
    const isQuick = session.enabled.has('QRESYNC') && placements.length > 0;
    return ok('MOVE completed', isQuick ? `HIGHESTMODSEQ ${view.highestModseq}` : undefined);
  },
};

/** Undefined: the folder is there, or stands for every user. */
async function noTarget(session: Session, folder: string): Promise<Answer | undefined> {
  checkFolderName(folder);
  if (await mailboxesOf(session).has(folder)) return undefined;
  return no('There is no such mailbox.', 'TRYCREATE');
}

/** Undefined where nothing was copied, or the folder has another name meanwhile. */
async function copyCode(
  session: Session,
  to: string,
  placements: readonly Placement[],
): Promise<string | undefined> {
  if (placements.length === 0) return undefined;
  const { store, fileId } = mailboxesOf(session);
  const record = await store.mailboxes.find(fileId, to);
  if (record === undefined) return undefined;
  const from = formatNumbers(placements.map(({ uid }) => uid));
  const there = formatNumbers(placements.map(({ newUid }) => newUid));
  return `COPYUID ${record.uidValidity} ${from} ${there}`;
}

export const copyVerbs = { COPY: copy, MOVE: move } as const;
