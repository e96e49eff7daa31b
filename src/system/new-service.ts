/** A new record of the service database: what is not said is as SET SERVICE has it. Source: tcpip-smtp.md §1.4, §1.5. */
import type { Service } from '../ports/system-store.ts';

type Given = Pick<Service, 'name' | 'port' | 'processName' | 'userName' | 'file'>;

/** Disabled, TCP on all addresses, for everybody. */
export const newService = (given: Given & Partial<Service>): Service => ({
  address: '0.0.0.0',
  protocol: 'TCP',
  protocolOptions: [],
  flags: ['CASE_INSENSITIVE', 'LISTEN'],
  inactivity: 5,
  limit: 10,
  logOptions: [],
  accept: { hosts: [], networks: [] },
  reject: { hosts: [], networks: [] },
  socketOptions: ['RCHECK', 'SCHECK'],
  receiveBuffer: 0,
  sendBuffer: 0,
  enabled: false,
  enabledAtStart: false,
  ...given,
});
