/** A node of ours for measuring: its own root in the same file system as the peer's, real processes, real ports. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeStatus } from '../src/images/node-status.ts';

export interface OurNode {
  readonly port: number;
  readonly root: string;
  /** Of an enabled service. */
  portOf(service: string): number;
  pids(): readonly number[];
  /** By image: one receiver stands for all. */
  images(): ReadonlyMap<string, number>;
  /** Entries still in the queue, whatever their state. */
  entries(): number;
  /** One DCL command as SYSTEM. */
  dcl(command: string): string;
  stop(): void;
}

export const OUR_NAMES = { nodeName: 'BENCH', hostName: 'bench.example' };

/**
 * @param project  where it was built; default: this one
 * @param isPrepared  the root is used as it is; default: whatever is there goes
 */
export function startOurs(
  root: string,
  project = join(import.meta.dirname, '..'),
  isPrepared = false,
): OurNode {
  const launcher = join(project, 'bin', 'vmsmail');
  const vmsmail = (...args: string[]): string =>
    execFileSync(launcher, args, { encoding: 'utf8', maxBuffer: 1e8 });
  if (!isPrepared) rmSync(root, { recursive: true, force: true });
  vmsmail(
    'start',
    '--detach',
    '--root',
    root,
    ...['SMTP', 'IMAP', 'POP'].flatMap((service) => ['--port', `${service}=0`]),
    '--node',
    OUR_NAMES.nodeName,
    '--host',
    OUR_NAMES.hostName,
  );
  const dcl = (command: string): string => vmsmail('dcl', command, '--root', root, '--user', 'SYSTEM');
  dcl('MCR AUTHORIZE ADD USER/PASSWORD=BENCH_ONLY_1');
  const status = (): NodeStatus => JSON.parse(vmsmail('status', '--json', '--root', root)) as NodeStatus;
  const portOf = (wanted: string): number =>
    status().services.find(({ service }) => service === wanted)!.port;
  const port = portOf('SMTP');
  return {
    port,
    root,
    portOf,
    pids: () => status().processes.flatMap(({ pid }) => pid ?? []),
    images: () =>
      new Map(
        status().processes.flatMap(({ image, pid }) => (pid === undefined ? [] : [[image, pid] as const])),
      ),
    entries: () =>
      status().queues.reduce(
        (sum, each) => sum + each.pending + each.holding + each.executing + each.retained,
        0,
      ),
    dcl,
    stop() {
      vmsmail('stop', '--root', root);
      rmSync(root, { recursive: true, force: true });
    },
  };
}
