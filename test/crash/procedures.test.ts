/**
 * Mail for a command procedure is one batch job, also where the symbiont or the queue manager is killed between the job's commit
 * and the report that its mail is done.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectNode } from '../../src/adapters/node/node-link/index.ts';
import type { QueueManager } from '../../src/ports/queue-manager.ts';
import { createProcessNode, type ProcessNode, pause } from '../support/process-node.ts';

const system = { userName: 'SYSTEM', privileges: ['OPER', 'CMKRNL'] };
/** In each round. */
const MESSAGES = 60;

async function connected(node: ProcessNode) {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await pause(50)) {
    const client = await connectNode(node.paths.socketPath).catch(() => undefined);
    if (client !== undefined) return client;
  }
  throw new Error('the queue manager did not come back');
}

const submit = (manager: QueueManager, number: number) =>
  manager.submit({
    envelope: { reversePath: 'ann@peer.example', forwardPaths: ['tickets@hearts.example'] },
    text: { kind: 'inline', bytes: Buffer.from(`Subject: ticket-${number}\r\n\r\ntext\r\n`) },
    userName: 'TCPIP$SMTP',
  });

test('each message is one job, whatever is killed', async () => {
  await using node = await createProcessNode({ users: ['JONES'] });
  mkdirSync(join(node.root, 'TCPIP$SMTP'), { recursive: true });
  writeFileSync(join(node.root, 'TCPIP$SMTP', 'TCPIP$SMTP_PROCEDURES.TXT'), 'tickets jones TICKET\n');
  writeFileSync(join(node.root, 'JONES', 'TICKET.COM'), '$ EXIT\n');
  expect((await node.start()).status).toBe(0);
  let client = await connected(node);
  // The jobs stay where they are counted.
  await client.queueManager.stopQueue('SYS$BATCH', 'next', system);
  const mail = async () => (await client.queueManager.entries({ kind: 'mail' }, system)).length;
  const jobs = () => client.queueManager.entries({ kind: 'batch' }, system);
  let sent = 0;
  /** @returns how many messages were in the queue although their job was made */
  const round = async (name: string): Promise<number> => {
    await client.queueManager.stopQueue('TCPIP$SMTP_HEARTS_01', 'next', system);
    for (const upTo = sent + MESSAGES; sent < upTo; sent++) await submit(client.queueManager, sent);
    const { processes } = await node.whole();
    const { pid } = processes.find((each) => each.name === name)!;
    await client.queueManager.startQueue('TCPIP$SMTP_HEARTS_01', system);
    while ((await jobs()).length < sent - MESSAGES / 2) await pause(1);
    process.kill(pid!, 'SIGKILL');
    if (name === 'QUEUE_MANAGER') {
      await client.closed;
      client = await connected(node);
    }
    const made = (await jobs()).length;
    const left = await mail();
    for (const deadline = Date.now() + 30_000; Date.now() < deadline && (await mail()) > 0; ) await pause(50);
    return Math.max(0, made + left - sent);
  };
  let handedAgain = 0;
  for (let tries = 0; tries < 5 && handedAgain === 0; tries++) handedAgain += await round('SYMBIONT_1');
  expect(handedAgain, 'killed between the job and the report').toBeGreaterThan(0);
  await round('QUEUE_MANAGER');

  const tickets = (await jobs()).map(({ batch }) => subjectOf(node, batch!.parameters[0]!));
  expect(tickets.length).toBe(sent);
  expect(new Set(tickets).size).toBe(sent);
  await client.close();
  expect((await node.stop()).status).toBe(0);
}, 180_000);

/** The file the job is told. */
function subjectOf(node: ProcessNode, specification: string): string {
  const name = /\]([^;]+);(\d+)$/.exec(specification)!;
  const path = join(node.root, 'JONES', name[1]!);
  const text = [path, `${path};${name[2]}`].flatMap((each) => {
    try {
      return [readFileSync(each, 'utf8')];
    } catch {
      return [];
    }
  });
  return /^Subject: (.*)$/m.exec(text.join(''))![1]!;
}
