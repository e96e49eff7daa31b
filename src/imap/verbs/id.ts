/** ID: what both sides are. Source: RFC 2971. */
import { type Cursor, SyntaxFault } from '../syntax/cursor.ts';
import { always, type ImapVerb, ok } from './verb.ts';

/** RFC 2971 §3.3 */
const MOST_FIELDS = 30;

const id: ImapVerb = {
  states: always,
  obey({ dependencies, login }, cursor, { say }) {
    cursor.space();
    passParameters(cursor);
    cursor.end();
    // Strangers are not told what could be of use against it.
    const version =
      login === undefined ? '' : ` "version" "${dependencies.versionInfo.replace(/["\\]/g, '')}"`;
    say(`* ID ("name" "vmsmail"${version})\r\n`);
    return ok('ID completed');
  },
};

/** NIL / "(" [string SP nstring *(SP string SP nstring)] ")": nothing depends on what a client says of itself. */
function passParameters(cursor: Cursor): void {
  if (cursor.takes('NIL')) return;
  const fields = cursor.list(() => {
    if (cursor.string() === undefined) throw new SyntaxFault('Not a string.');
    cursor.space();
    cursor.nstring();
  });
  if (fields.length > MOST_FIELDS) throw new SyntaxFault('That is too much.');
}

export const idVerbs = { ID: id } as const;
