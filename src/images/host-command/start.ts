/** `vmsmail start`: makes the root the first time, launches the node, waits until every enabled service answers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createRoot } from '../create-root.ts';
import {
  configurationArgument,
  defaultHostName,
  defaultNodeName,
  type NodeConfiguration,
} from '../node-configuration.ts';
import { nodeRoot, packageDirectory } from '../node-root.ts';
import { nodeIsRunning } from './node-connection.ts';
import { fetchStatus, servicesText } from './status.ts';
import { stop } from './stop.ts';

export interface StartOptions {
  readonly root: string;
  readonly detach?: boolean;
  readonly port: Readonly<Record<string, number>>;
  readonly node?: string;
  readonly host?: string;
  readonly runAs?: string;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): number => {
  process.stderr.write(`vmsmail: ${text}\n`);
  return 1;
};

export async function start(options: StartOptions): Promise<number> {
  const paths = nodeRoot(options.root);
  if (await nodeIsRunning(paths)) return complain(`a node is already running on ${paths.root}`);

  const configuration: NodeConfiguration = {
    root: paths.root,
    nodeName: options.node?.toUpperCase() ?? defaultNodeName(),
    hostName: options.host?.toLowerCase() ?? defaultHostName(),
    ports: options.port,
    ...(options.runAs === undefined ? {} : { runAs: options.runAs }),
  };
  if (!/^[A-Z][A-Z0-9]{0,5}$/.test(configuration.nodeName)) {
    return complain(
      `'${configuration.nodeName}' is no node name: a letter, then letters or digits, 6 at most`,
    );
  }
  try {
    for (const line of await createRoot(paths, configuration)) print(line);
  } catch (error) {
    return complain(rootProblem(paths.root, error));
  }

  const { child, ready } = launch(configuration);
  const failure = await ready;
  if (failure !== undefined) return complain(failure);
  const status = await fetchStatus(paths);
  print(`Node ${configuration.nodeName} (${configuration.hostName}) is running, root ${paths.root}`);
  if (status !== undefined) print(servicesText(status));
  if (options.detach) {
    child.unref();
    return 0;
  }
  return foreground(paths.root, child);
}

function rootProblem(root: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `the root ${root} is not writable for you`;
    case 'EROFS':
      return `the root ${root} is on a read-only file system`;
    case 'ENOSPC':
      return `no space is left on the file system of ${root}`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `the root ${root} is not a directory`;
    default:
      return `cannot create ${root}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Starts job control in a session of its own; `ready` resolves to undefined, or to the reason of a failure. */
function launch(configuration: NodeConfiguration): {
  child: ChildProcess;
  ready: Promise<string | undefined>;
} {
  const program = packageDirectory();
  const log = openSync(join(nodeRoot(configuration.root).managerDirectory, 'NODE.LOG'), 'a', 0o600);
  const child = spawn(
    '/bin/sh',
    [
      join(program, 'scripts', 'job-control.sh'),
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      join(program, 'dist', 'queue-manager-image.js'),
      configurationArgument(configuration),
    ],
    { detached: true, stdio: ['ignore', log, log, 'pipe'] },
  );
  closeSync(log);
  const channel = child.stdio[3] as Readable;
  const ready = new Promise<string | undefined>((resolve) => {
    let text = '';
    const answer = (failure: string | undefined): void => {
      resolve(failure);
      channel.destroy();
    };
    channel.setEncoding('utf8');
    channel.on('data', (chunk: string) => {
      text += chunk;
      if (text.startsWith('READY\n')) answer(undefined);
      else if (text.startsWith('FAILED ') && text.endsWith('\n')) answer(text.slice('FAILED '.length).trim());
    });
    channel.on('close', () => answer(`the node ended before it was ready; see SYS$MANAGER:NODE.LOG`));
    child.on('error', (error) => answer(error.message));
  });
  return { child, ready };
}

/** Without --detach the node lives as long as this command: an operator's session on a terminal, else until a signal. */
async function foreground(root: string, child: ChildProcess): Promise<number> {
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  const signalled = new Promise<'signal'>((resolve) => {
    process.once('SIGTERM', () => resolve('signal'));
    process.once('SIGINT', () => resolve('signal'));
    process.once('SIGHUP', () => resolve('signal'));
  });
  if (process.stdin.isTTY) {
    print(
      'Leave the operator session with LOGOUT or Ctrl/Z: the node stops then. Use --detach to keep it running.\n',
    );
    const { dclSession } = await import('./session.ts');
    await Promise.race([dclSession([], { root, user: 'SYSTEM' }), ended, signalled]);
    if (child.exitCode === null) await stop({ root });
    return 0;
  }
  const first = await Promise.race([ended, signalled]);
  if (first === 'signal') {
    await stop({ root });
    return 0;
  }
  return first;
}
