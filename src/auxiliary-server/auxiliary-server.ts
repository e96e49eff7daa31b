/**
 * The auxiliary server: reads the service database, listens for what is enabled, and takes up every change of it, whoever
 * made it. Connections are handed on at once; it reads nothing from them. Source: tcpip-smtp.md §1.2, §1.4; DESIGN §2.
 */
import { Condition, condition, reasonOf } from '../condition/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import type { ServiceLauncher } from '../ports/service-launcher.ts';
import type { Service, SystemStore } from '../ports/system-store.ts';
import { createEventLog } from './event-log.ts';
import { AUXS } from './messages.ts';
import { type DeviceSocket, RunningService } from './running-service.ts';

export interface AuxiliaryServerDependencies {
  readonly systemStore: Pick<SystemStore, 'service' | 'services' | 'changeCounter'>;
  readonly launcher: ServiceLauncher;
  readonly opcom: Pick<OperatorCommunication, 'operatorMessage'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Ports by service name instead of those in the database; 0 is any free one. */
  readonly portOverrides: ReadonlyMap<string, number>;
  readonly nodeName: string;
  /** For `421 host Service not available`; default: the node name. */
  readonly hostName?: string;
}

export interface ServiceState {
  readonly service: string;
  readonly enabled: boolean;
  /** It is enabled, and for connections: it should listen. */
  readonly isServed: boolean;
  readonly address: string;
  /** The port really bound; of the record where it does not listen. */
  readonly port: number;
  readonly listening: boolean;
  /** Connections in hand. */
  readonly active: number;
  readonly peak: number;
  readonly total: number;
  readonly rejected: number;
  /** The socket that listens, and connections in hand, a hundred at most. */
  readonly sockets: readonly DeviceSocket[];
  /** Why an enabled service does not listen. */
  readonly failure?: string;
}

export interface AuxiliaryServer {
  /**
   * Resolves once every enabled service listens. Rejects with a TCPIP condition, and listens for nothing then.
   * @param options.asFarAsItGoes  a service that cannot listen keeps no other from it, and is tried again
   */
  start(options?: { readonly asFarAsItGoes?: boolean }): Promise<void>;
  /** Takes up the record of one service at once. Throws TCPIP conditions. */
  apply(serviceName: string): Promise<void>;
  /** By name. */
  states(): readonly ServiceState[];
  /** Listens no more; what is in hand may end within `graceMs`, default 30 s. */
  stop(graceMs?: number): Promise<void>;
}

/** How soon changes made by other processes take effect, and how often a port that was taken is tried again. */
const POLL_MS = 250;
const RETRY_MS = 5_000;
const STOP_GRACE_MS = 30_000;
/** Numbers of BGn: devices begin anew behind it. */
const LARGEST_UNIT = 99_999;

