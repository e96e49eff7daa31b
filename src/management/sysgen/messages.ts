/** Messages of SYSGEN. Source: System Messages, SYSGEN; idents and texts from memory, the numbers are ours. */
import { defineFacility } from '../../condition/index.ts';

const own = { source: 'own' } as const;

export const SYSGEN = defineFacility({
  name: 'SYSGEN',
  number: 2019,
  messages: {
    NOPARAM: { ...own, number: 1, severity: 'E', text: 'no such parameter - !AS' },
    SETMIN: { ...own, number: 2, severity: 'W', text: 'value set to minimum for parameter !AS' },
    SETMAX: { ...own, number: 3, severity: 'W', text: 'value set to maximum for parameter !AS' },
    BADVALUE: { ...own, number: 4, severity: 'E', text: '!AS is not a number' },
    WRITEACT: {
      ...own,
      number: 5,
      severity: 'I',
      text: 'ACTIVE system parameters modified by process ID !AS',
    },
    WRITECUR: {
      ...own,
      number: 6,
      severity: 'I',
      text: 'CURRENT system parameters modified by process ID !AS',
    },
  },
});
