/** Job control, the queue manager, or both are killed: what start, stop and status do then, and that nothing stays behind. */
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findJobControl, type JobControl, takeNodeLock } from '../../src/images/node-lock.ts';
import { kill } from '../support/kill-node.ts';
import { ownFlock } from '../support/own-flock.ts';
import { createProcessNode, type ProcessNode, pause, processesOf, vmsmail } from '../support/process-node.ts';
import { SmtpLine } from '../support/smtp-line.ts';

async function startedNode(): Promise<ProcessNode> {
  const node = await createProcessNode({ users: ['JONES'] });
  await mustStart(node);
  return node;
}

async function mustStart(node: ProcessNode): Promise<void> {
  const { status, stdout, stderr } = await node.start();
  expect(`${status} ${stderr}`, stdout).toBe('0 ');
}

async function mustStop(node: ProcessNode): Promise<void> {
  const { status, stderr } = await node.stop();
  expect(`${status} ${stderr}`).toBe('0 ');
  expect(processesOf(node.root)).toEqual([]);
}

const jobControlOf = (node: ProcessNode): JobControl => {
  const found = findJobControl(node.paths);
  if (found === undefined) throw new Error('no job control');
  return found;
};

async function queueManagerOf(node: ProcessNode): Promise<number> {
  const { processes } = await node.whole();
  return processes.find(({ image }) => image === 'queue-manager')!.pid;
}

async function eventually(what: string, isSo: () => boolean): Promise<void> {
  const late = performance.now() + 20_000;
  while (!isSo()) {
    if (performance.now() > late) throw new Error(`not so in time: ${what}`);
    await pause(20);
  }
}

/** Kills the queue manager, and lets every successor fail: job control goes on trying. */
async function keepQueueManagerFromRunning(node: ProcessNode): Promise<() => void> {
  const pid = await queueManagerOf(node);
  const file = node.paths.queueDatabase;
  // What a killed one has left in the log beside the database must be there again when it is repaired.
  const files = [file, `${file}-wal`, `${file}-shm`];
  for (const each of files) renameSync(each, `${each}.AWAY`);
  mkdirSync(file);
  process.kill(pid, 'SIGKILL');
  await eventually('job control waits', () => jobControlOf(node).state.kind === 'waiting');
  return () => {
    rmdirSync(file);
    for (const each of files) renameSync(`${each}.AWAY`, each);
  };
}

async function accepts(node: ProcessNode): Promise<void> {
  const line = new SmtpLine(node.smtpPort);
  try {
    expect(await line.reply()).toMatch(/^220/);
    expect(await line.command('QUIT')).toMatch(/^221/);
  } finally {
    line.close();
  }
}

