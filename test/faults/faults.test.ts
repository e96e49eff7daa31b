/** Some of the faults, for a moment; `npm run torture -- faults` is the long one. */
import { describe, expect, test } from 'vitest';
import { canTrace } from '../support/can-trace.ts';
import { faults } from './faults.ts';
import { suffer, whatIsWrong } from './suffer.ts';

const cannotTrace =
  canTrace && process.getuid?.() === 0 ? undefined : 'faults need strace, and root to attach it';

const wanted = [
  'the queue database cannot be synchronised',
  'mail files cannot be written',
  'texts cannot be made',
  'receivers have no file handles',
  'the disk may only be read',
  'the symbiont has no memory',
  'the queue manager has no memory',
  'the clock jumps a day forth and back',
  'name servers say that they cannot',
];

// Most of it is waiting: side by side.
describe.concurrent('under load', () => {
  for (const fault of faults.filter(({ name }) => wanted.includes(name))) {
    const reason = cannotTrace ?? fault.whyNot?.();
    if (reason !== undefined) console.warn(`SKIPPED: ${fault.name}: ${reason}`);
    test.skipIf(reason !== undefined)(
      `${fault.name}: nothing is lost, and it goes on by itself`,
      async () => {
        const report = await suffer(fault, 2);
        expect(whatIsWrong(fault, report), JSON.stringify(report, null, 2)).toEqual([]);
        // A timer that goes off again and again would take a whole one.
        expect(report.busiest).toBeLessThan(0.8);
        if (fault.name.startsWith('the queue database'))
          expect(report.told.filter((line) => line.startsWith('Texts'))).toEqual([]);
      },
      240_000,
    );
  }
});
