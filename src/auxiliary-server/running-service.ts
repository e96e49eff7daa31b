/**
 * A service while it listens: its record in force, its connections in hand, and who may come in.
 * Source: tcpip-smtp.md §1.2, §1.4.
 */
import type { Socket } from 'node:net';
import type { Clock } from '../ports/clock.ts';
import type {
  AcceptedConnections,
  ActivationEnd,
  ConnectionPeer,
  ServiceLauncher,
} from '../ports/service-launcher.ts';
import type { Service } from '../ports/system-store.ts';
import { type AccessRules, createAccessRules } from './access-rules.ts';
import type { EventLog } from './event-log.ts';
import { acceptHere, type Listening, listenFor } from './listening.ts';
import { refusalText, refuse } from './refusal.ts';

export interface RunningServiceDependencies {
  readonly launcher: ServiceLauncher;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly hostName: string;
  readonly portOverrides: ReadonlyMap<string, number>;
  /** Of the next BGn: device of the node. */
  readonly nextUnit: () => number;
}

/** A socket that listens, or a connection in hand. */
export interface DeviceSocket {
  /** n of BGn: */
  readonly unit: number;
  readonly localPort: number;
  /** As the service record has it where it listens. */
  readonly localAddress: string;
  /** 0 and 0.0.0.0 of one that listens. */
  readonly remotePort: number;
  readonly remoteAddress: string;
}

/** States are sent ten times a second: of a crowd the first are enough. */
const SOCKETS_SHOWN = 100;

export class RunningService {
  readonly #deps: RunningServiceDependencies;
  #service: Service;
  #rules: AccessRules;
  #listening: Listening | undefined;
  #listeningUnit = 0;
  readonly #connections = new Set<ConnectionPeer>();
  /** Connections in hand; they outlive a DISABLE SERVICE. */
  active = 0;
  /** Most there ever were at a time. */
  peak = 0;
  /** Connections taken since the start. */
  total = 0;
  rejected = 0;
  /** Why it does not listen although it is enabled. */
  failure: unknown;

  constructor(service: Service, deps: RunningServiceDependencies) {
    this.#deps = deps;
    this.#service = service;
    this.#rules = this.#readRules(service);
  }

  get service(): Service {
    return this.#service;
  }
  /** It is enabled, and for connections. Deviation: what serves connections is all there is; datagrams nobody takes. */
  get isServed(): boolean {
    return this.#service.enabled && this.#service.protocol.includes('TCP');
  }
  get listening(): Pick<Listening, 'address' | 'port'> | undefined {
    return this.#listening;
  }

