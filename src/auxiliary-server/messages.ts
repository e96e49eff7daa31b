/** Conditions of the auxiliary server. Facility TCPIP is number 764 hex: tcpip-smtp.md §8.3. */
import { defineFacility } from '../condition/index.ts';

export const AUXS = defineFacility({
  name: 'TCPIP',
  number: 0x764,
  messages: {
    SERVERROR: { number: 3001, severity: 'E', text: 'cannot process service request', source: 'own' },
    SERVPORT: { number: 3002, severity: 'E', text: 'port !UL of service !AS is in use', source: 'own' },
    SERVPRIV: {
      number: 3003,
      severity: 'E',
      text: 'no privilege to use port !UL of service !AS',
      source: 'own',
    },
    SERVADDR: {
      number: 3004,
      severity: 'E',
      text: 'address !AS of service !AS is not an address of this host',
      source: 'own',
    },
    SERVDATABASE: {
      number: 3005,
      severity: 'E',
      text: 'cannot read the service database',
      source: 'own',
    },
    SERVNOTFOUND: { number: 3006, severity: 'E', text: 'service !AS not found', source: 'own' },
  },
});
