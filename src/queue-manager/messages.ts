/** QMAN: what the queue manager's own process tells operators. The answers to requests are JBC. Source: queues.md §13. */
import { defineFacility } from '../condition/index.ts';

export { JBC } from '../condition/index.ts';

/**
 * The queue manager's own process reports under QMAN.
 * %QMAN-E-SYMDEL is recorded; SYMDEL of §13 is the same message in the JBC facility.
 */
export const QMAN = defineFacility({
  name: 'QMAN',
  number: 1278,
  messages: {
    SYMDEL: { number: 1, severity: 'E', text: 'unexpected symbiont process termination' },
    STOREFAIL: { number: 2, severity: 'E', text: 'error writing !AS, new mail is refused', source: 'own' },
    STOREOK: { number: 3, severity: 'I', text: '!AS is writable again, new mail is accepted', source: 'own' },
    POISON: {
      number: 4,
      severity: 'W',
      text: 'entry !UL stopped the symbiont twice, retained on error',
      source: 'own',
    },
    STALLED: { number: 5, severity: 'W', text: 'queue !AS is stalled', source: 'own' },
    UNAVAILABLE: { number: 6, severity: 'W', text: 'device of queue !AS is not available', source: 'own' },
    QUEAUTOOFF: {
      number: 7,
      severity: 'I',
      text: 'queue !AS is now autostart inactive',
      source: 'queues.md §5',
    },
    CLOCKSET: { number: 8, severity: 'I', text: 'date and time were set !AS by !AS', source: 'own' },
  },
});
