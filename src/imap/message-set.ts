/** Which messages a command names: by sequence numbers, by unique identifiers, or by what a SEARCH has saved. RFC 9051 §9 (sequence-set) */
import type { Places } from './places.ts';
import type { Session } from './session.ts';
import { type Cursor, SyntaxFault } from './syntax/cursor.ts';
import type { NumberSet } from './syntax/number-set.ts';

export interface NamedMessages {
  /** Those that are there. */
  readonly places: Places;
  /** Undefined behind `$`. */
  readonly set: NumberSet | undefined;
}

/** Behind the command: SP sequence-set. Throws SyntaxFault for a sequence number there is none of. */
export function namedMessages(session: Session, cursor: Cursor, byUid: boolean): NamedMessages {
  const { view } = session;
  if (view === undefined) throw new Error('No mailbox is selected.');
  cursor.space();
  if (cursor.takes('$')) return { places: view.placesOf(session.saved), set: undefined };
  const set = cursor.numberSet();
  const places = view.places(set, byUid);
  if (places === undefined) throw new SyntaxFault('There is no message of that number.');
  return { places, set };
}

export const messageSet = (session: Session, cursor: Cursor, byUid: boolean): Places =>
  namedMessages(session, cursor, byUid).places;
