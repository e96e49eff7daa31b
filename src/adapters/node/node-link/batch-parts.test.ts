import { expect, test } from 'vitest';
import type { Assignment } from '../../../ports/queue-manager.ts';
import { assignmentParts } from './batch-parts.ts';

const path = `${'j'.repeat(64)}@${'n'.repeat(100)}.example`;
const work: Assignment = {
  entry: 1,
  entryId: 'id1',
  queueName: 'TCPIP$SMTP_HEARTS_01',
  jobName: 'job',
  userName: 'SMITH',
  reversePath: '',
  submittedAt: 0,
  text: { kind: 'inline', bytes: Buffer.from('x') },
  recipients: [{ index: 0, forwardPath: path, attempts: 1 }],
};

test.each([
  ['recipients', { recipients: Array.from({ length: 2_000 }, () => work.recipients[0]!) }],
  ['others that have it', { others: { open: [], sent: Array.from({ length: 3_500 }, () => path) } }],
  ['others that do not', { others: { open: Array.from({ length: 3_500 }, () => path), sent: [] } }],
  ['text', { text: { kind: 'inline', bytes: Buffer.alloc(600_000) } }],
] as const)('a frame carries about a megabyte: %s', (_, large) => {
  expect(assignmentParts([work, work, { ...work, ...large }, { ...work, ...large }])).toHaveLength(2);
});
