/** STORE. Source: RFC 9051 §6.4.6; RFC 7162 §3.1.3. */
import type { FlagChange } from '../../ports/mailboxes.ts';
import { flagChange, flagList, parseStoreFlags } from '../flags.ts';
import { messageSet } from '../message-set.ts';
import { tellsModseq } from '../session.ts';
import { type Cursor, SyntaxFault } from '../syntax/cursor.ts';
import { formatNumbers } from '../syntax/number-set.ts';
import { becomeAware } from './connection.ts';
import { type ImapVerb, mailboxesOf, no, ok, selected, viewOf } from './verb.ts';

/** Messages that are changed in one transaction. */
const AT_ONCE = 250;

const store: ImapVerb = {
  states: selected,
  allowsUid: true,
  tellsExpunge: false,
  async obey(session, cursor, { byUid, say, flush }) {
    const view = viewOf(session);
    const named = messageSet(session, cursor, byUid).uids();
    const unchangedSince = parseModifier(cursor);
    cursor.space();
    const { mode, isSilent } = parseMode(cursor);
    cursor.space();
    const change = { ...flagChange(mode, parseStoreFlags(cursor)), unchangedSince };
    cursor.end();
    if (view.isReadOnly) return no('The mailbox is read-only.', 'READ-ONLY');
    if (unchangedSince !== undefined) becomeAware(session, say);
    const { mailboxes } = mailboxesOf(session).store;
    const modified: number[] = [];
    let isWhole = true;
    for (let at = 0; at < named.length; at += AT_ONCE) {
      const uids = named.slice(at, at + AT_ONCE);
      const result = await mailboxes.changeFlags(view.fileId, view.folderId, uids, change);
      modified.push(...result.modified);
      isWhole &&= result.messages.length + result.modified.length === uids.length;
      for (const message of result.messages) {
        view.noteOwnChange(message);
        // RFC 7162 §3.1.3: with MODSEQ it is told even where nothing else is.
        if (isSilent && !tellsModseq(session)) continue;
        const uid = byUid || session.enabled.has('QRESYNC') ? [`UID ${message.uid}`] : [];
        const flags = isSilent ? [] : [`FLAGS ${flagList(message)}`];
        const modseq = tellsModseq(session) ? [`MODSEQ (${message.modseq})`] : [];
        say(`* ${view.sequenceOf(message.uid)} FETCH (${[...uid, ...flags, ...modseq].join(' ')})\r\n`);
      }
      await flush();
    }
    if (modified.length > 0) {
      const numbers = modified.map((uid) => (byUid ? uid : view.sequenceOf(uid)!));
      return {
        ...ok('Conditional STORE failed', `MODIFIED ${formatNumbers(numbers)}`),
        status: isWhole ? 'OK' : 'NO',
      };
    }
    // RFC 9051 §6.4.6: what another session has expunged cannot be changed. By UID there is nothing to be said of it.
    return isWhole || byUid ? ok('STORE completed') : no('Some messages are there no more.', 'EXPUNGEISSUED');
  },
};

/** "(" "UNCHANGEDSINCE" SP mod-sequence ")" */
function parseModifier(cursor: Cursor): number | undefined {
  if (!cursor.isNext(' (')) return undefined;
  cursor.space();
  const [modseq] = cursor.list(() => {
    cursor.expect('UNCHANGEDSINCE');
    cursor.space();
    return cursor.modseq();
  });
  return modseq;
}

function parseMode(cursor: Cursor): { readonly mode: FlagChange['mode']; readonly isSilent: boolean } {
  const mode = cursor.takes('+') ? 'add' : cursor.takes('-') ? 'remove' : 'set';
  cursor.expect('FLAGS');
  const isSilent = cursor.takes('.SILENT');
  if (cursor.peek() !== ' ') throw new SyntaxFault('FLAGS or FLAGS.SILENT is missing.');
  return { mode, isSilent };
}

export const storeVerbs = { STORE: store } as const;
