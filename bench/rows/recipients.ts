/** One message for ten thousand, whether they are here or in five hundred other places. */
import { sendOne } from '../load/one-message.ts';
import { DOMAINS, numberedDomain, startOtherHosts } from '../other-hosts.ts';
import { ourSide } from '../our-side.ts';
import { harakaSide, postfixSide } from '../peer-sides.ts';
import type { Work } from '../side.ts';
import { comparison } from './comparison.ts';
import type { Row } from './row.ts';

const RECIPIENTS = 10_000;
/** Postfix takes 1,000 as it is shipped. */
const SETTINGS = { smtpd_recipient_limit: '20000' };

const work =
  (forwardPaths: (count: number) => readonly string[]) =>
  (recipients: number): Work =>
  async (side) => {
    await sendOne(side.port, forwardPaths(recipients), 4_096);
    return { count: recipients };
  };

const users = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${index + 1}user`);

const local = comparison({
  name: 'one message for 10,000 local users (recipients)',
  usual: RECIPIENTS,
  work: work((count) => users(count).map((user) => `${user}@bench.example`)),
  ours: (directory, bench) => ourSide(directory, { users: users(bench.messages(RECIPIENTS)) }),
  peers: {
    Postfix: (directory, bench) =>
      postfixSide(directory, { kind: 'maildir', users: users(bench.messages(RECIPIENTS)) }, SETTINGS),
  },
});

const remoteName = `one message for 10,000 users of ${DOMAINS} other hosts (recipients)`;
const remote = comparison({
  name: remoteName,
  usual: RECIPIENTS,
  work: work((count) =>
    users(count).map((user, index) => `${user}@${numberedDomain((index % DOMAINS) + 1)}`),
  ),
  ours: (directory) => ourSide(directory, { delivers: false }),
  peers: {
    Postfix: (directory) => postfixSide(directory, { kind: 'relay' }, SETTINGS),
    Haraka: (directory) => harakaSide(directory, 'relay'),
  },
});

export const recipientRows: readonly Row[] = [
  local,
  {
    name: remoteName,
    needsNetwork: true,
    async run(bench) {
      const hosts = await startOtherHosts();
      try {
        return await remote.run(bench);
      } finally {
        await hosts.stop();
      }
    },
  },
];
