/** Processes of a whole node that live and hang, stopped by a signal: they are noticed, killed and replaced, and the mail goes on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startLoad } from '../crash/load.ts';
import { createProcessNode, type ProcessNode, pause, vmsmail } from '../support/process-node.ts';

const operatorLog = (node: ProcessNode): string =>
  readFileSync(join(node.paths.managerDirectory, 'OPERATOR.LOG'), 'utf8');

async function until(what: string, isSo: () => boolean | Promise<boolean>, seconds = 100): Promise<void> {
  const late = performance.now() + seconds * 1_000;
  while (!(await isSo())) {
    if (performance.now() > late) throw new Error(`not so in time: ${what}`);
    await pause(100);
  }
}

/** Delivers a message, and is done when it is in the mail file. */
async function deliversMail(node: ProcessNode): Promise<void> {
  const load = startLoad({
    port: node.smtpPort,
    sessions: 1,
    reversePath: 'sender@hearts.example',
    recipients: () => ['jones@hearts.example'],
    sizeBytes: () => 100,
    pauseMs: 50,
  });
  await until('mail is accepted', () => load.messages.some(({ outcome }) => outcome === 'accepted'));
  await load.stop();
  expect(await node.drained(20_000)).toBe(true);
  const mail = await vmsmail(['mail', '--root', node.root, '--user', 'JONES'], 20_000, 'DIRECTORY NEWMAIL\n');
  expect(mail.stdout).toContain('<<');
}

describe.concurrent('hung', () => {
  test('the symbiont and a receiver', async () => {
    await using node = await createProcessNode({ users: ['JONES', 'SENDER'] });
    expect((await node.start()).status).toBe(0);
    const { processes } = await node.whole();
    const stopped = processes.filter(({ image }) => image === 'smtp-symbiont' || image === 'smtp-receiver');
    for (const { pid } of stopped) process.kill(pid, 'SIGSTOP');
    await until('all are restarted', () =>
      stopped.every(({ name }) =>
        operatorLog(node).includes(`Process ${name} ended (SIGKILL), it is restarted`),
      ),
    );
    const log = operatorLog(node);
    for (const { name } of stopped)
      expect(log).toContain(`Process ${name} has given no sign of life for 21 seconds, it is killed`);
    await node.whole();
    await deliversMail(node);
    await node.stop();
  }, 180_000);

  test('the queue manager itself', async () => {
    await using node = await createProcessNode({ users: ['JONES', 'SENDER'] });
    expect((await node.start()).status).toBe(0);
    const { processes } = await node.whole();
    const { pid } = processes.find(({ image }) => image === 'queue-manager')!;
    process.kill(pid, 'SIGSTOP');
    await until('it is restarted', () =>
      operatorLog(node).includes('Process QUEUE_MANAGER ended (SIGKILL), it was restarted'),
    );
    expect(readFileSync(node.paths.nodeLog, 'utf8')).toContain(
      'the queue manager has given no sign of life for a minute',
    );
    expect((await node.whole()).processes.some((each) => each.pid === pid)).toBe(false);
    await deliversMail(node);
    await node.stop();
  }, 180_000);
});