export function createAuxiliaryServer(deps: AuxiliaryServerDependencies): AuxiliaryServer {
  const { systemStore, clock, log } = deps;
  const running = new Map<string, RunningService>();
  const events = createEventLog(deps);
  const unitStep = (deps.launcher.acceptors ?? 0) + 1;
  let unit = 1 - unitStep;
  const nextUnit = (): number => {
    unit = unit + unitStep > LARGEST_UNIT ? 1 : unit + unitStep;
    return unit;
  };
  const serviceDeps = { ...deps, events, nextUnit, hostName: deps.hostName ?? deps.nodeName.toLowerCase() };
  let seenChange: number | undefined;
  let failedAt: number | undefined;
  let isDatabaseBroken = false;
  let isStopped = false;
  let cancelPoll: (() => void) | undefined;
  /** One change after the other: two at once could bind a port twice. */
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };

  const takeUp = async (service: Service): Promise<void> => {
    let entry = running.get(service.name);
    const wasListening = entry?.listening !== undefined;
    if (entry === undefined) {
      entry = new RunningService(service, serviceDeps);
      running.set(service.name, entry);
    }
    await entry.apply(service);
    const isListening = entry.listening !== undefined;
    if (isListening === wasListening) return;
    events.modified(service, isListening ? 'Service enabled' : 'Service disabled');
    log.info(
      { service: service.name, port: entry.listening?.port },
      isListening ? 'listening' : 'not listening',
    );
  };

  /** Services without a record end; connections in hand go on, and are counted until they are gone. */
  const forget = async (name: string): Promise<void> => {
    const entry = running.get(name);
    if (entry === undefined) return;
    await entry.apply({ ...entry.service, enabled: false });
    running.delete(name);
  };

  const readServices = async (): Promise<readonly Service[]> => {
    try {
      return await systemStore.services();
    } catch (error) {
      throw databaseProblem(error);
    }
  };

  /** Takes up everything; a service that cannot listen does not keep the others from it. */
  const takeUpAll = async (): Promise<readonly unknown[]> => {
    const services = await readServices();
    const failures: unknown[] = [];
    failedAt = undefined;
    for (const name of running.keys()) {
      if (!services.some((each) => each.name === name)) await forget(name);
    }
    for (const service of services) {
      const before = running.get(service.name)?.failure;
      await takeUp(service).catch((error: unknown) => {
        failures.push(error);
        failedAt = clock.now();
        if (before === undefined) reportFailure(service.name, error);
      });
    }
    return failures;
  };

  const reportFailure = (serviceName: string, error: unknown): void => {
    events.trouble(serviceName, `INTERnet ACP AUXS failure  Status = ${reasonOf(error)}`, { err: error });
  };

  const poll = async (): Promise<void> => {
    try {
      const change = systemStore.changeCounter();
      // A clock set back must not keep a service from its port.
      const isDue = failedAt !== undefined && Math.abs(clock.now() - failedAt) >= RETRY_MS;
      if (change !== seenChange || isDue || isDatabaseBroken) {
        await takeUpAll();
        seenChange = change;
        isDatabaseBroken = false;
      }
    } catch (error) {
      // What listens goes on under the records last read; the database is tried again with every poll.
      if (!isDatabaseBroken) {
        isDatabaseBroken = true;
        reportFailure('', databaseProblem(error));
      }
    }
  };

  const pollLater = (): void => {
    cancelPoll = clock.after(POLL_MS, () => {
      void inTurn(async () => {
        if (!isStopped) await poll();
      }).then(() => {
        if (!isStopped) pollLater();
      });
    });
  };

  const stopListening = async (): Promise<void> => {
    for (const entry of running.values()) await entry.stopListening();
  };

  return {
    start: ({ asFarAsItGoes = false } = {}) =>
      inTurn(async () => {
        try {
          seenChange = systemStore.changeCounter();
        } catch (error) {
          throw databaseProblem(error);
        }
        const failures = await takeUpAll();
        if (failures.length > 0 && !asFarAsItGoes) {
          await stopListening();
          throw failures[0];
        }
        pollLater();
      }),

    apply: (serviceName) =>
      inTurn(async () => {
        const name = serviceName.toUpperCase();
        let service: Service | undefined;
        try {
          service = await systemStore.service(name);
        } catch (error) {
          throw databaseProblem(error);
        }
        if (service === undefined && !running.has(name)) throw condition(AUXS.SERVNOTFOUND, name);
        if (service === undefined) await forget(name);
        else await takeUp(service);
      }),

    states: () =>
      [...running.values()].map((entry) => stateOf(entry)).sort((a, b) => (a.service < b.service ? -1 : 1)),

    async stop(graceMs = STOP_GRACE_MS) {
      isStopped = true;
      cancelPoll?.();
      await inTurn(stopListening);
      await deps.launcher.close(graceMs);
    },
  };
}

function stateOf(entry: RunningService): ServiceState {
  const { service, isServed, listening, failure } = entry;
  return {
    service: service.name,
    enabled: service.enabled,
    isServed,
    address: listening?.address ?? service.address,
    port: listening?.port ?? service.port,
    listening: listening !== undefined,
    active: entry.active,
    peak: entry.peak,
    total: entry.total,
    rejected: entry.rejected,
    sockets: entry.sockets(),
    ...(failure === undefined ? {} : { failure: reasonOf(failure) }),
  };
}

const databaseProblem = (error: unknown): unknown =>
  error instanceof Condition && error.definition !== AUXS.SERVDATABASE
    ? condition(AUXS.SERVDATABASE).with(error)
    : error;
