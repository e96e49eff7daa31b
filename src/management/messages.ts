/** Messages of TCPIP>, facility 764 hex. Source: tcpip-smtp.md §8.2, §8.3; numbers other than CONFIGERROR's are ours. */
import { defineFacility } from '../condition/index.ts';

export const TCPIP = defineFacility({
  name: 'TCPIP',
  number: 0x764,
  messages: {
    /** §8.3: %X176481A2, bit 28 meaning already displayed. */
    CONFIGERROR: {
      number: 52,
      severity: 'E',
      value: 0x076481a2,
      text: 'cannot process configuration request',
    },
    HOSTERROR: { number: 60, severity: 'E', text: 'cannot process host request' },
    SERVERROR: { number: 61, severity: 'E', text: 'cannot process service request' },
    MAILERROR: { number: 62, severity: 'E', text: 'cannot process mail request' },
    NORECORD: { number: 63, severity: 'W', text: 'information not found' },
    INVQUAL: { number: 64, severity: 'E', text: 'invalid qualifier value for /!AS' },
    MISSQUAL: { number: 65, severity: 'E', text: 'missing qualifier /!AS for new service', source: 'own' },
    NOTCHANGE: {
      number: 66,
      severity: 'E',
      text: 'qualifier /!AS cannot change an existing service',
      source: 'own',
    },
    INVNAME: { number: 67, severity: 'E', text: 'invalid service name !AS', source: 'own' },
    NOTHELD: { number: 68, severity: 'E', text: 'entry !UL is not being held', source: 'own' },
  },
});
