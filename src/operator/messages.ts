/** What SET ENTRY, DELETE/ENTRY and REPLY say before the JBC condition. Source: queues.md §9, §13; dcl.md §19.5. */
import { defineFacility } from '../condition/index.ts';

export const SET = defineFacility({
  name: 'SET',
  number: 119,
  messages: {
    NOTSET: { number: 528, severity: 'W', text: 'error modifying !UL', source: 'queues.md §9' },
  },
});

export const DELETE = defineFacility({
  name: 'DELETE',
  number: 147,
  messages: {
    SEARCHFAIL: { number: 530, severity: 'W', text: 'error searching for !UL', source: 'queues.md §9' },
    DELETED: { number: 531, severity: 'I', text: 'entry !UL deleted', source: 'own' },
  },
});
