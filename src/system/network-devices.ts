/** The `BGn:` devices of one process. Source: tcpip-smtp.md §1.3. */
import type { Duplex } from 'node:stream';
import type { NetworkDevice, NetworkDevices } from '../ports/network-devices.ts';
import type { ConnectionPeer } from '../ports/service-launcher.ts';
import type { Service } from '../ports/system-store.ts';
import { bareName } from './device-name.ts';

export interface NetworkDeviceTable extends NetworkDevices {
  /** A device of its own for a connection. The caller removes it when the connection has ended. */
  add(connection: Duplex, service: Pick<Service, 'name' | 'flags'>, peer: ConnectionPeer): NetworkDevice;
  remove(device: NetworkDevice): void;
  list(): readonly NetworkDevice[];
}

/** Unit numbers begin anew behind it; so many are never open at a time. */
const LARGEST_UNIT = 99_999;

export function createNetworkDevices(): NetworkDeviceTable {
  const devices = new Map<string, NetworkDevice>();
  let unit = 0;
  const nextName = (): string => {
    do {
      unit = (unit % LARGEST_UNIT) + 1;
    } while (devices.has(`BG${unit}`));
    return `BG${unit}`;
  };
  return {
    add(connection, service, peer) {
      const given = peer.unit === undefined ? undefined : `BG${peer.unit}`;
      const name = given === undefined || devices.has(given) ? nextName() : given;
      const device = new Device(`${name}:`, service, peer, connection);
      devices.set(name, device);
      return device;
    },
    find: (name) => devices.get(bareName(name)),
    list: () => [...devices.values()],
    remove(device) {
      devices.delete(device.name.slice(0, -1));
    },
  };
}

class Device implements NetworkDevice {
  readonly name: string;
  readonly serviceName: string;
  readonly flags: readonly string[];
  readonly peer: ConnectionPeer;
  #connection: Duplex | undefined;

  constructor(
    name: string,
    service: Pick<Service, 'name' | 'flags'>,
    peer: ConnectionPeer,
    connection: Duplex,
  ) {
    this.name = name;
    this.serviceName = service.name;
    this.flags = service.flags;
    this.peer = peer;
    this.#connection = connection;
  }

  get isTaken(): boolean {
    return this.#connection === undefined;
  }
  take(): Duplex | undefined {
    const connection = this.#connection;
    this.#connection = undefined;
    return connection;
  }
}
