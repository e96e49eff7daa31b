/** COPY and MOVE. Source: RFC 9051 §6.4.7, §6.4.8. */
import { checkFolderName } from '../../mail/index.ts';
import type { FolderId, MailboxRecord, Placement } from '../../ports/mailboxes.ts';
import { folderArgument } from '../mailbox-argument.ts';
import { messageSet } from '../message-set.ts';
import type { Session } from '../session.ts';
import { formatNumbers } from '../syntax/number-set.ts';
import { tellChanges } from '../tell-changes.ts';
import { overQuota } from './quota.ts';
import { type Answer, type ImapVerb, mailboxesOf, no, ok, selected, viewOf } from './verb.ts';

const copy: ImapVerb = {
  states: selected,
  allowsUid: true,
  async obey(session, cursor, { byUid, flush }) {
    const places = messageSet(session, cursor, byUid);
    const folder = folderArgument(session, cursor);
    cursor.end();
    const target = await targetOf(session, folder);
    if (target === undefined) return NO_TARGET;
    const uids = places.uids();
    const source = viewOf(session).folderId;
    const isDeletion = target.name === (await mailboxesOf(session).wastebasketName());
    const tooMuch = await overQuota(
      session,
      () => mailboxesOf(session).octetsOf(source, uids, flush),
      isDeletion ? LIMITS_OF_DELETION : 1,
    );
    if (tooMuch !== undefined) return tooMuch;
    // RFC 9051 §6.4.7: all or nothing, where there are some that the client believes in.
    const placements = await mailboxesOf(session).copy(source, uids, target.id, {
      allOrNone: !byUid,
      rest: flush,
    });
    if (placements === undefined) return NO_TARGET;
    if (placements.length < uids.length && !byUid)
      return no('Some messages are there no more.', 'EXPUNGEISSUED');
    return ok('COPY completed', await copyCode(session, target.id, placements));
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
    const target = await targetOf(session, folder);
    if (target === undefined) return NO_TARGET;
    const uids = places.uids();
    const placements: Placement[] = [];
    let isThere = true;
    try {
      isThere = await mailboxesOf(session).move(view.folderId, uids, target.id, {
        moved(some) {
          for (const each of some) placements.push(each);
        },
        rest: flush,
      });
    } finally {
      // RFC 9051 §6.4.8: where they went comes before they vanish.
      const code = await copyCode(session, target.id, placements);
      if (code !== undefined) say(`* OK [${code}] Moved\r\n`);
    }
    await tellChanges(session, dialogue, { expunge: true, withUid: byUid });
    if (!isThere) return NO_TARGET;
    const isQuick = session.enabled.has('QRESYNC') && placements.length > 0;
    return ok('MOVE completed', isQuick ? `HIGHESTMODSEQ ${view.highestModseq}` : undefined);
  },
};

const NO_TARGET: Answer = no('There is no such mailbox.', 'TRYCREATE');

/**
 * A client without MOVE deletes by COPY into the wastebasket, and whoever has as much as he may have must be able to: all of it
 * fits in there a second time.
 */
const LIMITS_OF_DELETION = 2;

/** From now on the folder is known by its id, whatever others call it. Undefined: there is none. */
async function targetOf(session: Session, folder: string): Promise<MailboxRecord | undefined> {
  checkFolderName(folder);
  return mailboxesOf(session).find(folder);
}

/** Undefined where nothing was copied, or the folder is there no more. */
async function copyCode(
  session: Session,
  to: FolderId,
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
