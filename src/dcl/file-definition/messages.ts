/** Messages of the File Definition Language. */
import { defineFacility } from '../../condition/index.ts';

export const FDL = defineFacility({
  name: 'FDL',
  number: 180,
  messages: {
    CREATED: { number: 1, severity: 'I', text: '!AS created', source: 'dcl.md §19.5' },
    OPENFDL: { number: 2, severity: 'E', text: 'error opening !AS', source: 'own' },
    UNPRIKW: {
      number: 3,
      severity: 'E',
      text: 'unrecognized primary attribute !AS on line !UL',
      source: 'own',
    },
    UNSECKW: {
      number: 4,
      severity: 'E',
      text: 'unrecognized secondary attribute !AS on line !UL',
      source: 'own',
    },
    UNQUAKW: { number: 5, severity: 'E', text: 'unrecognized value !AS on line !UL', source: 'own' },
    NOKEYSEG: { number: 6, severity: 'E', text: 'key !UL has no segment', source: 'own' },
  },
});
