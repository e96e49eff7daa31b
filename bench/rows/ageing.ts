/**
 * A day in the life of a node, simulated: each of its 24 hours is as many messages as a turn has, at the full rate, and then the
 * clock is put forward to the next. A few of them are for a host that does not answer: they are tried again, and given up after
 * two hours. Every six hours the user deletes his mail. What is real: messages, connections, files, and all that a day leaves behind.
 * What is not: the hours between the turns, and that a day at this rate has far more messages than 24 turns.
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { nodeRoot } from '../../src/images/node-root.ts';
import type { AgedNode, AgedRequest } from '../aged-node.ts';
import { sendOne } from '../load/one-message.ts';
import { sendFromSource } from '../load/smtp-source.ts';
import { databaseSizes } from '../our-side.ts';
import { type Figure, measure, type Side, type Turns } from '../side.ts';
import { GROWTH_HEAD, growthLines } from '../table.ts';
import type { Bench, Row, RowResult } from './row.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;
/** Lines of the table; after each of them the user deletes his mail. */
const QUARTERS = 4;
/** For a host of this network where nobody listens. */
const DEFERRED = 20;
const NOBODY = 'user@[10.9.0.1]';

async function run(bench: Bench): Promise<RowResult> {
  const node = await startAgedNode();
  try {
    const messages = bench.messages(2_000);
    const hour = (): Promise<Figure> =>
      measure(node.side, async (side) => {
        const forwardPath = 'user@bench.example';
        await sendFromSource(side.port, {
          sessions: 20,
          messages,
          bytes: 4_096,
          keepsOpen: true,
          forwardPath,
        });
        for (let sent = 0; sent < DEFERRED; sent++) await sendOne(side.port, [NOBODY], 4_096);
        await side.settled();
        await node.ask({ kind: 'jump', ms: HOUR_MS });
        return { count: messages };
      });
    // Until as much is given up as comes in, and what Node compiles is compiled.
    for (let before = 0; before < HOURS / QUARTERS; before++) await hour();
    await node.ask({ kind: 'tidy' });
    const turns: Turns[] = [];
    const notes = [`${messages} messages and ${DEFERRED} for a host that does not answer in each hour`];
    for (let quarter = 0; quarter < QUARTERS; quarter++) {
      const figures: Figure[] = [];
      for (let count = 0; count < HOURS / QUARTERS; count++) {
        figures.push(await hour());
      }
      const files = node.side.files?.();
      await node.ask({ kind: 'tidy' });
      const first = (quarter * HOURS) / QUARTERS + 1;
      turns.push({
        name: `${first} to ${first + HOURS / QUARTERS - 1}`,
        figures,
        ...(files === undefined ? {} : { files }),
      });
    }
    const { lines, isFlat } = growthLines('simulated hours', turns);
    return { head: GROWTH_HEAD, lines, notes, isOver: !isFlat };
  } finally {
    await node.side.stop();
  }
}

interface RunningNode {
  readonly side: Side;
  ask(request: AgedRequest): Promise<void>;
}

async function startAgedNode(): Promise<RunningNode> {
  const child = fork(join(import.meta.dirname, '..', 'aged-node.ts'));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const next = (): Promise<unknown> =>
    Promise.race([
      new Promise((resolve) => child.once('message', resolve)),
      ended.then(() => Promise.reject(new Error('the node ended'))),
    ]);
  const { root, port } = (await next()) as AgedNode;
  const ask = async (request: AgedRequest): Promise<void> => {
    child.send(request);
    await next();
  };
  return {
    ask,
    side: {
      name: 'aged',
      port,
      pids: async () => [child.pid!],
      settled: () => ask({ kind: 'settle' }),
      files: () => databaseSizes(nodeRoot(root)),
      async stop() {
        child.disconnect();
        await ended;
      },
    },
  };
}

export const ageingRow: Row = { name: 'simulated hours', needsNetwork: true, run };
