/** Which messages a command names: by sequence numbers, by unique identifiers, or by what a SEARCH has saved. RFC 9051 §9 (sequence-set) */
import type { Place } from './mailbox-view.ts';
import type { Session } from './session.ts';
import { type Cursor, SyntaxFault } from './syntax/cursor.ts';

/** Behind the command: SP sequence-set. Those that are there, ascending; throws SyntaxFault for a sequence number there is none of. */
export function messageSet(session: Session, cursor: Cursor, byUid: boolean): readonly Place[] {
  const { view } = session;
  if (view === undefined) throw new Error('No mailbox is selected.');
  cursor.space();
  if (cursor.takes('$')) {
    return session.saved.flatMap((uid) => {
      const sequence = view.sequenceOf(uid);
      return sequence === undefined ? [] : [{ sequence, uid }];
    });
  }
  const places = view.places(cursor.numberSet(), byUid);
  if (places === undefined) throw new SyntaxFault('There is no message of that number.');
  return places;
}
