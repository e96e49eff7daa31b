import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../ports/log.ts';
import { Supervisor } from './supervisor.ts';

const supervisorModule = JSON.stringify(pathToFileURL(join(import.meta.dirname, 'supervisor.ts')).href);

/** Reports whether it was restarted; `dies` ends it as soon as it is ready, `fails` before. */
const program = `
import { isRestarted, superviseMe } from ${supervisorModule};
const supervised = superviseMe(async () => {});
supervised.report({ isRestarted: isRestarted() });
if (process.argv.includes('fails')) {
  supervised.failed('port 25 of service SMTP is in use');
  setTimeout(() => process.exit(1), 50);
} else {
  supervised.ready();
  if (process.argv.includes('dies')) setTimeout(() => process.exit(3), 10);
}
`;

let directory: string;
let file: string;
let messages: string[];
let supervisor: Supervisor;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vmsmail-supervisor-'));
  file = join(directory, 'program.ts');
  writeFileSync(file, program);
  messages = [];
  supervisor = new Supervisor(silentLog, {
    operatorMessage: (_class, _from, text) => void messages.push(text),
    broadcast() {},
  });
});

afterEach(async () => {
  for (const { name } of supervisor.processes()) await supervisor.stop(name, 5_000);
  rmSync(directory, { recursive: true, force: true });
});

const states = (): Record<string, string> =>
  Object.fromEntries(supervisor.processes().map(({ name, state }) => [name, state]));
const pidOf = (name: string): number | undefined =>
  supervisor.processes().find((each) => each.name === name)?.pid;
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('a process that dies as soon as it is there is restarted more and more seldom; the others go on', async () => {
  const reports: unknown[] = [];
  await supervisor.start({ name: 'GOOD', image: 'good', file, args: [] });
  const pid = pidOf('GOOD');
  const begun = performance.now();
  await supervisor.start({
    name: 'BAD',
    image: 'bad',
    file,
    args: ['dies'],
    onReport: (report) => void reports.push(report),
  });
  await until(() => messages.length === 4);
  // 250, 500 and 1000 ms lie between four deaths.
  expect(performance.now() - begun).toBeGreaterThan(1_750);
  expect(messages).toEqual(Array(4).fill('Process BAD ended (exit status 3), it is restarted'));
  expect(states()).toEqual({ GOOD: 'running', BAD: 'restarting' });
  expect(pidOf('BAD')).toBeUndefined();
  expect(pidOf('GOOD')).toBe(pid);
  expect(reports).toEqual([false, true, true, true].map((isRestarted) => ({ isRestarted })));
});

test('a process that was killed is there again, and stop ends it for good', async () => {
  await supervisor.start({ name: 'ONE', image: 'one', file, args: [] });
  const pid = pidOf('ONE')!;
  process.kill(pid, 'SIGKILL');
  await until(() => states()['ONE'] === 'restarting');
  await until(() => states()['ONE'] === 'running');
  expect(pidOf('ONE')).not.toBe(pid);
  expect(messages).toEqual(['Process ONE ended (SIGKILL), it is restarted']);
  await supervisor.stop('ONE', 5_000);
  expect(states()).toEqual({});
});

test('a process that hangs is killed and restarted', async () => {
  const opcom = {
    operatorMessage: (_class: unknown, _from: string, text: string) => void messages.push(text),
    broadcast() {},
  };
  supervisor = new Supervisor(silentLog, opcom, { everyMs: 250, silences: 16 });
  await supervisor.start({ name: 'ONE', image: 'one', file, args: [] });
  const pid = pidOf('ONE')!;
  process.kill(pid, 'SIGSTOP');
  await until(() => messages.length === 2 && states()['ONE'] === 'running');
  expect(pidOf('ONE')).not.toBe(pid);
  expect(messages).toEqual([
    'Process ONE has given no sign of life for 4 seconds, it is killed',
    'Process ONE ended (SIGKILL), it is restarted',
  ]);
}, 60_000);

test('the first start says why it failed', async () => {
  await expect(supervisor.start({ name: 'ONE', image: 'one', file, args: ['fails'] })).rejects.toThrow(
    'port 25 of service SMTP is in use',
  );
  await expect(
    supervisor.start({ name: 'TWO', image: 'two', file: join(directory, 'absent.ts'), args: [] }),
  ).rejects.toThrow('TWO ended before it was ready (exit status 1)');
  expect(messages).toEqual([]);
});

test('a program that cannot be run at all is an end like any other', async () => {
  const execPath = join(directory, 'no-such-node');
  await expect(supervisor.start({ name: 'ONE', image: 'one', file, args: [], execPath })).rejects.toThrow(
    /ENOENT/,
  );
});
