/** SELECT, EXAMINE, CLOSE, UNSELECT, CHECK, EXPUNGE. Source: RFC 9051 §6.3.2, §6.3.3, §6.4; RFC 7162 §3.2; RFC 8474 §4.2. */
import { flagList, SYSTEM_FLAGS } from '../flags.ts';
import { DELIMITER, folderName } from '../folder-name.ts';
import { mailboxText, oldName } from '../folders/spelling.ts';
import { writtenMailbox } from '../mailbox-argument.ts';
import { MailboxView } from '../mailbox-view.ts';
import { messageSet } from '../message-set.ts';
import type { Places } from '../places.ts';
import { type Session, speaksUtf8 } from '../session.ts';
import type { Cursor } from '../syntax/cursor.ts';
import { SyntaxFault } from '../syntax/cursor.ts';
import type { NumberSet } from '../syntax/number-set.ts';
import { tellChanges } from '../tell-changes.ts';
import { memberOf, vanishedOf } from '../vanished-earlier.ts';
import { becomeAware } from './connection.ts';
import {
  authenticated,
  type Dialogue,
  type ImapVerb,
  mailboxesOf,
  no,
  ok,
  selected,
  viewOf,
} from './verb.ts';

interface Resynchronization {
  readonly uidValidity: number;
  readonly modseq: number;
  readonly known: NumberSet | undefined;
}

const open = (isReadOnly: boolean): ImapVerb => ({
  states: authenticated,
  async obey(session, cursor, dialogue) {
    const { name, written } = writtenMailbox(session, cursor);
    const folder = folderName(name);
    const resynchronization = parseParameters(session, cursor, dialogue);
    cursor.end();
    const { say } = dialogue;
    if (session.view !== undefined) say('* OK [CLOSED] Previous mailbox is closed\r\n');
    session.view = undefined;
    session.saved = [];
    const mailboxes = mailboxesOf(session);
    const { store, fileId } = mailboxes;
    const look = () => MailboxView.open(store.mailboxes, fileId, folder, isReadOnly);
    let view = await look();
    if (view === undefined && (await mailboxes.find(folder)) !== undefined) view = await look();
    if (view === undefined) return no('There is no such mailbox.', 'NONEXISTENT');
    const list = session.enabled.has('IMAP4REV2') ? await listLine(session, folder, written) : '';
    session.view = view;
    say(described(session, view, list));
    if (resynchronization?.uidValidity === view.uidValidity)
      await tellSince(session, resynchronization, dialogue);
    const verb = isReadOnly ? 'EXAMINE' : 'SELECT';
    return ok(`${verb} completed`, isReadOnly ? 'READ-ONLY' : 'READ-WRITE');
  },
});

/** For clients of IMAP4rev2 alone. RFC 9051 §6.3.2 */
async function listLine(session: Session, folder: string, written: string): Promise<string> {
  const text = await mailboxText(session, folder);
  return `* LIST () "${DELIMITER}" ${text}${oldName(session, text, written)}\r\n`;
}

/** In one piece: clients that look around in their folders wait for nothing else. */
function described(session: Session, view: MailboxView, list: string): string {
  const recent = speaksUtf8(session) ? '' : '* 0 RECENT\r\n';
  return `* FLAGS (${SYSTEM_FLAGS})\r
* OK [PERMANENTFLAGS (${view.isReadOnly ? '' : `${SYSTEM_FLAGS} \\*`})] Flags permitted\r
* ${view.count} EXISTS\r
${recent}* OK [UIDVALIDITY ${view.uidValidity}] UIDs valid\r
* OK [UIDNEXT ${view.nextUid}] Predicted next UID\r
* OK [HIGHESTMODSEQ ${view.highestModseq}] Highest\r
* OK [MAILBOXID (${view.mailboxId})] Mailbox identifier\r
${list}`;
}

/** select-param: CONDSTORE, QRESYNC. RFC 7162 §3.1.8, §3.2.5 */
function parseParameters(session: Session, cursor: Cursor, { say }: Dialogue): Resynchronization | undefined {
  if (!cursor.takes(' ')) return undefined;
  let found: Resynchronization | undefined;
  const names = cursor.list(() => {
    const name = cursor.atom().toUpperCase();
    if (name === 'QRESYNC') {
      cursor.space();
      found = parseResynchronization(cursor);
    } else if (name !== 'CONDSTORE') throw new SyntaxFault(`There is no parameter ${name}.`);
    return name;
  });
  if (names.includes('QRESYNC') && !session.enabled.has('QRESYNC'))
    throw new SyntaxFault('QRESYNC has not been enabled.');
  if (names.includes('CONDSTORE')) becomeAware(session, say);
  return found;
}

