/** `vmsmail start`: makes the root the first time, launches the node, waits until every enabled service answers. */
import { createRoot } from '../create-root.ts';
import { defaultHostName, defaultNodeName, type NodeConfiguration } from '../node-configuration.ts';
import { findJobControl, type JobControl, nodeHasEnded, takeNodeLock } from '../node-lock.ts';
import { makeSystemDirectory, type NodeRoot, nodeRoot } from '../node-root.ts';
import { rootProblem } from '../root-problem.ts';
import { complain, print } from './display.ts';
import { foreground } from './foreground.ts';
import { type Launched, launch } from './launch.ts';
import { nodeIsRunning } from './node-connection.ts';
import { fetchStatus, servicesText, whatGoesOn } from './status.ts';
import { STOP_LIMIT_MS } from './stop.ts';

export interface StartOptions {
  readonly root: string;
  readonly detach?: boolean;
  readonly port: Readonly<Record<string, number>>;
  readonly node?: string;
  readonly host?: string;
  readonly runAs?: string;
}

const LOOK_AGAIN_MS = 300;

export async function start(options: StartOptions): Promise<number> {
  const paths = nodeRoot(options.root);
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
  let lock: number | string;
  try {
    makeSystemDirectory(paths);
    lock = await lockOrReason(paths);
  } catch (error) {
    return complain(rootProblem(paths.root, error));
  }
  if (typeof lock === 'string') return complain(lock);

  const launched = launch(configuration, lock, options.detach === true);
  try {
    await createRoot(paths, configuration, print);
  } catch (error) {
    await launched.giveUp();
    return complain(rootProblem(paths.root, error));
  }
  const failure = await goUnlessSignalled(launched);
  if (failure !== undefined) {
    await launched.giveUp();
    return complain(failure);
  }
  const status = await fetchStatus(paths);
  print(`Node ${configuration.nodeName} (${configuration.hostName}) is running, root ${paths.root}`);
  if (status !== undefined) print(servicesText(status));
  if (!options.detach) return foreground(paths.root, launched.jobControl);
  launched.jobControl.unref();
  return 0;
}

/** The descriptor of the node's lock, or why it cannot be had. One that is about to end is waited for. */
async function lockOrReason(paths: NodeRoot): Promise<number | string> {
  const late = performance.now() + STOP_LIMIT_MS;
  let isTold = false;
  for (;;) {
    const lock = takeNodeLock(paths);
    if (lock !== undefined) {
      // A node whose lock file was removed still answers.
      return (await nodeIsRunning(paths)) ? `a node is already running on ${paths.root}` : lock;
    }
    const found = findJobControl(paths);
    if (found === undefined) continue;
    if (!isAboutToEnd(found)) return whatGoesOn(paths.root, found);
    if (performance.now() > late) return `processes of a node on ${paths.root} do not end; see vmsmail stop`;
    if (await nodeHasEnded(paths, LOOK_AGAIN_MS)) continue;
    if (!isTold) print(`Waiting until the node on ${paths.root} has stopped`);
    isTold = true;
  }
}

const isAboutToEnd = (found: JobControl): boolean => !found.isAlive || found.state.kind === 'stopping';

/** Ctrl/C while it starts: nothing is left behind. */
async function goUnlessSignalled(launched: Launched): Promise<string | undefined> {
  const { promise: signalled, resolve } = Promise.withResolvers<string>();
  const onSignal = (): void => resolve('interrupted, the node is not started');
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  const failure = await Promise.race([launched.go(), signalled]);
  for (const signal of signals) process.off(signal, onSignal);
  return failure;
}
