/**
 * Warm receiver processes: forks them, hands each accepted connection to the one with the least to do, and replaces one
 * that dies. A service with the flag SEPARATE gets a process of its own for each connection. DESIGN §2.
 *
 * The child's side is receiver-process.ts.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Log } from '../../ports/log.ts';
import type { OperatorCommunication } from '../../ports/operator-communication.ts';
import type {
  ActivatedService,
  Activation,
  ActivationEnd,
  ConnectionPeer,
  ServiceLauncher,
} from '../../ports/service-launcher.ts';
import { AcceptingPool } from './accepting-processes.ts';
import { heldDescriptor } from './held-descriptor.ts';
import { howItEnded } from './how-it-ended.ts';
import type { FromReceiver, ToReceiver } from './receiver-process.ts';
import { RestartWait } from './restart-wait.ts';
import { LIFE_WATCH, type LifeWatchOptions, watchChild } from './sign-of-life.ts';

export interface ReceiverPoolOptions {
  /** JavaScript file of the receiver image. */
  readonly file: string;
  readonly args: readonly string[];
  /** What runs the file, and its own arguments before the file; default Node, with the flags of this process. */
  readonly execPath?: string;
  readonly execArgv?: readonly string[];
  /** Warm processes. */
  readonly size: number;
  /** They are started by the first connection, and one that has ended in order by the next. Default: with the pool. */
  readonly onDemand?: boolean;
  /** `TCPIP$SMTP`: the processes are TCPIP$SMTP_1, _2, … */
  readonly processName: string;
  readonly opcom: Pick<OperatorCommunication, 'operatorMessage'>;
  readonly log: Log;
  /** How soon one that hangs is noticed. */
  readonly lifeWatch?: LifeWatchOptions;
}

export interface ReceiverProcessInfo {
  readonly name: string;
  /** None while it waits for its restart. */
  readonly pid?: number;
  readonly state: 'starting' | 'running' | 'restarting';
  /** Connections in hand. */
  readonly active: number;
  /** How often it ended and was started again. */
  readonly restarts: number;
}

export interface ReceiverPool extends ServiceLauncher {
  /** Resolves when all warm processes are ready. Rejects with the reason when one cannot start. */
  start(): Promise<void>;
  processes(): readonly ReceiverProcessInfo[];
}

/** Wait before the first restart; see restart-wait.ts. */
const FIRST_WAIT_MS = 100;
/** A process whose only connection has ended has nothing left to do. */
const SEPARATE_GRACE_MS = 5_000;
/** Connections that may wait for a process to be ready. */
const WAITING_LIMIT = 1_000;

interface Waiting {
  readonly id: number;
  readonly service: ActivatedService;
  readonly socket: Socket;
  readonly peer: ConnectionPeer;
  readonly end: (how: ActivationEnd) => void;
}

interface Receiver {
  readonly name: string;
  /** Among the warm ones, from 0. */
  readonly place: number;
  readonly child: ChildProcess;
  readonly startedAt: number;
  readonly inHand: Map<number, Waiting>;
  isReady: boolean;
}

