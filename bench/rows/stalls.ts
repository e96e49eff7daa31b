/** How long clients wait for the 250 while all goes on at its full rate: what a checkpoint of the database holds up is in the last one of a thousand. */
import { KeptSessions } from '../load/open-sessions.ts';
import { ourSide } from '../our-side.ts';
import { postfixSide } from '../peer-sides.ts';
import { comparison } from './comparison.ts';
import type { Row } from './row.ts';

const SESSIONS = 20;
const kept = new KeptSessions();

export const stallsRow: Row = comparison({
  name: 'end to end, time to the 250 of 20 sessions that pipeline (load in Node)',
  usual: 10_000,
  has250: true,
  work: (messages) => async (side) => ({ count: messages, timeTo250: await kept.send(side, messages) }),
  ours: async (directory) => kept.with(await ourSide(directory), SESSIONS),
  peers: {
    Postfix: async (directory) => kept.with(await postfixSide(directory, { kind: 'maildir' }), SESSIONS),
  },
});
