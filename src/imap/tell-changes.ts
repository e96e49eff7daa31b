/**
 * What has happened in the selected mailbox, as the client hears it: EXPUNGE or VANISHED, EXISTS, and FETCH with new flags.
 * Source: RFC 9051 §7.4, §7.5; RFC 7162 §3.2.10.
 */
import { flagList } from './flags.ts';
import { type Session, speaksUtf8, tellsModseq } from './session.ts';
import { formatNumbers } from './syntax/number-set.ts';
import type { Dialogue } from './verbs/verb.ts';

/** Messages whose flags are read together. */
const AT_ONCE = 500;
/** Characters said before the client has to take them. */
const SAID_AT_ONCE = 32_768;

type Out = Pick<Dialogue, 'say' | 'flush'>;

/**
 * @param options.expunge  what has vanished may be told
 * @param options.withUid  answers of a command that names messages so, name them so
 */
export async function tellChanges(
  session: Session,
  out: Out,
  options: { readonly expunge: boolean; readonly withUid: boolean },
): Promise<void> {
  const { view } = session;
  if (view === undefined) return;
  // A modification sequence behind that of a removal which must not be told yet: who came back with it would never hear of that.
  // The next command that may tell removals tells everything. RFC 7162 §3.2.5.1
  if (session.enabled.has('QRESYNC') && !options.expunge) return;
  const changes = await view.update();
  // Another session has removed the folder: its messages are gone, and it takes no more.
  if (changes === undefined) {
    session.view = undefined;
    return out.say('* OK [CLOSED] The folder is there no more.\r\n');
  }
  if (options.expunge) await tellVanished(session, out);
  if (changes.arrived > 0) {
    out.say(`* ${view.count} EXISTS\r\n`);
    if (!speaksUtf8(session)) out.say('* 0 RECENT\r\n');
  }
  for (let at = 0; at < changes.changed.length; at += AT_ONCE) {
    await tellFlags(session, out, changes.changed.slice(at, at + AT_ONCE), options.withUid);
    await out.flush();
  }
}

/** What has vanished, and is known to have; sequence numbers change with it. */
async function tellVanished(session: Session, out: Out): Promise<void> {
  const places = session.view?.forget() ?? [];
  if (places.length === 0) return;
  if (session.enabled.has('QRESYNC')) {
    out.say(`* VANISHED ${formatNumbers(places.map(({ uid }) => uid))}\r\n`);
    return;
  }
  // From the end: no number changes before it is told.
  let lines = '';
  for (const { sequence } of places.toReversed()) {
    lines += `* ${sequence} EXPUNGE\r\n`;
    if (lines.length < SAID_AT_ONCE) continue;
    out.say(lines);
    lines = '';
    // Of a large folder no more is held than a client that reads slowly has room for.
    await out.flush();
  }
  out.say(lines);
}

async function tellFlags(
  session: Session,
  out: Out,
  uids: readonly number[],
  withUid: boolean,
): Promise<void> {
  for (const { sequence, message } of (await session.view?.settled(uids)) ?? []) {
    const uid = withUid || session.enabled.has('QRESYNC') ? `UID ${message.uid} ` : '';
    const modseq = tellsModseq(session) ? ` MODSEQ (${message.modseq})` : '';
    out.say(`* ${sequence} FETCH (${uid}FLAGS ${flagList(message)}${modseq})\r\n`);
  }
}