export function createReceiverPool(options: ReceiverPoolOptions): ReceiverPool {
  const { opcom, log } = options;
  /** By name; a name without a process waits for its restart. */
  const warm = new Map<string, Receiver>();
  const restarting = new Set<string>();
  const restarts = new Map<string, number>();
  const separate = new Set<Receiver>();
  const waits = new RestartWait(FIRST_WAIT_MS);
  const timers = new Set<NodeJS.Timeout>();
  const waiting: Waiting[] = [];
  const accepting = new AcceptingPool(options.size);
  const names = Array.from({ length: options.size }, (_, index) => `${options.processName}_${index + 1}`);
  let connections = 0;
  let separates = 0;
  let isClosing = false;

  const launch = (name: string, onReady: () => void, onGone: (reason: string) => void): Receiver => {
    const child = fork(options.file, [...options.args], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...heldDescriptor()],
      ...(options.execPath === undefined ? {} : { execPath: options.execPath }),
      ...(options.execArgv === undefined ? {} : { execArgv: [...options.execArgv] }),
    });
    const receiver: Receiver = {
      name,
      place: names.indexOf(name),
      child,
      startedAt: performance.now(),
      inHand: new Map(),
      isReady: false,
    };
    let failure: string | undefined;
    let heard = (): void => {};
    child.on('message', (message: FromReceiver, handle: unknown) => {
      switch (message.kind) {
        case 'alive':
          heard();
          break;
        case 'ready':
          receiver.isReady = true;
          heard = watch(receiver);
          onReady();
          break;
        case 'rates':
          for (const other of all()) {
            if (other !== receiver && other.isReady && other.child.connected)
              other.child.send(message, () => {});
          }
          break;
        case 'failed':
          failure = message.reason;
          break;
        case 'ended':
          for (const id of message.ids) finish(receiver, id, 'served');
          break;
        case 'operator':
          opcom.operatorMessage(message.to, message.from, message.text);
          break;
        default:
          accepting.heard(receiver, message, handle as Socket | undefined);
      }
    });
    let isGone = false;
    const gone = (reason: string): void => {
      if (isGone) return;
      isGone = true;
      accepting.leave(receiver);
      for (const [id, { socket }] of [...receiver.inHand]) {
        socket.destroy();
        finish(receiver, id, 'lost');
      }
      onGone(failure ?? reason);
    };
    // Without a process id it never began (no processes or descriptors left): nothing else will say so.
    child.on('error', (error) => {
      if (child.pid === undefined) gone(error.message);
    });
    child.on('exit', (code, signal) => gone(howItEnded(code, signal)));
    return receiver;
  };

  /** One that hangs is killed, and replaced as any that ended. Its clients are cut off: they were served by nobody. */
  const watch = ({ name, child }: Receiver): (() => void) =>
    watchChild(child, options.lifeWatch ?? LIFE_WATCH, (seconds) => {
      if (isClosing) return;
      log.error({ process: name, seconds }, 'no sign of life, it is killed');
      opcom.operatorMessage(
        'NETWORK',
        'INTERnet',
        `Process ${name} has given no sign of life for ${seconds} seconds, it is killed`,
      );
      child.kill('SIGKILL');
    });

  const finish = (receiver: Receiver, id: number, how: ActivationEnd): void => {
    const connection = receiver.inHand.get(id);
    receiver.inHand.delete(id);
    connection?.end(how);
  };

  const hand = (receiver: Receiver, connection: Waiting): void => {
    const { id, service, socket, peer } = connection;
    receiver.inHand.set(id, connection);
    const { name, file, userName, processName, flags, inactivity } = service;
    const message: ToReceiver = {
      kind: 'connection',
      id,
      service: { name, file, userName, processName, flags, inactivity },
      peer,
    };
    // The descriptor stays ours until it is sent: one that waits in the channel to a process that dies would be lost with it,
    // open, and the client would wait for ever.
    receiver.child.send(message, socket, { keepOpen: true }, (error) => {
      // The client was gone before the hand-over, or the process is: `exit` has counted it down then.
      if (error !== null) finish(receiver, id, 'lost');
      socket.destroy();
    });
  };

  const load = (receiver: Receiver): number => receiver.inHand.size + accepting.inHand(receiver);

  const leastLoaded = (): Receiver | undefined => {
    let best: Receiver | undefined;
    for (const each of warm.values()) {
      if (!each.isReady || !each.child.connected) continue;
      if (best === undefined || load(each) < load(best)) best = each;
    }
    return best;
  };

  const handWaiting = (): void => {
    for (const connection of waiting.splice(0)) {
      const receiver = leastLoaded();
      if (receiver === undefined) waiting.push(connection);
      else hand(receiver, connection);
    }
  };

  const startWarm = (name: string): Promise<void> =>
    new Promise((resolve, reject) => {
      let wasReady = false;
      const receiver = launch(
        name,
        () => {
          wasReady = true;
          accepting.join(receiver);
          resolve();
          handWaiting();
        },
        (reason) => {
          warm.delete(name);
          if (!wasReady) reject(new Error(`${name} ended before it was ready (${reason})`));
          // It had nothing to do any more.
          const isIdle = options.onDemand === true && receiver.child.exitCode === 0 && waiting.length === 0;
          if (!isClosing && !isIdle) restartLater(name, receiver.startedAt, reason);
        },
      );
      warm.set(name, receiver);
      restarting.delete(name);
    });

  const restartLater = (name: string, startedAt: number, reason: string): void => {
    const wait = waits.next(name, performance.now() - startedAt);
    log.warn({ process: name, reason, wait }, 'receiver process ended, will be restarted');
    opcom.operatorMessage('NETWORK', 'INTERnet', `Process ${name} ended (${reason}), it is restarted`);
    restarts.set(name, (restarts.get(name) ?? 0) + 1);
    restarting.add(name);
    const timer = setTimeout(() => {
      timers.delete(timer);
      // Not ready this time: its exit has set the next restart.
      if (!isClosing) startWarm(name).catch(() => {});
    }, wait);
    timers.add(timer);
    // Nobody is there or about to be: the clients are told now.
    if (warm.size === 0 && wait > 5_000) for (const each of waiting.splice(0)) each.end('notStarted');
  };

  const activateSeparately = (connection: Waiting, ended: Promise<unknown>): void => {
    separates += 1;
    const name = `${options.processName}_BG${separates}`;
    const receiver = launch(
      name,
      () => hand(receiver, connection),
      (reason) => {
        separate.delete(receiver);
        if (!receiver.isReady) {
          log.warn({ process: name, reason }, 'receiver process did not start');
          connection.end('notStarted');
        }
      },
    );
    separate.add(receiver);
    void ended.then(() => stopProcess(receiver, SEPARATE_GRACE_MS));
  };

  const all = (): readonly Receiver[] => [...warm.values(), ...separate];

  return {
    async start() {
      if (options.onDemand !== true) await Promise.all(names.map((name) => startWarm(name)));
    },

    processes: () => [
      ...all().map((each) => ({
        name: each.name,
        ...(each.child.pid === undefined ? {} : { pid: each.child.pid }),
        state: each.isReady ? ('running' as const) : ('starting' as const),
        active: load(each),
        restarts: restarts.get(each.name) ?? 0,
      })),
      ...[...restarting].map((name) => ({
        name,
        state: 'restarting' as const,
        active: 0,
        restarts: restarts.get(name) ?? 0,
      })),
    ],

    activate(service, socket, peer): Activation {
      const { promise: ended, resolve: end } = Promise.withResolvers<ActivationEnd>();
      connections += 1;
      const connection: Waiting = { id: connections, service, socket, peer, end };
      if (service.flags.includes('SEPARATE')) {
        if (isClosing) end('notStarted');
        else activateSeparately(connection, ended);
        return { ended };
      }
      const receiver = leastLoaded();
      if (receiver !== undefined) hand(receiver, connection);
      else if (isClosing || waiting.length >= WAITING_LIMIT || isHopeless()) end('notStarted');
      else {
        waiting.push(connection);
        if (options.onDemand === true) startMissing();
      }
      return { ended };
    },

    // One that is started by a connection accepts none, and a process for each connection neither.
    accept: (service, ...where) =>
      options.onDemand === true || isClosing || service.flags.includes('SEPARATE')
        ? undefined
        : accepting.accept(service, ...where),
    acceptors: options.onDemand === true ? 0 : options.size,

    async close(graceMs) {
      isClosing = true;
      for (const timer of timers) clearTimeout(timer);
      for (const each of waiting.splice(0)) each.end('notStarted');
      await Promise.all(all().map((each) => stopProcess(each, graceMs)));
    },
  };

  /** Those that nobody has started yet; what fails is started again later, and the clients wait or are told. */
  function startMissing(): void {
    for (const name of names) if (!warm.has(name) && !restarting.has(name)) startWarm(name).catch(() => {});
  }

  /** No process is there, and none will be for a while. */
  function isHopeless(): boolean {
    return warm.size === 0 && waits.longest > 5_000;
  }
}

/** Asks a process to end what is in hand and itself; kills it after `graceMs`. */
async function stopProcess({ child }: Receiver, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (child.connected) child.send({ kind: 'stop', graceMs } satisfies ToReceiver, () => {});
  // A process that cannot let go of its last connections has told nobody that they are stored.
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs + 1_000);
  await ended;
  clearTimeout(timer);
}
