/** Batch jobs in processes of their own: from SUBMIT to the log, and what is left when one of them, or the node, is killed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectNode } from '../../src/adapters/node/node-link/index.ts';
import type { EntryInfo, QueueManager } from '../../src/ports/queue-manager.ts';
import { createProcessNode, type ProcessNode, pause, processesOf, vmsmail } from '../support/process-node.ts';

const system = { userName: 'SYSTEM', privileges: ['OPER', 'CMKRNL'] };
/** %CLI-S-NORMAL, of the EXIT. */
const NORMAL = 0x30001;
const JOBABORT = 0x48084;
const SYSFAIL = 0x480f4;

const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // It ended meanwhile.
  }
};
const batchProcesses = ({ root }: ProcessNode): readonly number[] =>
  processesOf(root).filter((pid) => commandLine(pid).includes('batch-image'));

async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await pause(20)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error('it did not happen');
}

const dcl = (node: ProcessNode, lines: string) =>
  vmsmail(['dcl', '--root', node.root, '--user', 'JONES'], 60_000, lines);

/** It says in a file that it runs, and whether for the first time; then it waits, the first time. */
const steps = [
  '$ OPEN/WRITE OUT SYS$LOGIN:RAN.TXT',
  '$ WRITE OUT $RESTART',
  '$ CLOSE OUT',
  '$ IF $RESTART THEN EXIT',
  '$ WAIT 00:10',
].join('\n');

async function withTwoJobs(node: ProcessNode): Promise<void> {
  writeFileSync(join(node.root, 'JONES', 'STEPS.COM'), steps);
  const submitted = await dcl(
    node,
    'SUBMIT/NOPRINT/RESTART STEPS\nSUBMIT/NOPRINT/RETAIN=ERROR/NAME=ONCE STEPS\n',
  );
  expect(submitted.stdout).toBe(
    'Job STEPS (queue SYS$BATCH, entry 1) started on SYS$BATCH\n' +
      'Job ONCE (queue SYS$BATCH, entry 2) started on SYS$BATCH\n',
  );
  await until(() => ran(node).length === 2 || undefined);
}

/** What the jobs have written, in order. */
const ran = ({ root }: ProcessNode): readonly string[] =>
  [';1', ';2', ''].flatMap((version) => {
    try {
      const text = readFileSync(join(root, 'JONES', `RAN.TXT${version}`), 'utf8').trim();
      return text === '' ? [] : [text];
    } catch {
      return [];
    }
  });

const endOf = (manager: QueueManager, entry: number): Promise<EntryInfo | 'gone'> =>
  until(async () => {
    const [found] = await manager.entries({ entries: [entry] }, system);
    if (found === undefined) return 'gone';
    return found.state === 'retainedOnError' ? found : undefined;
  });

test('from SUBMIT to SYNCHRONIZE and the log, in a process that is gone afterwards', async () => {
  await using node = await createProcessNode({ users: ['JONES'] });
  writeFileSync(
    join(node.root, 'JONES', 'HELLO.COM'),
    '$ SET VERIFY\n$ WRITE SYS$OUTPUT F$MODE(), " ", F$PROCESS(), " ", P1\n$ EXIT 44\n',
  );
  expect((await node.start()).status).toBe(0);
  const { stdout } = await dcl(
    node,
    'SUBMIT/NOPRINT/PARAMETERS="a b" HELLO\nSYNCHRONIZE/ENTRY=\'$ENTRY\'\nTYPE HELLO.LOG\nSHOW QUEUE/BATCH\n',
  );
  expect(stdout).toContain(
    'Job HELLO (queue SYS$BATCH, entry 1) started on SYS$BATCH\n%SYSTEM-F-ABORT, abort\n',
  );
  expect(stdout).toMatch(
    /BATCH BATCH_1 a b\n\$ EXIT 44\n%SYSTEM-F-ABORT, abort\n {2}JONES {8}job terminated at /,
  );
  expect(stdout).toMatch(/Batch queue SYS\$BATCH, idle, on HEARTS::\n\n$/);
  expect(batchProcesses(node)).toEqual([]);
  expect((await node.stop()).status).toBe(0);
});

