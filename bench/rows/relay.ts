/** To other hosts: names, connections, and the queue in between. */
import { sendFromSource } from '../load/smtp-source.ts';
import { SINK_DOMAIN, startOtherHosts } from '../other-hosts.ts';
import { ourSide, until } from '../our-side.ts';
import { harakaSide, postfixSide } from '../peer-sides.ts';
import { comparison } from './comparison.ts';
import type { Bench, Row, RowResult } from './row.ts';

const NAME = 'relay to smtp-sink, 4 KiB';

/** Of the domain that all mail is for. */
const compare = (onSent: (messages: number) => void): Row =>
  comparison({
    name: NAME,
    usual: 3_000,
    work: (messages) => async (side) => {
      const forwardPath = `user@${SINK_DOMAIN}`;
      await sendFromSource(side.port, { sessions: 20, messages, bytes: 4_096, keepsOpen: true, forwardPath });
      onSent(messages);
      return { count: messages };
    },
    ours: (directory) => ourSide(directory, { delivers: false }),
    peers: {
      Postfix: (directory) => postfixSide(directory, { kind: 'relay' }),
      Haraka: (directory) => harakaSide(directory, 'relay'),
    },
  });

async function run(bench: Bench): Promise<RowResult> {
  const hosts = await startOtherHosts();
  try {
    let sent = 0;
    const result = await compare((messages) => {
      sent += messages;
    }).run(bench);
    // What was returned to its sender is gone from the queue, too.
    await until(() => hosts.messages() >= sent);
    return result;
  } finally {
    await hosts.stop();
  }
}

export const relayRow: Row = { name: NAME, needsNetwork: true, run };
