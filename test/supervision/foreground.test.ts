/** `vmsmail start` without --detach: the node lives as long as the command, however that ends. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findJobControl } from '../../src/images/node-lock.ts';
import { ownFlock } from '../support/own-flock.ts';
import { COMMAND, createProcessNode, type ProcessNode, pause, processesOf } from '../support/process-node.ts';

const startWords = (node: ProcessNode): string[] =>
  `start --node HEARTS --host hearts.example --port SMTP=${node.smtpPort} --root ${node.root}`.split(' ');

async function eventually(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const late = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > late) throw new Error(`not so in time: ${what}`);
    await pause(5);
  }
}

const hasEnded = (node: ProcessNode): Promise<void> =>
  eventually('the node has ended', () => findJobControl(node.paths) === undefined);

/** The command without a terminal, once it says that the node runs. */
async function started(
  node: ProcessNode,
  environment = process.env,
): Promise<{ readonly command: ChildProcess; readonly ended: Promise<number | null> }> {
  const command = spawn(COMMAND, startWords(node), { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
  const ended = new Promise<number | null>((resolve) => command.on('exit', resolve));
  let text = '';
  for (const stream of [command.stdout, command.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  // Its first word of it: signals count from then on.
  await eventually('it runs', () => text.includes('is running'));
  return { command, ended };
}

describe.concurrent('without a terminal', () => {
  test.each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const)(
    '%s stops the node',
    async (signal) => {
      await using node = await createProcessNode({ users: [] });
      const { command, ended } = await started(node);
      command.kill(signal);
      expect(await ended).toBe(0);
      expect(processesOf(node.root)).toEqual([]);
    },
    60_000,
  );

  test.each([
    ['once', 'rm "$0.hit"'],
    ['each time', ':'],
  ])(
    'a hang-up that reaches flock, too, %s, stops the node and ends the command',
    async (_, afterwards) => {
      await using node = await createProcessNode({ users: [] });
      using flock = ownFlock(`if [ -e "$0.hit" ]; then ${afterwards}; kill -HUP $$; fi`);
      const { command, ended } = await started(node, { ...process.env, PATH: flock.path });
      writeFileSync(`${flock.program}.hit`, '');
      command.kill('SIGHUP');
      expect(await ended).toBe(0);
      expect(processesOf(node.root)).toEqual([]);
    },
    60_000,
  );

  test('when the command is killed, the node stops; while it waits for its restart too', async () => {
    await using node = await createProcessNode({ users: [] });
    (await started(node)).command.kill('SIGKILL');
    await hasEnded(node);
    expect(processesOf(node.root)).toEqual([]);

    const { command } = await started(node);
    const { processes } = await node.whole();
    process.kill(processes.find(({ image }) => image === 'queue-manager')!.pid, 'SIGKILL');
    command.kill('SIGKILL');
    await hasEnded(node);
    expect(processesOf(node.root)).toEqual([]);
  }, 60_000);

  test('the command ends when the node is stopped', async () => {
    await using node = await createProcessNode({ users: [] });
    const { ended } = await started(node);
    expect((await node.stop()).status).toBe(0);
    expect(await ended).toBe(0);
  }, 60_000);

  test('interrupted while the node starts, it leaves nothing behind', async () => {
    // Before anybody has looked a node may be up: then it was no interruption.
    const isInterrupted = async (): Promise<boolean> => {
      await using node = await createProcessNode({ users: [] });
      const command = spawn(COMMAND, [...startWords(node), '--detach'], { stdio: 'ignore' });
      const ended = new Promise<number | null>((resolve) => command.on('exit', resolve));
      await eventually('it is starting', () => {
        if (command.exitCode !== null) return true; // Too late.
        const found = findJobControl(node.paths);
        return found?.state.kind === 'starting' && processesOf(node.root).length > 2;
      });
      if (!command.kill('SIGINT') || (await ended) === 0) return false;
      expect(await ended).toBe(1);
      expect(processesOf(node.root)).toEqual([]);
      expect(findJobControl(node.paths)).toBeUndefined();
      return true;
    };
    for (let tries = 1; !(await isInterrupted()); tries++) expect(tries).toBeLessThan(5);
  }, 60_000);
});

const hasTmux = spawnSync('tmux', ['-V']).status === 0;
if (!hasTmux) console.warn('SKIPPED: the operator on a terminal: tmux is not installed');

/** A terminal with the command in it. */
class Window implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), 'vmsmail-tmux-'));

  constructor(words: readonly string[]) {
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', '100', '-y', '40', ...words);
  }

  type(...keys: string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  async shows(text: string | RegExp): Promise<void> {
    await eventually(`the screen shows ${text}`, () => this.#tmux('capture-pane', '-p').search(text) >= 0);
  }

  /** As when somebody closes the window. */
  hangUp(): void {
    this.#tmux('kill-session');
  }

  [Symbol.dispose](): void {
    this.#tmux('kill-server');
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #tmux(...words: string[]): string {
    const socket = join(this.#directory, 'socket');
    return spawnSync('tmux', ['-S', socket, ...words], { encoding: 'utf8' }).stdout;
  }
}

describe.skipIf(!hasTmux)("at the operator's terminal", { concurrent: true }, () => {
  test('Ctrl/C and Ctrl/Y at the $ prompt stop nothing, LOGOUT stops the node', async () => {
    await using node = await createProcessNode({ users: [] });
    using window = new Window([COMMAND, ...startWords(node)]);
    await window.shows(/^\$/m);
    window.type('C-c');
    await window.shows('Cancel');
    window.type('C-y');
    await window.shows('Interrupt');
    window.type('SHOW QUEUE/SUMMARY', 'Enter');
    await window.shows(/TCPIP\$SMTP_HEARTS_00/);
    expect((await node.whole()).node).toBe('HEARTS');
    window.type('LOGOUT', 'Enter');
    await hasEnded(node);
    expect(processesOf(node.root)).toEqual([]);
  }, 60_000);

  test('a terminal that hangs up stops the node, also while a command waits', async () => {
    await using node = await createProcessNode({ users: [] });
    using window = new Window([COMMAND, ...startWords(node)]);
    await window.shows(/^\$/m);
    window.type('WAIT 01:00:00', 'Enter');
    await window.shows('WAIT 01:00:00');
    window.hangUp();
    await hasEnded(node);
    expect(processesOf(node.root)).toEqual([]);
  }, 60_000);
});
