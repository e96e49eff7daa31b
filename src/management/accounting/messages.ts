/** Messages of ACCOUNTING. Source: System Messages, ACC; texts from memory, the numbers are ours. */
import { defineFacility } from '../../condition/index.ts';

export const ACC = defineFacility({
  name: 'ACC',
  number: 2020,
  messages: {
    INPUT: { number: 1, severity: 'F', text: 'error opening !AS as input', source: 'own' },
    BADREC: {
      number: 2,
      severity: 'W',
      text: 'record !UL of !AS is not an accounting record',
      source: 'own',
    },
  },
});
