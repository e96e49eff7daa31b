/** Messages of AUTHORIZE. Texts are the product's; numbers are ours. Source: System Messages, UAF. */
import { defineFacility } from '../../condition/index.ts';

export const UAF = defineFacility({
  name: 'UAF',
  number: 253,
  messages: {
    ADDMSG: { number: 1, severity: 'I', text: 'user record successfully added' },
    MDFYMSG: { number: 2, severity: 'I', text: 'user record(s) updated' },
    REMMSG: { number: 3, severity: 'I', text: 'record removed from system authorization file' },
    DONEMSG: { number: 4, severity: 'I', text: 'system authorization file modified' },
    NOMODS: { number: 5, severity: 'I', text: 'no modifications made to system authorization file' },
    COPMSG: { number: 6, severity: 'I', text: 'user record copied' },
    LSTMSG1: { number: 7, severity: 'I', text: 'writing listing file' },
    LSTMSG2: { number: 8, severity: 'I', text: 'listing file !AS complete' },
    BADUSR: { number: 9, severity: 'W', text: 'user name does not exist' },
    BADSPC: { number: 10, severity: 'W', text: 'no user matches specification' },
    UAEERR: { number: 11, severity: 'E', text: 'invalid user name, user name already exists' },
    INVUSERNAME: { number: 12, severity: 'E', text: 'invalid user name !AS', source: 'own' },
    NAOFIL: { number: 13, severity: 'E', text: 'unable to open system authorization file (SYSUAF.DAT)' },
    INVUIC: { number: 14, severity: 'E', text: 'invalid UIC !AS', source: 'own' },
    INVDIR: { number: 15, severity: 'E', text: 'invalid directory !AS', source: 'own' },
    OWNRECORD: { number: 16, severity: 'E', text: 'SYSTEM cannot be removed', source: 'own' },
  },
});