function parseResynchronization(cursor: Cursor): Resynchronization {
  cursor.expect('(');
  const uidValidity = cursor.number();
  cursor.space();
  const modseq = cursor.modseq();
  let known: NumberSet | undefined;
  if (cursor.takes(' ') && cursor.peek() !== '(') {
    known = cursor.numberSet();
    cursor.takes(' ');
  }
  // Pairs of numbers that the client knows: of use where a server has forgotten what vanished. Here it compares instead.
  if (cursor.peek() === '(') {
    cursor.expect('(');
    cursor.numberSet();
    cursor.space();
    cursor.numberSet();
    cursor.expect(')');
  }
  cursor.expect(')');
  return { uidValidity, modseq, known };
}

/** What has vanished and what has changed since the client knew everything. RFC 7162 §3.2.5.1 */
async function tellSince(
  session: Session,
  since: Resynchronization,
  { say, flush }: Dialogue,
): Promise<void> {
  const view = viewOf(session);
  const { mailboxes } = mailboxesOf(session).store;
  const changes = await mailboxes.changes(view.fileId, view.folderId, { modseq: since.modseq });
  if (changes === undefined) return;
  const isKnown = memberOf(since.known);
  const vanished = vanishedOf(view, changes, since.known);
  if (vanished !== '') say(`* VANISHED (EARLIER) ${vanished}\r\n`);
  const changed = [...changes.changed, ...changes.arrived].filter(isKnown).sort((a, b) => a - b);
  for (let at = 0; at < changed.length; at += 500) {
    for (const { sequence, message } of await view.settled(changed.slice(at, at + 500)))
      say(
        `* ${sequence} FETCH (UID ${message.uid} FLAGS ${flagList(message)} MODSEQ (${message.modseq}))\r\n`,
      );
    await flush();
  }
}

const close: ImapVerb = {
  states: selected,
  async obey(session, cursor, { flush }) {
    cursor.end();
    const view = viewOf(session);
    session.view = undefined;
    session.saved = [];
    if (!view.isReadOnly) await mailboxesOf(session).expunge(view.folderId, named(view), flush);
    return ok('CLOSE completed');
  },
};

const unselect: ImapVerb = {
  states: selected,
  obey(session, cursor) {
    cursor.end();
    session.view = undefined;
    session.saved = [];
    return ok('UNSELECT completed');
  },
};

/** RFC 3501 §6.4.1: everything is on disk already. */
const check: ImapVerb = {
  states: selected,
  obey(_session, cursor) {
    cursor.end();
    return ok('CHECK completed');
  },
};

const expunge: ImapVerb = {
  states: selected,
  allowsUid: true,
  async obey(session, cursor, dialogue) {
    const { byUid } = dialogue;
    const view = viewOf(session);
    const places = byUid ? messageSet(session, cursor, true) : undefined;
    cursor.end();
    if (view.isReadOnly) return no('The mailbox is read-only.', 'READ-ONLY');
    const gone = await mailboxesOf(session).expunge(view.folderId, named(view, places), dialogue.flush);
    await tellChanges(session, dialogue, { expunge: true, withUid: byUid });
    return gone.length > 0 && session.enabled.has('QRESYNC')
      ? ok('EXPUNGE completed', `HIGHESTMODSEQ ${view.highestModseq}`)
      : ok('EXPUNGE completed');
  },
};

/** What the session has not been told of is not meant. @param places  undefined: all of them */
const named =
  (view: MailboxView, places?: Places) =>
  (uid: number): boolean => {
    const sequence = view.sequenceOf(uid);
    return sequence !== undefined && (places?.has(sequence) ?? true);
  };

export const selectVerbs = {
  SELECT: open(false),
  EXAMINE: open(true),
  CLOSE: close,
  UNSELECT: unselect,
  CHECK: check,
  EXPUNGE: expunge,
} as const;
