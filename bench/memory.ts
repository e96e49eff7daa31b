/**
 * What a node takes of memory with nothing to do: after its start, after load, with connections that say nothing, and after many of
 * them came and went. Each has a bound; the exit status is 1 where one is not kept. `--messages N`, `--connections N`, `--wait
 * SECONDS` before each look, `--row WORD`.
 */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { IdleConnections } from './idle-connections.ts';
import { type OurNode, startOurs } from './our-node.ts';
import { descriptors, memoryMiB, residentMiB } from './process-figures.ts';
import { startLoad } from './smtp-load.ts';
import { tableHead, tableLine } from './table.ts';
import { waitFor } from './wait-for.ts';

const { values: options } = parseArgs({
  options: {
    messages: { type: 'string' },
    connections: { type: 'string' },
    wait: { type: 'string' },
    row: { type: 'string' },
  },
});
const MESSAGES = Number(options.messages ?? 20_000);
const CONNECTIONS = Number(options.connections ?? 5_000);
const WAIT_SECONDS = Number(options.wait ?? 60);
const CHURNS = 10;

/** PSS of a node that has nothing to do, MiB. */
const IDLE_BOUND = 160;
/** What a connection may add to it that says nothing, KiB. */
const CONNECTION_BOUND = 12;
/** What may be left of connections that came and went, MiB: less than a kilobyte of each. */
const LEFT_BOUND = 20;

interface Look {
  readonly pss: number;
  readonly rss: number;
  readonly descriptors: number;
  /** Files of messages that are on their way in. */
  readonly spooled: number;
}

interface Row {
  readonly name: string;
  /** @returns what is compared with the bound, in its unit */
  measure(): Promise<{ readonly look: Look; readonly value: number }>;
  readonly bound: number;
  readonly unit: string;
}

function rowsOf(node: OurNode): readonly Row[] {
  const look = async (): Promise<Look> => {
    await delay(WAIT_SECONDS * 1_000);
    const pids = [jobControl(node.root)];
    return {
      pss: memoryMiB(pids),
      rss: residentMiB(pids),
      descriptors: descriptors(pids),
      spooled: readdirSync(join(node.root, 'TCPIP$SMTP', 'SPOOL')).length,
    };
  };
  const idle = async () => {
    const now = await look();
    return { look: now, value: now.pss };
  };
  const connections = new IdleConnections(node.port);
  return [
    { name: 'after the start', measure: idle, bound: IDLE_BOUND, unit: 'MiB' },
    {
      name: `after ${MESSAGES} messages into a mail file`,
      measure: async () => {
        await deliver(node, MESSAGES);
        return idle();
      },
      bound: IDLE_BOUND,
      unit: 'MiB',
    },
    {
      name: `${CONNECTIONS} idle SMTP connections`,
      measure: async () => {
        const before = await look();
        await connections.open(CONNECTIONS);
        const during = await look();
        await connections.close();
        return { look: during, value: ((during.pss - before.pss) * 1024) / CONNECTIONS };
      },
      bound: CONNECTION_BOUND,
      unit: 'KiB each',
    },
    {
      name: `after ${CONNECTIONS} connections came and went ${CHURNS} times`,
      measure: async () => {
        const comeAndGo = async () => {
          await connections.open(CONNECTIONS);
          await connections.close();
        };
        // Once for what is made once.
        await comeAndGo();
        const before = await look();
        for (let churn = 0; churn < CHURNS; churn++) await comeAndGo();
        const after = await look();
        if (after.descriptors > before.descriptors || after.spooled > before.spooled)
          throw new Error(`left open or lying about: ${JSON.stringify({ before, after })}`);
        return { look: after, value: after.pss - before.pss };
      },
      bound: LEFT_BOUND,
      unit: 'MiB more',
    },
  ];
}

/** The parent of all processes of a node. */
const jobControl = (root: string): number =>
  Number(readFileSync(join(root, 'SYSEXE', 'JOB_CONTROL.LOCK'), 'utf8').split(' ')[0]);

async function deliver(node: OurNode, messages: number): Promise<void> {
  const load = startLoad({ port: node.port, forwardPath: 'user@bench.example', sessions: 20 });
  await waitFor(() => load.accepted >= messages);
  await load.stop();
  await waitFor(() => node.entries() === 0, 1_000);
}

const directory = mkdtempSync(join(tmpdir(), 'vmsmail-memory-'));
// PSS shares pages among all who run the same file: the node has one of its own.
const ownNode = join(directory, 'node');
copyFileSync(process.execPath, ownNode);
process.env['VMSMAIL_NODE'] = ownNode;
const node = startOurs(join(directory, 'root'));
let isKept = true;
console.log(
  `All processes of a node, MiB, ${WAIT_SECONDS} seconds after the last work.\n\n${tableHead(['', 'PSS', 'RSS', 'descriptors', 'bound'])}`,
);
try {
  // Strangers may have so many; the last tenth is made free by sending some away.
  node.dcl(`TCPIP SET SERVICE SMTP/LIMIT=${Math.ceil(CONNECTIONS / 0.8)}`);
  for (const row of rowsOf(node).filter(({ name }) => name.includes(options.row ?? ''))) {
    const { look, value } = await row.measure();
    if (value > row.bound) isKept = false;
    const verdict = `${value.toFixed(1)} of ${row.bound} ${row.unit}${value > row.bound ? ' NOT KEPT' : ''}`;
    console.log(
      tableLine([row.name, look.pss.toFixed(0), look.rss.toFixed(0), `${look.descriptors}`, verdict]),
    );
  }
} finally {
  node.stop();
  rmSync(directory, { recursive: true, force: true });
}
process.exitCode = isKept ? 0 : 1;
