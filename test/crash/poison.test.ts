/**
 * A message that kills whoever takes it, with real processes: the kernel kills the symbiont when it takes that text. After two
 * deaths it stands on the queue with the reason, everything else is delivered, and it goes out once it does no harm. DESIGN §5.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OperatorSession } from '../operators/operator-session.ts';
import { canAttach } from '../support/can-trace.ts';
import { createProcessNode, type ProcessNode, pause } from '../support/process-node.ts';
import { accountFor } from './account-for.ts';
import { startLoad } from './load.ts';

if (!canAttach) console.warn('SKIPPED: a poisonous message needs strace, and root to attach it');

const users = ['ADAMS', 'BAKER'];
const address = (user: string): string => `${user.toLowerCase()}@hearts.example`;
const LONG = 100_000;

test.runIf(canAttach)(
  'a message that kills the symbiont twice is set aside with its reason, and the queue goes on',
  async () => {
    await using node = await createProcessNode({ users: [...users, 'SENDER'] });
    const started = await node.start();
    expect(started).toMatchObject({ status: 0 });
    const whole = await node.whole();
    const pidOf = (image: string): number => whole.processes.find((each) => each.image === image)!.pid;
    const symbiont = pidOf('smtp-symbiont');

    // It sleeps while the message comes whose text it is to stumble over.
    process.kill(symbiont, 'SIGSTOP');
    const load = startLoad({
      port: node.smtpPort,
      sessions: 1,
      reversePath: address('SENDER'),
      recipients: (n) => [address(users[n % users.length]!)],
      sizeBytes: (n) => (n === 5 ? LONG : 1_500),
      pauseMs: 1,
    });
    await until(() => load.messages.length > 20);
    await load.stop();
    const texts = readdirSync(node.paths.spoolDirectory, { recursive: true, withFileTypes: true }).filter(
      (each) => each.isFile(),
    );
    expect(texts).toHaveLength(1);
    const poison = join(texts[0]!.parentPath, texts[0]!.name);
    const end = await killWhoTouches(poison, [pidOf('queue-manager'), symbiont]);
    process.kill(symbiont, 'SIGCONT');

    await until(async () => (await node.status())?.queues.some(({ retained }) => retained === 1) === true);
    expect(await node.drained(30_000)).toBe(true);
    const after = await node.whole();
    expect(after.processes.find(({ image }) => image === 'smtp-symbiont')?.restarts).toBe(2);
    expect(operatorLog(node)).toMatch(/%QMAN-W-POISON/);
    {
      await using session = new OperatorSession(node.root, 'SYSTEM');
      const { lines } = await session.command('SHOW QUEUE/ALL_JOBS/FULL TCPIP$SMTP_*');
      expect(lines.join('\n')).toMatch(/Retained on error/i);
      expect(lines.join('\n')).toContain('%JBC-E-SYMDEL, unexpected symbiont process termination');
    }
    await end();

    // Somebody has looked at it.
    const entry = /POISON.*?entry (\d+)/i.exec(operatorLog(node))![1]!;
    {
      await using session = new OperatorSession(node.root, 'SYSTEM');
      await session.command(`SET ENTRY ${entry}/RELEASE`);
    }
    await until(async () => (await node.status())?.queues.every(({ retained }) => retained === 0) === true);
    expect(await node.drained(30_000)).toBe(true);
    expect(await node.stop()).toMatchObject({ status: 0 });
    const account = await accountFor(node.paths, load.messages, {
      users,
      sender: 'SENDER',
      userOf: (path) => users.find((user) => address(user) === path),
    });
    expect(account).toMatchObject({ lost: [], twice: [], queued: {}, delivered: load.messages.length });
  },
  120_000,
);

const operatorLog = ({ paths }: ProcessNode): string =>
  readFileSync(join(paths.root, 'SYSMGR', 'OPERATOR.LOG'), 'utf8');

/** The processes, and all that they start: who reads the file, and who gives it a name in the mail file, unread. */
async function killWhoTouches(file: string, pids: readonly number[]): Promise<() => Promise<void>> {
  const words = [
    '-f',
    '-o',
    '/dev/null',
    '-P',
    file,
    '-e',
    'trace=openat,link,linkat',
    '-e',
    'inject=openat,link,linkat:signal=KILL',
  ];
  const strace = spawn('strace', [...words, ...pids.flatMap((pid) => ['-p', `${pid}`])], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => strace.once('close', () => resolve()));
  let attached = 0;
  await new Promise<void>((resolve, reject) => {
    strace.stderr.setEncoding('utf8').on('data', (text: string) => {
      attached += text.split(' attached').length - 1;
      if (attached >= pids.length) resolve();
    });
    void ended.then(() => reject(new Error('strace may not attach')));
  });
  return async () => {
    strace.kill('SIGINT');
    await ended;
  };
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const late = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > late) throw new Error('it does not come to that');
    await pause(50);
  }
}
