import { expect, test } from 'vitest';
import type { EntryInfo } from '../ports/queue-manager.ts';
import { whyItWaits } from './mail-entry-text.ts';

const NOON = new Date(1997, 1, 7, 12).getTime();
const executing: EntryInfo = {
  entry: 1,
  jobName: '97020712000000_JONES',
  userName: 'JONES',
  queueName: 'TCPIP$SMTP_HEARTS_01',
  state: 'executing',
  sizeBlocks: 1,
  sizeBytes: 10,
  submittedAt: NOON,
  priority: 100,
  reversePath: 'jones@hearts.example',
  fileSpecification: '',
  inHandSince: NOON,
};

test.each<[string, Partial<EntryInfo>, string]>([
  ['nobody wants anything of it', {}, ''],
  [
    'an operator holds it',
    { comesBackAs: 'holding', heldBy: 'SYSTEM  7-FEB-1997 12:00:01.00' },
    ', then held by SYSTEM  7-FEB-1997 12:00:01.00',
  ],
  [
    'it is put off',
    { comesBackAs: 'holdingUntil', after: NOON + 3_600_000 },
    ', then it waits until  7-FEB-1997 13:00:00.00',
  ],
  [
    'it is returned',
    { returning: { afterAttempt: false, by: 'JONES' }, heldBy: 'JONES  7-FEB-1997 12:00:01.00' },
    ', then it goes back to its sender now, says JONES',
  ],
  [
    'it is returned unless this attempt reaches them',
    { returning: { afterAttempt: true, by: 'JONES' } },
    ', then it goes back to its sender after a last attempt, says JONES',
  ],
])('what is being delivered says since when, and what becomes of it: %s', (_, change, then) => {
  const entry = { ...executing, ...change };
  expect(whyItWaits(entry, { queues: [], closed: [] })).toBe(
    `in delivery since  7-FEB-1997 12:00:00.00${then}`,
  );
});

test('what is being deleted says so', () => {
  const entry: EntryInfo = { ...executing, state: 'aborting' };
  expect(whyItWaits(entry, { queues: [], closed: [] })).toBe('is being deleted: its delivery is broken off');
});
