/** How cost grows: with connections, with what waits in the queue, and with what lies in a mail file. */
import { openMailStore } from '../../src/adapters/sqlite/mail-store/index.ts';
import { openQueueStore } from '../../src/adapters/sqlite/queue-store/index.ts';
import { fillMailbox } from '../large-mailbox.ts';
import { KeptSessions } from '../load/open-sessions.ts';
import { sendFromSource } from '../load/smtp-source.ts';
import { fillQueue } from '../long-queue.ts';
import { OUR_NAMES } from '../our-node.ts';
import { ourSide } from '../our-side.ts';
import type { Side, Work } from '../side.ts';
import { growth } from './growth.ts';
import type { Row } from './row.ts';

const LEVELS = [1_000, 100_000, 1_000_000];

/** All of a node's connections, open from its start to its end, and busy. */
function connections(): Row {
  const kept = new KeptSessions();
  return growth({
    name: 'connections',
    sizes: [10, 100, 1_000, 5_000],
    usual: 10_000,
    work: (messages) => async (side) => ({ count: messages, timeTo250: await kept.send(side, messages) }),
    async node(directory, size, name) {
      // The last tenth of a service is made free again.
      const commands = [`TCPIP SET SERVICE SMTP/LIMIT=${size * 2}`];
      return kept.with(await ourSide(directory, { name, isHeld: true, commands }), size);
    },
  });
}

const delivered =
  (messages: number): Work =>
  async (side) => {
    const forwardPath = 'user@bench.example';
    await sendFromSource(side.port, { sessions: 20, messages, bytes: 4_096, keepsOpen: true, forwardPath });
    return { count: messages };
  };

/** Nine tenths wait for hosts that do not answer, and are not due while this goes on. */
const entries = (): Row =>
  growth({
    name: 'entries in the queue',
    sizes: LEVELS,
    usual: 3_000,
    work: delivered,
    node: (directory, size, name) =>
      unchecked(
        ourSide(directory, {
          name,
          async prepare({ queueDatabase }) {
            const store = openQueueStore(queueDatabase);
            await fillQueue(store, size, Date.now(), undefined, OUR_NAMES.nodeName);
            await store.close();
          },
        }),
      ),
  });

const mailFile = (): Row =>
  growth({
    name: 'messages in the mail file',
    sizes: LEVELS,
    usual: 3_000,
    work: delivered,
    node: (directory, size, name) =>
      ourSide(directory, {
        name,
        async prepare({ mailDatabase, mailDirectory }) {
          const store = openMailStore({ file: mailDatabase, textDirectory: mailDirectory });
          await fillMailbox(store, 'USER', size);
          await store.close();
        },
      }),
  });

/** What waits is meant to. */
async function unchecked(starting: Promise<Side>): Promise<Side> {
  const { check: _, ...side } = await starting;
  return side;
}

export const sizeRows: readonly Row[] = [connections(), entries(), mailFile()];