test('a batch process that is killed: its job begins again, or has failed; DELETE/ENTRY ends one that waits', async () => {
  await using node = await createProcessNode({ users: ['JONES'] });
  expect((await node.start()).status).toBe(0);
  const client = await connectNode(node.paths.socketPath);
  const manager = client.queueManager;
  await manager.setQueue('SYS$BATCH', { jobLimit: 3 }, system);
  await withTwoJobs(node);
  await dcl(node, 'SUBMIT/NOPRINT/NOLOG STEPS\n');
  const killed = await until(() => (batchProcesses(node).length === 3 ? batchProcesses(node) : undefined));
  await manager.deleteEntries([3], system);
  const ends = [1, 2].map((entry) => manager.awaitJob(entry, system));
  expect(await endOf(manager, 3)).toBe('gone');
  for (const pid of killed.filter((each) => batchProcesses(node).includes(each)))
    process.kill(pid, 'SIGKILL');
  expect(await Promise.all(ends)).toEqual([NORMAL, JOBABORT]);
  expect(await endOf(manager, 2)).toMatchObject({ state: 'retainedOnError' });
  expect(ran(node)).toContain('TRUE');
  await client.close();
  expect((await node.stop()).status).toBe(0);
});

test('a node that is killed: its batch processes are gone with it, and the next start settles their jobs', async () => {
  await using node = await createProcessNode({ users: ['JONES'] });
  expect((await node.start()).status).toBe(0);
  const before = await connectNode(node.paths.socketPath);
  await before.queueManager.setQueue('SYS$BATCH', { jobLimit: 2 }, system);
  await withTwoJobs(node);
  const old = await until(() => (batchProcesses(node).length === 2 ? batchProcesses(node) : undefined));
  const { processes } = await node.whole();
  process.kill(processes.find(({ name }) => name === 'QUEUE_MANAGER')!.pid!, 'SIGKILL');
  await before.closed;
  await node.whole();
  const after = await until(() => connectNode(node.paths.socketPath).catch(() => undefined));
  const manager = after.queueManager;
  expect(await endOf(manager, 1)).toBe('gone');
  expect(await manager.awaitJob(2, system)).toBe(SYSFAIL);
  expect(ran(node)).toContain('TRUE');
  expect(batchProcesses(node).filter((pid) => old.includes(pid))).toEqual([]);
  await after.close();
  expect((await node.stop()).status).toBe(0);
});

test('STOP/QUEUE suspends a job; when its node is killed the job does not stand there for ever', async () => {
  await using node = await createProcessNode({ users: ['JONES'] });
  const trace = join(node.root, 'JONES', 'TRACE.TXT');
  writeFileSync(
    join(node.root, 'JONES', 'LOOP.COM'),
    '$ LOOP:\n$ OPEN/APPEND OUT SYS$LOGIN:TRACE.TXT\n$ WRITE OUT "."\n$ CLOSE OUT\n$ GOTO LOOP\n',
  );
  writeFileSync(trace, '');
  expect((await node.start()).status).toBe(0);
  const size = () => readFileSync(trace).length;
  await dcl(node, 'SUBMIT/NOPRINT/NOLOG LOOP\n');
  await until(() => size() > 0 || undefined);
  const operator = (lines: string) =>
    vmsmail(['dcl', '--root', node.root, '--user', 'SYSTEM'], 60_000, lines);
  expect((await operator('STOP/QUEUE SYS$BATCH\n')).stdout).toBe('');
  // It is in the middle of something, perhaps.
  await until(async () => {
    const before = size();
    await pause(300);
    return size() === before || undefined;
  });
  const suspended = size();
  await pause(300);
  expect(size()).toBe(suspended);
  await operator('START/QUEUE SYS$BATCH\n');
  await until(() => size() > suspended || undefined);
  await operator('STOP/QUEUE SYS$BATCH\n');
  const [job] = batchProcesses(node);
  for (const pid of processesOf(node.root)) if (pid !== job) process.kill(pid, 'SIGKILL');
  await until(() => processesOf(node.root).length === 0 || undefined);
}, 90_000);
