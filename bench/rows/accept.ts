/** Accepting mail durably, and nothing else: it waits in the queue of each. */
import { sendFromSource } from '../load/smtp-source.ts';
import { ourSide } from '../our-side.ts';
import { harakaSide, postfixSide } from '../peer-sides.ts';
import { comparison } from './comparison.ts';
import type { Row } from './row.ts';

const accept = (sessions: number, keepsOpen: boolean, usual: number): Row => {
  const many = sessions === 1 ? '1 session' : `${sessions} sessions`;
  return comparison({
    name: keepsOpen
      ? `durable accept, ${many} kept open`
      : `durable accept, ${many}, a connection for each message`,
    usual,
    work: (messages) => async (side) => {
      const forwardPath = 'user@bench.example';
      await sendFromSource(side.port, { sessions, messages, bytes: 4_096, keepsOpen, forwardPath });
      return { count: messages };
    },
    ours: (directory) => ourSide(directory, { isHeld: true }),
    peers: {
      Postfix: (directory) => postfixSide(directory, { kind: 'hold' }),
      Haraka: (directory) => harakaSide(directory, 'hold'),
    },
  });
};

export const acceptRows: readonly Row[] = [
  accept(1, true, 1_000),
  accept(20, true, 5_000),
  accept(100, true, 5_000),
  accept(1, false, 1_000),
  accept(20, false, 3_000),
  accept(100, false, 3_000),
];
