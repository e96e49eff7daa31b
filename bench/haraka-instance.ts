/**
 * A private Haraka beside ours: its own configuration, queue and port. It is the other mail server that runs on Node, and no part
 * of this project: npm puts it into a directory of its own, when it is first wanted (HARAKA_DIRECTORY, /var/tmp/vmsmail-haraka).
 *
 * It is set up in its favour: a process a core, errors alone are logged, no name is looked up of its clients, no plugin but the
 * one that lets the mail in. It keeps mail in its outbound queue: a file that is synced before the 250, then renamed, without a
 * sync of the directory. It delivers to no mail files of its own.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { freePort, isListening } from './postfix-instance.ts';

const VERSION = '3.3.4';
const directory = process.env['HARAKA_DIRECTORY'] ?? '/var/tmp/vmsmail-haraka';
const installed = join(directory, 'node_modules', 'Haraka');
const program = join(installed, 'bin', 'haraka');

/** Fetches it the first time. @returns its version, or why it cannot be had */
export function findHaraka(): { readonly version: string } | { readonly missing: string } {
  try {
    if (!existsSync(program)) {
      mkdirSync(directory, { recursive: true });
      const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
      execFileSync('npm', [...words, `Haraka@${VERSION}`], { cwd: directory, stdio: 'pipe' });
    }
    const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    return { version };
  } catch (error) {
    return { missing: (error as Error).message.split('\n')[0]! };
  }
}

export interface HarakaInstance {
  readonly port: number;
  readonly masterPid: number;
  /** Nothing waits in its queue. */
  isEmpty(): boolean;
  stop(): Promise<void>;
}

/** What happens to accepted mail: it stays in the queue (accept alone), or goes where its MX records say. */
export type HarakaMode = 'hold' | 'relay';

/** Any client may relay; the name of a client, which the DNS would be asked for, is given. */
const RELAY = `
exports.hook_connect_init = (next, connection) => { connection.relaying = true; next(); };
exports.hook_lookup_rdns = (next) => next(OK, 'client.example');
exports.hook_rcpt = (next) => next(OK);
`;
/** Its own switch for deliveries reads each waiting file again every second: this lets the first one wait, and the others behind it. */
const HOLD = 'exports.hook_get_mx = () => {};\n';

/** As its documentation has it; its code has 10,000, and most of them fail, and wait a minute, where mail for 200 hosts comes at once. */
const CONNECTIONS = 100;

export async function startHaraka(home: string, mode: HarakaMode): Promise<HarakaInstance> {
  const port = await freePort();
  const queue = join(home, 'queue');
  for (const each of ['config', 'plugins', 'queue']) mkdirSync(join(home, each), { recursive: true });
  const files = {
    'config/smtp.ini': `listen=127.0.0.1:${port}\nnodes=cpus\n`,
    'config/outbound.ini': `local_mx_ok=true\nenable_tls=false\nconcurrency_max=${mode === 'hold' ? 1 : CONNECTIONS}\n`,
    'config/log.ini': '[main]\nlevel=error\n',
    'config/me': 'haraka.bench.example\n',
    'config/plugins': 'bench\n',
    'plugins/bench.js': mode === 'hold' ? RELAY + HOLD : RELAY,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
  // It has no greeting without this one, as it is shipped.
  copyFileSync(join(installed, 'config', 'connection.ini'), join(home, 'config', 'connection.ini'));
  const child = spawn(process.execPath, [program, '-c', home], {
    cwd: home,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (let attempt = 0; !(await isListening(port)); attempt += 1) {
    if (attempt > 300 || child.exitCode !== null) throw new Error('Haraka does not answer');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    port,
    masterPid: child.pid!,
    isEmpty: () => readdirSync(queue).length === 0,
    async stop() {
      child.kill('SIGKILL');
      await ended;
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
