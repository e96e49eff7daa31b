/**
 * Warm receiver processes: starts them, gives each accepted connection to the one with the least to do, and replaces one
 * that dies. A service with the flag SEPARATE gets a process of its own for each connection. DESIGN §2.
 *
 * What one of them is to its parent is receiver-child.ts.
 */
import type { Activation, ActivationEnd, ServiceLauncher } from '../../ports/service-launcher.ts';
import { AcceptingPool } from './accepting-processes.ts';
import { type HandedConnection, ReceiverChild, type ReceiverProgram } from './receiver-child.ts';
import { RestartWait } from './restart-wait.ts';

export interface ReceiverPoolOptions extends ReceiverProgram {
  /** Warm processes. */
  readonly size: number;
  /** They are started by the first connection, and one that has ended in order by the next. Default: with the pool. */
  readonly onDemand?: boolean;
  /** `TCPIP$SMTP`: the processes are TCPIP$SMTP_1, _2, … */
  readonly processName: string;
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

export function createReceiverPool(options: ReceiverPoolOptions): ReceiverPool {
  const { opcom, log } = options;
  /** By name; a name without a process waits for its restart. */
  const warm = new Map<string, ReceiverChild>();
  const restarting = new Set<string>();
  const restarts = new Map<string, number>();
  const separate = new Set<ReceiverChild>();
  const waits = new RestartWait(FIRST_WAIT_MS);
  const timers = new Set<NodeJS.Timeout>();
  const waiting: HandedConnection[] = [];
  const accepting = new AcceptingPool(options.size);
  const names = Array.from({ length: options.size }, (_, index) => `${options.processName}_${index + 1}`);
  let connections = 0;
  let separates = 0;
  let isClosing = false;

  const launch = (name: string, ready: () => void, gone: (reason: string) => void): ReceiverChild => {
    const receiver = new ReceiverChild(name, names.indexOf(name), options, {
      accepting,
      isClosing: () => isClosing,
      ready,
      gone,
      share(message) {
        for (const other of all()) {
          if (other !== receiver && other.isReady && other.child.connected)
            other.child.send(message, () => {});
        }
      },
    });
    return receiver;
  };

  const load = (receiver: ReceiverChild): number => receiver.inHand + accepting.inHand(receiver);

  const leastLoaded = (): ReceiverChild | undefined => {
    let best: ReceiverChild | undefined;
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
      else receiver.hand(connection);
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
    const alarm = waits.isUnwell(name) ? { about: `process ${name}` } : undefined;
    opcom.operatorMessage('NETWORK', 'INTERnet', `Process ${name} ended (${reason}), it is restarted`, alarm);
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

  const activateSeparately = (connection: HandedConnection, ended: Promise<unknown>): void => {
    separates += 1;
    const name = `${options.processName}_BG${separates}`;
    const receiver = launch(
      name,
      () => receiver.hand(connection),
      (reason) => {
        separate.delete(receiver);
        if (!receiver.isReady) {
          log.warn({ process: name, reason }, 'receiver process did not start');
          connection.end('notStarted');
        }
      },
    );
    separate.add(receiver);
    void ended.then(() => receiver.stop(SEPARATE_GRACE_MS));
  };

  const all = (): readonly ReceiverChild[] => [...warm.values(), ...separate];

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
      const connection: HandedConnection = { id: connections, service, socket, peer, end };
      if (service.flags.includes('SEPARATE')) {
        if (isClosing) end('notStarted');
        else activateSeparately(connection, ended);
        return { ended };
      }
      const receiver = leastLoaded();
      if (receiver !== undefined) receiver.hand(connection);
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
      await Promise.all(all().map((each) => each.stop(graceMs)));
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
