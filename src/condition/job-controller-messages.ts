/**
 * JBC: what the queue manager answers, and what a process says that cannot reach it. Values as given by the public
 * header, texts as far as manuals and recordings confirm them. Source: queues.md §13.
 */
import { defineFacility } from './condition.ts';

export const JBC = defineFacility({
  name: 'JBC',
  number: 4,
  messages: {
    NORMAL: { number: 0, severity: 'S', value: 0x00040001, text: 'normal successful completion' },
    NOOPER: { number: 1, severity: 'E', value: 0x00042892, text: 'operation requires OPER privilege' },
    INVQUENAM: { number: 2, severity: 'F', value: 0x0004801c, text: 'invalid queue or device name' },
    NOPRIV: {
      number: 3,
      severity: 'E',
      value: 0x00048022,
      text: 'insufficient privilege or queue protection violation',
    },
    NOSUCHQUE: { number: 4, severity: 'E', value: 0x0004803a, text: 'no such queue' },
    STARTED: { number: 5, severity: 'E', value: 0x0004805a, text: 'queue is already started' },
    EMPTYJOB: { number: 6, severity: 'E', value: 0x00048072, text: 'no files specified in job request' },
    JOBQUEDIS: {
      number: 7,
      severity: 'E',
      value: 0x0004807a,
      text: 'system job queue manager is not running',
    },
    JOBABORT: { number: 8, severity: 'F', value: 0x00048084, text: 'job aborted during execution' },
    SYSFAIL: { number: 9, severity: 'F', value: 0x000480f4, text: 'job interrupted by system failure' },
    EXECUTING: { number: 10, severity: 'E', value: 0x000480fa, text: 'job is executing' },
    QUE_CLOSED: { number: 11, severity: 'E', value: 0x000481d2, text: 'queue is closed to new jobs' },
    NOSUCHENT: { number: 12, severity: 'E', value: 0x000481da, text: 'no such entry' },
    SYMDEL: {
      number: 13,
      severity: 'E',
      value: 0x0004846a,
      text: 'unexpected symbiont process termination',
    },
    NOSUCHCHAR: { number: 17, severity: 'E', value: 0x00048152, text: 'no such characteristic' },
    NOSUCHFORM: { number: 18, severity: 'E', value: 0x0004815a, text: 'no such form' },
    NOSUCHQMGR: { number: 19, severity: 'E', value: 0x00048242, text: 'no such queue manager' },
    OPENERR: { number: 14, severity: 'E', text: 'error opening !AS', source: 'queues.md §3' },
    /** The database refused a change for another reason than a full device. */
    WRITEERR: { number: 15, severity: 'E', text: 'error writing !AS', source: 'own' },
    TOOMANYENT: { number: 16, severity: 'E', text: 'all entry numbers are in use', source: 'own' },
  },
});
