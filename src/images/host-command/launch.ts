/** Job control as the start command's child, until the node is up or will not come up. The other end: job-control.sh. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import { type HostUser, startingAs } from '../host-user.ts';
import { configurationArgument, type NodeConfiguration } from '../node-configuration.ts';
import { findJobControl, killNode, nodeHasEnded } from '../node-lock.ts';
import { type NodeRoot, nodeRoot, packageDirectory } from '../node-root.ts';
import { inheritedEnvironment } from './inherited-environment.ts';

export interface Launched {
  /** Ends when the node does. */
  readonly jobControl: ChildProcess;
  /** Begins; resolves to undefined when every enabled service listens, else to the reason why the node is not up. */
  go(): Promise<string | undefined>;
  /** Ends what was begun, when the node did not come up or is not wanted any more. */
  giveUp(): Promise<void>;
}

/**
 * What a message needs is garbage a moment later: collected rarely, hardly any of it is still in use and has to be copied. All
 * processes of the node inherit it; they grow so large under load anyway.
 */
const ROOM_FOR_GARBAGE = ['--min-semi-space-size=16', '--max-semi-space-size=16'];

/**
 * Starts job control, in a session of its own, and hands it the lock. Nothing happens in it before `go`.
 * @param options.isDetached  false: the node ends when this process is gone
 * @param options.user  whom it runs as, when root starts it for somebody
 */
export function launch(
  configuration: NodeConfiguration,
  lock: number,
  options: { readonly isDetached: boolean; readonly user: HostUser | undefined },
): Launched {
  const { isDetached, user } = options;
  const program = packageDirectory();
  const paths = nodeRoot(configuration.root);
  const [command, ...words] = [...(user === undefined ? [] : startingAs(user)), '/bin/sh'];
  const jobControl = spawn(
    command!,
    [
      ...words,
      join(program, 'scripts', 'job-control.sh'),
      paths.lockFile,
      paths.nodeLog,
      isDetached ? 'detached' : 'attached',
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      ...ROOM_FOR_GARBAGE,
      join(program, 'dist', 'queue-manager-image.js'),
      configurationArgument(configuration),
    ],
    {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', lock],
      env: user === undefined ? process.env : inheritedEnvironment(process.env),
    },
  );
  closeSync(lock);
  const channel = jobControl.stdio[3] as Duplex;
  const answer = firstAnswer(jobControl, channel);
  return {
    jobControl,
    go() {
      channel.write('GO\n');
      return answer.finally(() => {
        // Attached, the open channel is what keeps the node; it must not keep this process.
        if (isDetached) channel.destroy();
        else (channel as Duplex & { unref(): void }).unref();
      });
    },
    giveUp: () => giveUp(jobControl, channel, paths),
  };
}

/** READY, FAILED and a reason, or the end of everybody who could say one of them. */
function firstAnswer(jobControl: ChildProcess, channel: Duplex): Promise<string | undefined> {
  let complaint = '';
  const errors = jobControl.stderr as Readable;
  errors.setEncoding('utf8').on('data', (chunk: string) => {
    complaint += chunk;
  });
  return new Promise((resolve) => {
    let text = '';
    channel.setEncoding('utf8');
    channel.on('error', () => {});
    channel.on('data', (chunk: string) => {
      text += chunk;
      if (text.startsWith('READY\n')) resolve(undefined);
      else if (text.startsWith('FAILED ') && text.endsWith('\n'))
        resolve(text.slice('FAILED '.length).trim());
    });
    channel.on('close', () =>
      resolve(
        complaint === ''
          ? 'the node ended before it was ready; see SYS$MANAGER:NODE.LOG'
          : `job control could not be started: ${complaint.trim().split('\n', 1)[0]}`,
      ),
    );
    jobControl.on('error', (error) => resolve(`job control could not be started: ${error.message}`));
  });
}

/** What is still there after so long is killed. */
const GIVE_UP_MS = 10_000;

async function giveUp(jobControl: ChildProcess, channel: Duplex, paths: NodeRoot): Promise<void> {
  channel.destroy();
  const { pid } = jobControl;
  if (pid === undefined) return;
  if (jobControl.exitCode === null && jobControl.signalCode === null) jobControl.kill('SIGTERM');
  if (await nodeHasEnded(paths, GIVE_UP_MS)) return;
  const found = findJobControl(paths);
  if (found?.pid === pid) killNode(found);
}
