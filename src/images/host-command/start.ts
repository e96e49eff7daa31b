/** `vmsmail start`: makes the root the first time, launches the node, waits until every enabled service answers. */
import { openSqliteSystemStore } from '../../adapters/sqlite/system-store/index.ts';
import { createRoot } from '../create-root.ts';
import { actingAs, amRoot, become, type HostUser } from '../host-user.ts';
import { rememberLogin } from '../login.ts';
import { defaultHostName, defaultNodeName, type NodeConfiguration } from '../node-configuration.ts';
import { findJobControl, type JobControl, nodeHasEnded, takeNodeLock } from '../node-lock.ts';
import { makeSystemDirectory, type NodeRoot, nodeRoot, rootExists } from '../node-root.ts';
import { rootProblem } from '../root-problem.ts';
import { complain, print } from './display.ts';
import { foreground, signalToEnd } from './foreground.ts';
import { type Launched, launch } from './launch.ts';
import { nodeIsRunning } from './node-connection.ts';
import { runningAs } from './run-as.ts';
import { fetchStatus, servicesText, whatGoesOn } from './status.ts';
import { STOP_LIMIT_MS } from './stop.ts';
import { unknownService } from './unknown-service.ts';

export interface StartOptions {
  readonly root: string;
  readonly detach?: boolean;
  readonly port: Readonly<Record<string, number>>;
  readonly node?: string;
  readonly host?: string;
  readonly runAs?: string;
  readonly metrics?: number;
}

const LOOK_AGAIN_MS = 300;
/** A person wonders by then what goes on. */
const TOLD_AFTER_MS = 2_000;

export async function start(options: StartOptions): Promise<number> {
  rememberLogin();
  const { root } = nodeRoot(options.root);
  let prepared: Prepared | string;
  try {
    prepared = await prepare(root, options);
  } catch (error) {
    return complain(rootProblem(root, error));
  }
  if (typeof prepared === 'string') return complain(prepared);

  const { user, lock, names } = prepared;
  // A node keeps its names, and the port of its metrics, until it is told others.
  const configuration: NodeConfiguration = {
    root,
    nodeName: options.node ?? names.nodeName ?? defaultNodeName(),
    hostName: options.host ?? names.hostName ?? defaultHostName(),
    ports: options.port,
    metricsPort: options.metrics ?? names.metricsPort,
    ...(user === undefined ? {} : { runAs: user.name ?? String(user.uid) }),
  };
  const isDetached = options.detach === true;
  const launched = launch(configuration, lock, { isDetached, user });
  // What needed root is done.
  if (user !== undefined) become(user);
  const failure = await bringUp(launched, configuration);
  if (failure !== undefined) {
    await launched.giveUp();
    return complain(failure);
  }
  const signalled = isDetached ? undefined : signalToEnd();
  await sayItRuns(configuration);
  if (signalled !== undefined) return foreground(root, launched.jobControl, signalled);
  launched.jobControl.unref();
  return 0;
}

interface Prepared {
  /** Whom root starts it for. */
  readonly user: HostUser | undefined;
  readonly lock: number;
  readonly names: NodeNames;
}

/** What the node was called when it ran last. */
interface NodeNames {
  readonly nodeName?: string | undefined;
  readonly hostName?: string | undefined;
  readonly metricsPort: number;
}

async function namesBefore(paths: NodeRoot): Promise<NodeNames> {
  if (!rootExists(paths)) return { metricsPort: 0 };
  const store = openSqliteSystemStore(paths.systemDirectory);
  try {
    return {
      nodeName: await store.setting('NODE_NAME'),
      hostName: await store.setting('HOST_NAME'),
      metricsPort: Number((await store.setting('METRICS_PORT')) ?? 0),
    };
  } finally {
    await store.close();
  }
}

/** The directory, its owner and its lock; or why it cannot be had. What cannot be meant makes no directory, and changes none. */
async function prepare(root: string, { runAs, port }: StartOptions): Promise<Prepared | string> {
  const paths = nodeRoot(root);
  if (!rootExists(paths)) {
    const strange = await strangeService(paths, port);
    if (strange !== undefined) return strange;
  }
  const user = runningAs(root, runAs);
  if (typeof user === 'string') return user;
  const enter = async (): Promise<Omit<Prepared, 'user'> | string> => {
    makeSystemDirectory(paths);
    const lock = await lockOrReason(paths);
    if (typeof lock === 'string') return lock;
    return (await strangeService(paths, port)) ?? { lock, names: await namesBefore(paths) };
  };
  // Where somebody else may put links root writes nothing.
  const entered = user === undefined ? await enter() : await actingAs(user, enter);
  return typeof entered === 'string' ? entered : { user, ...entered };
}

/** Undefined when every enabled service answers, else why not. */
async function bringUp(launched: Launched, configuration: NodeConfiguration): Promise<string | undefined> {
  try {
    await createRoot(nodeRoot(configuration.root), configuration, print);
  } catch (error) {
    return rootProblem(configuration.root, error);
  }
  return goUnlessSignalled(launched);
}

async function strangeService(paths: NodeRoot, ports: StartOptions['port']): Promise<string | undefined> {
  const name = await unknownService(paths, ports);
  return name === undefined ? undefined : `--port ${name}: there is no such service`;
}

async function sayItRuns({
  root,
  nodeName,
  hostName,
  runAs,
  metricsPort = 0,
}: NodeConfiguration): Promise<void> {
  const as = runAs === undefined ? '' : `, as ${runAs}`;
  print(`Node ${nodeName} (${hostName}) is running, root ${root}${as}`);
  const status = await fetchStatus(nodeRoot(root));
  if (status !== undefined) print(servicesText(status));
  if (metricsPort !== 0) print(`  ${'/metrics, /health'.padEnd(16)} 127.0.0.1:${metricsPort}`);
  if (amRoot()) print('All of it runs as root: with --run-as NAME it is an unprivileged user.');
}

/** The descriptor of the node's lock, or why it cannot be had. One that is about to end is waited for. */
async function lockOrReason(paths: NodeRoot): Promise<number | string> {
  const late = performance.now() + STOP_LIMIT_MS;
  /** When the person at the terminal is told. */
  let toldAt = performance.now() + TOLD_AFTER_MS;
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
    // At first it may be the one before: another start has the lock, and writes its name next.
    if (performance.now() > toldAt) {
      print(`Waiting until the node on ${paths.root} has stopped`);
      toldAt = Number.POSITIVE_INFINITY;
    }
    await nodeHasEnded(paths, LOOK_AGAIN_MS);
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
