/**
 * One connection in the process that serves it: gives it a `BGn:` device and the logical names of its peer, runs the
 * service's command procedure, and sees to it that the client gets an answer when the procedure does not activate
 * an image on SYS$NET. Source: tcpip-smtp.md §1.3, §6.2.
 */
import type { Duplex } from 'node:stream';
import { Condition, INHIBIT_MESSAGE, isSuccess, SYSTEM, statusText } from '../condition/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { NetworkDevice } from '../ports/network-devices.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import type { ActivatedService, ConnectionPeer } from '../ports/service-launcher.ts';
import type { NetworkDeviceTable } from '../system/network-devices.ts';
import { ConnectionWatch } from './connection-watch.ts';
import { readProxyHeader } from './proxy-header.ts';
import { notAvailable, refuse } from './refusal.ts';
import { remoteNodeNames } from './remote-node.ts';

export interface ProcedureRequest {
  /** As in the service record: `TCPIP$SYSTEM:TCPIP$SMTP_RECV_RUN.COM`. */
  readonly file: string;
  /** Account the procedure runs under. */
  readonly userName: string;
  /** `TCPIP$SMTP_BG12`: at most 15 characters. */
  readonly processName: string;
  /** Names of the process table: SYS$NET, SYS$REM_NODE, SYS$REM_NODE_FULLNAME, SYS$REM_ID. */
  logicalNames(): Readonly<Record<string, string>>;
  readonly device: NetworkDevice;
  /** The client is gone, or has been silent too long: stop soon. */
  readonly signal: AbortSignal;
  /** `signal` is aborted; asking this needs none. */
  readonly isGone: boolean;
}

/** Runs a command procedure to its end; the condition value it ended with. A Condition may be thrown instead. */
export type RunProcedure = (request: ProcedureRequest) => Promise<number>;

export interface ActivationDependencies {
  readonly runProcedure: RunProcedure;
  readonly devices: NetworkDeviceTable;
  readonly opcom: Pick<OperatorCommunication, 'operatorMessage'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly hostName: string;
  /** Clients that begin with a header of the PROXY protocol. Default: none. Where it fails nobody is served. */
  readonly isProxy?: (address: string) => boolean | Promise<boolean>;
  /** A status as operators know it, `%LOGIN-F-NOSUCHUSER`; default `%X00D38122`. */
  readonly statusName?: (status: number) => string;
}

/** Serves one connection; resolves when procedure and connection have ended. Never rejects. */
export type Activate = (service: ActivatedService, connection: Duplex, peer: ConnectionPeer) => Promise<void>;

const MINUTE = 60_000;
const LONGEST_PROCESS_NAME = 15;

export function createActivation(deps: ActivationDependencies): Activate {
  return (service, connection, client) => {
    const { isProxy } = deps;
    if (isProxy === undefined) return activate(deps, service, connection, client);
    let answer: boolean | Promise<boolean>;
    try {
      answer = isProxy(client.address);
    } catch (error) {
      answer = Promise.reject(error);
    }
    return answer === false
      ? activate(deps, service, connection, client)
      : throughProxy(deps, service, connection, client, answer);
  };
}

async function throughProxy(
  deps: ActivationDependencies,
  service: ActivatedService,
  connection: Duplex,
  client: ConnectionPeer,
  isProxy: true | Promise<boolean>,
): Promise<void> {
  connection.on('error', ignore);
  let peer: ConnectionPeer | undefined;
  try {
    peer = (await isProxy) ? await realPeer(deps, connection, client) : client;
  } catch (error) {
    // The settings cannot be read now: who speaks for somebody else is not known.
    report(deps, service, client, error);
    return refuse(connection, notAvailable(service, deps.hostName), deps.clock);
  }
  if (peer !== undefined) await activate(deps, service, connection, peer);
}

