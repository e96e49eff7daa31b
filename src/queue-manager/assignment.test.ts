import { expect, test } from 'vitest';
import type { RecipientInfo } from '../ports/queue-manager.ts';
import type { StoredEntry } from '../ports/queue-store.ts';
import { assignment } from './assignment.ts';
import { unsent } from './new-entry.ts';

const entry = {
  entry: 1,
  entryId: 'id',
  jobName: 'j',
  userName: 'SMITH',
  reversePath: 'a@x',
  submittedAt: 0,
};
const NOW = 1_000;

const assigned = (states: readonly Partial<RecipientInfo>[], rest: Partial<StoredEntry> = {}) => {
  const recipients = unsent({ forwardPaths: states.map((_, index) => `${index}@n`) }).map((each, index) => ({
    ...each,
    ...states[index],
  }));
  const text = { kind: 'inline', bytes: Buffer.from('Hi') } as const;
  return assignment({ ...entry, ...rest } as StoredEntry, text, recipients, 'Q', NOW);
};

test('who is not tried now stands beside it, unless the message is nothing for him any more', () => {
  const { recipients, others } = assigned([
    { state: 'retry', nextAttempt: NOW },
    { state: 'sent' },
    { state: 'failed' },
    { state: 'expanded' },
    { state: 'retry', nextAttempt: NOW + 1 },
  ]);
  expect(recipients.map(({ forwardPath }) => forwardPath)).toEqual(['0@n']);
  expect(others).toEqual({ open: ['4@n'], sent: ['1@n'] });
});

test('nobody is beside those that are all tried', () => {
  expect(assigned([{}, {}]).others).toBeUndefined();
  expect(assigned([{}, { state: 'failed' }]).others).toEqual({ open: [], sent: [] });
});

test('what goes back to its sender is tried for all that are open', () => {
  const { recipients, others } = assigned(
    [{ state: 'retry', nextAttempt: NOW }, { state: 'retry', nextAttempt: NOW + 1 }, { state: 'sent' }],
    { returnTo: 'sender', heldBy: 'SMITH 1-JAN-2026' },
  );
  expect(recipients.map(({ index }) => index)).toEqual([0, 1]);
  expect(others).toEqual({ open: [], sent: ['2@n'] });
});
