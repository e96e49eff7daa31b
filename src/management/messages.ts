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
    // The idents, misspellings included, are the product's. §2.6
    ANA_RUNING: { number: 70, severity: 'I', text: 'ANALYZE runs on node !AS' },
    ANA_NOENTR: { number: 71, severity: 'I', text: 'no queue entry found for file!/ !AS' },
    ANA_COMPLE: { number: 72, severity: 'I', text: 'ANALYZE completed on node !AS' },
    ANA_FEPAIR: { number: 73, severity: 'I', text: 'found !UL file-queue entry pairs' },
    ANA_DELQEN: { number: 74, severity: 'I', text: 'deleted !UL queue entries' },
    ANA_FILNOQ: { number: 75, severity: 'I', text: 'found !UL files with no queue entries' },
    ANA_FILHLD: { number: 76, severity: 'I', text: 'holding !UL files in directory' },
    ANA_FILDEL: { number: 77, severity: 'I', text: 'deleted !UL files from the Postmaster directory' },
    ANA_SUBFIL: { number: 78, severity: 'I', text: 'submitted !UL files to the generic queue' },
    ANA_FILACE: { number: 79, severity: 'I', text: 'encountered !UL file access errors' },
    ANA_NONCFF: { number: 80, severity: 'I', text: 'found !UL non-unknown files in Postmaster directory' },
    ANA_FILCOR: { number: 81, severity: 'I', text: 'found !UL corrupted CF files in Postmaster directory' },
    BADVALUE: { number: 82, severity: 'E', text: '!AS', source: 'own' },
    CONFLINE: { number: 83, severity: 'E', text: '!AS, line !UL: !AS', source: 'own' },
    CONFREAD: { number: 84, severity: 'I', text: '!AS has been read', source: 'own' },
    NOCONF: { number: 85, severity: 'I', text: 'there is no TCPIP$SMTP.CONF', source: 'own' },
    OVERRIDDEN: { number: 86, severity: 'I', text: '!AS is set by !AS, which counts', source: 'own' },
    NAMEERROR: { number: 87, severity: 'E', text: 'error processing name service request' },
    BIND_NOSERVERS: { number: 88, severity: 'E', text: 'Default servers are not available' },
    DUPHOSTNAME: { number: 89, severity: 'I', text: 'duplicate TCPIP$HOST host name for !AS' },
    ALIAS: { number: 90, severity: 'I', text: 'name is an alias for a host' },
    REQQUAL: { number: 91, severity: 'E', text: 'required qualifier /!AS is missing', source: 'own' },
    INVHOST: { number: 92, severity: 'E', text: 'invalid host name !AS', source: 'own' },
    NOTHELD: { number: 68, severity: 'E', text: 'entry !UL is not being held', source: 'own' },
  },
});
