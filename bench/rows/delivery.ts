/** From the client into the mail file of a user; Postfix has Maildirs. */
import { sendFromSource } from '../load/smtp-source.ts';
import { ourSide } from '../our-side.ts';
import { postfixSide } from '../peer-sides.ts';
import { comparison } from './comparison.ts';
import type { Row } from './row.ts';

const KIB = 1_024;

function delivery(what: string, bytes: number, usual: number, users?: number): Row {
  const names =
    users === undefined ? undefined : Array.from({ length: users }, (_, index) => `${index + 1}user`);
  return comparison({
    name: `end to end into the mail file, ${what}`,
    usual,
    work: (messages) => async (side) => {
      const load = { sessions: 20, messages, bytes, keepsOpen: true, forwardPath: 'user@bench.example' };
      await sendFromSource(side.port, { ...load, ...(users === undefined ? {} : { users }) });
      return { count: messages };
    },
    ours: (directory) => ourSide(directory, names === undefined ? {} : { users: names }),
    peers: {
      Postfix: (directory) =>
        postfixSide(directory, { kind: 'maildir', ...(names === undefined ? {} : { users: names }) }),
    },
  });
}

export const deliveryRows: readonly Row[] = [
  delivery('4 KiB', 4 * KIB, 5_000),
  delivery('4 KiB, 1,000 users in turn', 4 * KIB, 5_000, 1_000),
  delivery('64 KiB', 64 * KIB, 1_000),
  delivery('1 MiB', 1_024 * KIB, 100),
];