  /** The one that listens first; a hundred of the others at most. */
  sockets(): readonly DeviceSocket[] {
    const sockets: DeviceSocket[] = [];
    if (this.#listening !== undefined) {
      const { port } = this.#listening;
      const here = { localPort: port, localAddress: this.#service.address };
      sockets.push({ unit: this.#listeningUnit, ...here, remotePort: 0, remoteAddress: '0.0.0.0' });
    }
    for (const { unit = 0, localPort, localAddress, port, address } of this.#connections) {
      if (sockets.length > SOCKETS_SHOWN) break;
      sockets.push({ unit, localPort, localAddress, remotePort: port, remoteAddress: address });
    }
    return sockets;
  }

  /**
   * Takes the record as it is now: listens, stops, listens elsewhere, or just goes on under other rules.
   * Rejects with a TCPIP condition when it cannot listen; `failure` keeps it.
   */
  async apply(service: Service): Promise<void> {
    const before = this.#service;
    this.#service = service;
    if (JSON.stringify([before.accept, before.reject]) !== JSON.stringify([service.accept, service.reject])) {
      this.#rules = this.#readRules(service);
    }
    const isElsewhere =
      before.port !== service.port || before.address !== service.address || isServedElse(before, service);
    if (!this.isServed || isElsewhere) await this.stopListening();
    this.failure = undefined;
    this.#listening?.change?.(service);
    if (!this.isServed || this.#listening !== undefined) return;
    try {
      const override = this.#deps.portOverrides.get(service.name);
      this.#listeningUnit = this.#deps.nextUnit();
      const here = acceptHere((socket, peer) => this.#arrived(socket, peer));
      const { launcher } = this.#deps;
      this.#listening = await listenFor(
        service,
        override,
        (address, port) => launcher.accept?.(service, address, port, this.#accepted) ?? here(address, port),
      );
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  async stopListening(): Promise<void> {
    const listening = this.#listening;
    this.#listening = undefined;
    await listening?.close();
  }

  /** Of processes that accept themselves: what they leave over is as if it were accepted here. */
  readonly #accepted: AcceptedConnections = {
    accepted: (peer) => this.#inHand(peer),
    passed: (count, peak) => {
      this.total += count;
      if (peak > this.peak) this.peak = peak;
    },
    leftOver: (socket, peer) => this.#arrived(socket, peer),
  };

  #arrived(socket: Socket, peer: ConnectionPeer): void {
    // A reset before anybody reads it must not end the process.
    socket.on('error', () => socket.destroy());
    const refusal = this.#refusal(peer);
    if (refusal !== undefined) {
      this.#reject(socket, peer, refusal);
      return;
    }
    const numbered = { ...peer, unit: this.#deps.nextUnit() };
    const end = this.#inHand(numbered);
    void this.#deps.launcher.activate(this.#service, socket, numbered).ended.then((how) => {
      end(how);
      if (how === 'notStarted')
        refuse(socket, refusalText(this.#service, this.#deps.hostName), this.#deps.clock);
    });
  }

  #inHand(peer: ConnectionPeer): (how: ActivationEnd) => void {
    this.active += 1;
    this.total += 1;
    if (this.active > this.peak) this.peak = this.active;
    this.#connections.add(peer);
    this.#deps.events.event(this.#service, 'ACCEPT', peer);
    this.#deps.events.event(this.#service, 'ACTIVATE', peer);
    return (how) => {
      this.active -= 1;
      this.#connections.delete(peer);
      this.#ended(peer, how);
    };
  }

  #refusal(peer: ConnectionPeer): string | undefined {
    if (!this.#rules.allows(peer.address)) return 'Access denied';
    return this.active >= this.#service.limit ? 'Service limit reached' : undefined;
  }

  #reject(socket: Socket, peer: ConnectionPeer, why: string): void {
    this.rejected += 1;
    this.#deps.events.event(this.#service, 'REJECT', peer, why);
    refuse(socket, refusalText(this.#service, this.#deps.hostName), this.#deps.clock);
  }

  #ended(peer: ConnectionPeer, end: ActivationEnd): void {
    switch (end) {
      case 'served':
        this.#deps.events.event(this.#service, 'DEACTIVATE', peer);
        break;
      case 'lost':
        this.#deps.events.event(this.#service, 'ERROR', peer, 'Status = %SYSTEM-F-ABORT, abort');
        break;
      case 'notStarted':
        this.#deps.events.event(
          this.#service,
          'ERROR',
          peer,
          'Status = %SYSTEM-F-EXQUOTA, process quota exceeded',
        );
        break;
      default:
        end satisfies never;
    }
  }

  #readRules(service: Service): AccessRules {
    const rules = createAccessRules(service);
    if (rules.unusable.length > 0) {
      this.#deps.events.trouble(
        service.name,
        `INTERnet ACP ${service.name} access list: not an address or network: ${rules.unusable.join(', ')}`,
      );
    }
    return rules;
  }
}

/** By other processes, or accepted by others. */
const isServedElse = (before: Service, after: Service): boolean =>
  before.processName !== after.processName ||
  before.flags.includes('SEPARATE') !== after.flags.includes('SEPARATE');