// Most of it is waiting: side by side.
describe.concurrent('supervision', () => {
  // The longest one first.
  test('vmsmail stop waits at most 30 seconds for a client that does not finish', async () => {
    await using node = await createProcessNode({ users: ['JONES'] });
    expect((await node.start()).status).toBe(0);
    const line = new SmtpLine(node.smtpPort);
    await line.reply();
    for (const command of [
      'HELO client.example',
      'MAIL FROM:<a@client.example>',
      'RCPT TO:<jones@hearts.example>',
    ])
      await line.command(command);
    expect(await line.command('DATA')).toMatch(/^354/);
    const feeding = setInterval(() => line.write('more text\r\n'), 500);
    const began = performance.now();
    try {
      expect(await node.stop()).toMatchObject({ status: 0, stderr: '' });
      expect(processesOf(node.root)).toEqual([]);
    } finally {
      clearInterval(feeding);
      line.close();
    }
    const seconds = (performance.now() - began) / 1_000;
    expect(seconds).toBeGreaterThan(10);
    expect(seconds).toBeLessThan(31);
  }, 60_000);

  test('between the death of the queue manager and its restart, start, status and stop know of the node', async () => {
    await using node = await startedNode();
    const repair = await keepQueueManagerFromRunning(node);

    const started = await node.start();
    expect(started.status).toBe(1);
    expect(started.stderr).toMatch(/^vmsmail: a node is already running on .*queue manager/);

    const asked = await vmsmail(['status', '--root', node.root]);
    expect(asked.status).toBe(1);
    expect(asked.stderr).toMatch(
      /^vmsmail: a node is running on .*(queue manager ended \((SIGKILL|exit status 1)\)|restarting its queue manager)/,
    );
    const json = await vmsmail(['status', '--json', '--root', node.root]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      root: node.root,
      jobControl: { pid: jobControlOf(node).pid, isAlive: true },
    });

    await mustStop(node);
    expect(findJobControl(node.paths)).toBeUndefined();
    expect((await node.stop()).stderr).toMatch(/^vmsmail: no node is running on /);
    const none = await vmsmail(['status', '--json', '--root', node.root]);
    expect([none.status, none.stdout]).toEqual([1, '{}\n']);

    repair();
    await mustStart(node);
    await accepts(node);
    await mustStop(node);
  }, 60_000);

  test('OPCOM is told that a queue manager was restarted, and why one cannot start', async () => {
    await using node = await startedNode();
    const log = join(node.paths.managerDirectory, 'OPERATOR.LOG');
    process.kill(await queueManagerOf(node), 'SIGKILL');
    await eventually('OPCOM is told', () =>
      readFileSync(log, 'utf8').includes(
        'Message from user JOB_CONTROL on HEARTS\nProcess QUEUE_MANAGER ended (SIGKILL), it was restarted',
      ),
    );
    await node.whole();
    await keepQueueManagerFromRunning(node);
    await eventually('it has tried', () => {
      const { state } = jobControlOf(node);
      return state.kind === 'waiting' && state.status === 1;
    });
    expect(await readFile(log, 'utf8')).toMatch(
      /Process QUEUE_MANAGER cannot start:\s.*\$MASTER\.DAT: unable to open\s+database\s+file/,
    );
    await mustStop(node);
  }, 60_000);

  test('a node whose job control is killed ends by itself, in order, and can be started at once', async () => {
    await using node = await startedNode();
    const { pid } = jobControlOf(node);
    await kill(pid);
    // While it is on its way out.
    const started = await node.start();
    expect(`${started.status} ${started.stderr}`).toBe('0 ');
    expect(jobControlOf(node).pid).not.toBe(pid);
    const log = await readFile(join(node.paths.managerDirectory, 'OPERATOR.LOG'), 'utf8');
    expect(log).toMatch(/Process JOB_CONTROL ended\n.*is stopping\n.*is running\n/s);
    await accepts(node);
    await mustStop(node);
  }, 60_000);

  test('a node whose job control is killed is stopped by vmsmail stop too', async () => {
    await using node = await startedNode();
    process.kill(jobControlOf(node).pid, 'SIGKILL');
    // It may have ended by itself already.
    const { status, stderr } = await node.stop();
    if (status !== 0) expect(stderr).toMatch(/^vmsmail: no node is running/);
    expect(findJobControl(node.paths)).toBeUndefined();
    expect(processesOf(node.root)).toEqual([]);
  }, 60_000);

  test.each([
    ['job control first', ['jobControl', 'queueManager']],
    ['the queue manager first', ['queueManager', 'jobControl']],
  ] as const)(
    'job control and the queue manager are killed, %s: nothing is left, and the next start works',
    async (_, order) => {
      await using node = await startedNode();
      const pids = { jobControl: jobControlOf(node).pid, queueManager: await queueManagerOf(node) };
      for (const which of order) process.kill(pids[which], 'SIGKILL');
      await Promise.all(Object.values(pids).map(kill));
      await mustStart(node);
      await accepts(node);
      for (const pid of Object.values(pids)) expect(processesOf(node.root)).not.toContain(pid);
      // Both known before one of them is gone: what has lost its job control ends.
      const again = [jobControlOf(node).pid, await queueManagerOf(node)];
      for (const pid of again) process.kill(pid, 'SIGKILL');
      await eventually('all have gone', () => findJobControl(node.paths) === undefined);
      expect(processesOf(node.root)).toEqual([]);
    },
    60_000,
  );

  test('job control is killed while it waits to restart the queue manager', async () => {
    await using node = await startedNode();
    const repair = await keepQueueManagerFromRunning(node);
    await kill(jobControlOf(node).pid);
    repair();
    await mustStart(node);
    await accepts(node);
    await mustStop(node);
  }, 60_000);

  test('everything is killed at once', async () => {
    await using node = await startedNode();
    const { pid } = jobControlOf(node);
    process.kill(-pid, 'SIGKILL');
    await kill(pid);
    await mustStart(node);
    await mustStop(node);
  }, 60_000);

  test('of several starts at the same moment exactly one wins, on a new root too', async () => {
    await using node = await createProcessNode({ users: [], isEmpty: true });
    for (let round = 0; round < 2; round += 1) {
      const results = await Promise.all([node.start(), node.start(), node.start()]);
      const [winner, ...others] = results.sort((a, b) => a.status! - b.status!);
      expect(winner!.stderr).toBe('');
      expect(winner!.status).toBe(0);
      for (const { status, stdout, stderr } of others) {
        expect(status).toBe(1);
        expect(stderr).toMatch(/^vmsmail: a node is already (running|being started) on /);
        expect(stdout).toBe('');
      }
      await accepts(node);
      await mustStop(node);
    }
  }, 60_000);

  test('a start that has the lock, and is not named in it yet, is no node about to end', async () => {
    // While the other one waits for the lock the record is written.
    using flock = ownFlock('if [ "$3" = -w ]; then cat "$0.record" 1<>/proc/$$/fd/3; fi');
    await using node = await createProcessNode({ users: [], through: ['env', `PATH=${flock.path}`] });
    const lock = takeNodeLock(node.paths)!;
    copyFileSync(node.paths.lockFile, `${flock.program}.record`);
    // A process that is there, under a number that is used again.
    writeFileSync(node.paths.lockFile, `${`${process.pid} 1 running`.padEnd(99)}\n`);
    expect(await node.start()).toMatchObject({
      status: 1,
      stdout: '',
      stderr: `vmsmail: a node is already being started on ${node.root}\n`,
    });
    closeSync(lock);
  }, 60_000);

  test('what an earlier node wrote into the lock file is not believed', async () => {
    await using node = await createProcessNode({ users: [] });
    // A process that is there, under a number that is used again.
    writeFileSync(node.paths.lockFile, `${`${process.pid} 1 running`.padEnd(99)}\n`);
    expect((await node.stop()).stderr).toMatch(/^vmsmail: no node is running/);
    await mustStart(node);
    await mustStop(node);
  }, 60_000);

  test('vmsmail stop lets a client finish its message, which is delivered after the next start', async () => {
    await using node = await startedNode();
    const line = new SmtpLine(node.smtpPort);
    await line.reply();
    for (const command of [
      'EHLO client.example',
      'MAIL FROM:<anne@client.example>',
      'RCPT TO:<jones@hearts.example>',
      'DATA',
    ])
      expect(await line.command(command)).toMatch(/^[23]/);
    line.write('Subject: in hand\r\n\r\n');
    const stopping = node.stop();
    await eventually('it is stopping', () => jobControlOf(node).state.kind === 'stopping');
    line.write('text\r\n.\r\n');
    expect(await line.reply()).toMatch(/^250/);
    line.close();
    expect((await stopping).status).toBe(0);
    expect(processesOf(node.root)).toEqual([]);

    await mustStart(node);
    expect(await node.drained(20_000)).toBe(true);
    const mail = await vmsmail(['mail', '--root', node.root, '--user', 'JONES'], 20_000, 'DIRECTORY\n');
    expect(mail.stdout).toContain('in hand');
    await mustStop(node);
  }, 60_000);
});