async function activate(
  deps: ActivationDependencies,
  service: ActivatedService,
  connection: Duplex,
  peer: ConnectionPeer,
): Promise<void> {
  const device = deps.devices.add(connection, service, peer);
  // A reset is the image's business when it reads; without a listener it would end the whole process.
  connection.on('error', ignore);
  const watch = new ConnectionWatch(connection, service.inactivity * MINUTE, deps.clock);
  try {
    const failure = await run(deps, new Request(service, device, watch));
    watch.ended();
    const untaken = device.take();
    if (untaken !== undefined) {
      if (failure !== undefined) report(deps, service, peer, failure);
      refuse(untaken, notAvailable(service, deps.hostName), deps.clock);
    } else {
      // The image has ended, and with it the process: nobody talks to the client any more.
      if (!connection.destroyed) hangUp(connection, deps.clock);
      if (failure !== undefined && !(failure instanceof Condition))
        deps.log.error({ err: failure, service: service.name }, 'image failed');
    }
    await watch.closed;
  } finally {
    watch.close();
    deps.devices.remove(device);
  }
}

const ignore = (): void => {};

/** Whom a proxy in front speaks for; undefined where it does not say: the connection is closed. */
async function realPeer(
  { clock, log }: ActivationDependencies,
  connection: Duplex,
  client: ConnectionPeer,
): Promise<ConnectionPeer | undefined> {
  const header = await readProxyHeader(connection, clock);
  if (header !== undefined) return { ...client, ...header.connection };
  log.warn({ client: client.address }, 'no header of the PROXY protocol from one of Proxy-Clients');
  connection.destroy();
  return undefined;
}

const isAbort = (status: number): boolean => (status & ~INHIBIT_MESSAGE) === SYSTEM.ABORT.value;

class Request implements ProcedureRequest {
  readonly file: string;
  readonly userName: string;
  readonly device: NetworkDevice;
  readonly watch: ConnectionWatch;
  readonly #service: ActivatedService;

  constructor(service: ActivatedService, device: NetworkDevice, watch: ConnectionWatch) {
    this.file = service.file;
    this.userName = service.userName;
    this.device = device;
    this.watch = watch;
    this.#service = service;
  }

  get processName(): string {
    return `${this.#service.processName}_${this.device.name.slice(0, -1)}`.slice(0, LONGEST_PROCESS_NAME);
  }

  get signal(): AbortSignal {
    return this.watch.signal;
  }

  get isGone(): boolean {
    return this.watch.isGone;
  }

  logicalNames(): Readonly<Record<string, string>> {
    return { SYS$NET: this.device.name, ...remoteNodeNames(this.device.peer) };
  }
}

/** Why the procedure failed, undefined when it did not. */
async function run(deps: ActivationDependencies, request: Request): Promise<unknown> {
  try {
    const status = await deps.runProcedure(request);
    // The client left and the procedure was stopped: scanners do that all day, and it is nobody's failure.
    const isOnlyGone = request.watch.hasLeft && isAbort(status);
    return isSuccess(status) || isOnlyGone ? undefined : (deps.statusName ?? statusText)(status);
  } catch (error) {
    return error;
  }
}

function report(
  deps: ActivationDependencies,
  service: ActivatedService,
  peer: ConnectionPeer,
  failure: unknown,
): void {
  const isBug = failure instanceof Error && !(failure instanceof Condition);
  const text =
    failure instanceof Condition
      ? failure.message
      : typeof failure === 'string'
        ? failure
        : '%SYSTEM-F-ABORT, abort';
  deps.opcom.operatorMessage(
    'NETWORK',
    'INTERnet',
    `INTERnet ACP AUXS failure  Status = ${text}\nService: ${service.name} File: ${service.file} Host: ${peer.address}`,
    { about: `service ${service.name}` },
  );
  const fields = { service: service.name, file: service.file, peer: peer.address, err: failure };
  if (isBug) deps.log.error(fields, 'service procedure failed');
  else deps.log.warn(fields, 'service procedure failed');
}

/** What a client may still take to close after the last reply. */
const LINGER_MS = 2_000;

function hangUp(connection: Duplex, clock: Clock): void {
  if (!connection.writableEnded) connection.end();
  if (connection.readableEnded) {
    connection.destroy();
    return;
  }
  const cancel = clock.after(LINGER_MS, () => connection.destroy());
  connection.once('close', cancel);
  connection.once('end', () => connection.destroy());
  connection.resume();
}
