/**
 * A service while it listens: its record in force, its connections in hand, and who may come in.
 * Source: tcpip-smtp.md §1.2, §1.4.
 */
import type { Socket } from 'node:net';
import type { Clock } from '../ports/clock.ts';
import type { ConnectionPeer, ServiceLauncher } from '../ports/service-launcher.ts';
import type { Service } from '../ports/system-store.ts';
import { type AccessRules, createAccessRules } from './access-rules.ts';
import type { EventLog } from './event-log.ts';
import { type Listening, listenFor } from './listening.ts';
import { refusalText, refuse } from './refusal.ts';

export interface RunningServiceDependencies {
  readonly launcher: ServiceLauncher;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly hostName: string;
  readonly portOverrides: ReadonlyMap<string, number>;
}

export class RunningService {
  readonly #deps: RunningServiceDependencies;
  #service: Service;
  #rules: AccessRules;
  #listening: Listening | undefined;
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
  get listening(): Pick<Listening, 'address' | 'port'> | undefined {
    return this.#listening;
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
    const isElsewhere = before.port !== service.port || before.address !== service.address;
    if (!service.enabled || isElsewhere) await this.stopListening();
    this.failure = undefined;
    if (!service.enabled || this.#listening !== undefined) return;
    try {
      const override = this.#deps.portOverrides.get(service.name);
      this.#listening = await listenFor(service, override, (socket, peer) => this.#arrived(socket, peer));
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

  #arrived(socket: Socket, peer: ConnectionPeer): void {
    const service = this.#service;
    // A reset before anybody reads it must not end the process.
    socket.on('error', () => socket.destroy());
    if (!this.#rules.allows(peer.address)) return this.#reject(socket, peer, 'access');
    if (this.active >= service.limit) return this.#reject(socket, peer, 'limit');
    this.active += 1;
    this.total += 1;
    if (this.active > this.peak) this.peak = this.active;
    this.#deps.events.event(service, 'ACCEPT', peer);
    void this.#deps.launcher.activate(service, socket, peer).ended.then((end) => {
      this.active -= 1;
      this.#deps.events.event(
        service,
        end === 'served' ? 'DEACTIVATE' : 'ERROR',
        peer,
        end === 'served' ? undefined : `Status = %SYSTEM-W-NONEXPR`,
      );
    });
    this.#deps.events.event(service, 'ACTIVATE', peer);
  }

  #reject(socket: Socket, peer: ConnectionPeer, why: 'access' | 'limit'): void {
    this.rejected += 1;
    this.#deps.events.event(
      this.#service,
      'REJECT',
      peer,
      why === 'limit' ? 'Service limit reached' : undefined,
    );
    refuse(socket, refusalText(this.#service, this.#deps.hostName), this.#deps.clock);
  }

  #readRules(service: Service): AccessRules {
    const rules = createAccessRules(service);
    if (rules.unusable.length > 0) {
      this.#deps.events.trouble(
        `INTERnet ACP ${service.name} access list: not an address or network: ${rules.unusable.join(', ')}`,
      );
    }
    return rules;
  }
}
