/** Some of the faults, for a moment; `npm run torture -- faults` is the long one. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { faults, suffer } from './faults.ts';

const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0 && process.getuid?.() === 0;
if (!canTrace) console.warn('SKIPPED: faults need strace, and root to attach it');

const wanted = [
  'the queue database cannot be synchronised',
  'mail files cannot be written',
  'texts cannot be made',
  'receivers have no file handles',
  'the disk may only be read',
];

// Most of it is waiting: side by side.
describe.runIf(canTrace).concurrent('under load', () => {
  test.each(faults.filter(({ name }) => wanted.includes(name)))(
    '$name: nothing is lost, and it goes on by itself',
    async (fault) => {
      const report = await suffer(fault, 2);
      expect(report).toMatchObject({ lost: [], twice: [], restarted: [] });
      for (const refusal of Object.keys(report.refusals)) expect(refusal).toMatch(/^4/);
      expect(report.acceptedAfter).toBeGreaterThanOrEqual(20);
      // Said once, whatever number of messages it hits.
      const reasons = report.told.map((line) => line.replace(/: .*$/, ''));
      expect(new Set(reasons).size).toBe(reasons.length);
      // Handles are missed by who needs one just then.
      if (!fault.name.includes('handles')) expect(reasons.length).toBeGreaterThan(0);
    },
    180_000,
  );
});
