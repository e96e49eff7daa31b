import { expect, test } from 'vitest';
import { expositionOf } from './exposition.ts';
import { healthOf } from './health.ts';
import type { NodeReport, Observation } from './observation.ts';

const GIB = 1_073_741_824;
const histogram = { bounds: [], counts: [0], sum: 0 };
const report: NodeReport = {
  status: {
    node: 'HEARTS',
    version: '1',
    root: '/',
    processes: [{ name: 'SYMBIONT_1', image: 'smtp-symbiont', pid: 2, state: 'running' }],
    services: [{ service: 'SMTP', address: '0.0.0.0', port: 25, enabled: true, listening: true, active: 0 }],
    queueManager: 'running',
    queues: [],
  },
  statistics: {
    submissions: 0,
    bounces: 0,
    completed: 0,
    recipients: { delivered: 0, relayed: 0, expanded: 0, retry: 0, wait: 0, returned: 0 },
    entrySeconds: histogram,
    commitSeconds: histogram,
    isStoreFailing: false,
  },
  refusals: {},
  operatorMessages: { none: 0, success: 0, informational: 0, warning: 0, error: 0, fatal: 0 },
  services: [{ service: 'SMTP', isServed: true, listening: true, peak: 0, total: 0, rejected: 0 }],
};
const well: Observation = {
  at: 10_000_000,
  report,
  oldest: { pending: undefined, holdingUntil: 0 },
  space: { freeBytes: 10 * GIB, sizeBytes: 20 * GIB },
  isWritable: true,
  uses: new Map(),
};

test('a node that does what it is for is well, however old its retries are', () => {
  expect(healthOf(well)).toEqual({ status: 'ok', reasons: [] });
});

test('a service that is not to listen is no reason', () => {
  const services = [{ ...report.services[0]!, isServed: false, listening: false }];
  expect(healthOf({ ...well, report: { ...report, services } })).toEqual({ status: 'ok', reasons: [] });
});

test.each<[string, Partial<Observation>]>([
  ['the queue manager does not answer', { report: undefined }],
  [
    'an operator has stopped the queue manager (START/QUEUE/MANAGER)',
    { report: { ...report, status: { ...report.status, queueManager: 'stopped' } } },
  ],
  ['the queue database cannot be written', { isWritable: false }],
  [
    'the queue database cannot be written',
    { report: { ...report, statistics: { ...report.statistics, isStoreFailing: true } } },
  ],
  [
    '50 MiB are left on the file system of the root',
    { space: { freeBytes: 50 * 1_048_576, sizeBytes: GIB } },
  ],
  [
    'the oldest pending entry has waited for 45 minutes',
    { oldest: { pending: 10_000_000 - 45 * 60_000, holdingUntil: undefined } },
  ],
  [
    'service SMTP does not listen',
    { report: { ...report, services: [{ ...report.services[0]!, listening: false }] } },
  ],
  [
    'process SYMBIONT_1 has ended and is restarted',
    {
      report: {
        ...report,
        status: {
          ...report.status,
          processes: [{ name: 'SYMBIONT_1', image: 'smtp-symbiont', state: 'restarting' }],
        },
      },
    },
  ],
])('%s', (reason, change) => {
  expect(healthOf({ ...well, ...change })).toEqual({ status: 'failing', reasons: [reason] });
});

test('labels are escaped, and the buckets of a histogram add up', () => {
  const text = expositionOf([
    { name: 'a_total', type: 'counter', help: 'A.', samples: [{ labels: { of: 'a"b\\c\nd' }, value: 2 }] },
    {
      name: 'b_seconds',
      type: 'histogram',
      help: 'B.',
      samples: [{ value: { bounds: [0.5, 1], counts: [1, 3, 4], sum: 7.5 } }],
    },
    { name: 'c', type: 'gauge', help: 'C.', samples: [] },
  ]);
  expect(text).toBe(`# HELP a_total A.
# TYPE a_total counter
a_total{of="a\\"b\\\\c\\nd"} 2
# HELP b_seconds B.
# TYPE b_seconds histogram
b_seconds_bucket{le="0.5"} 1
b_seconds_bucket{le="1"} 3
b_seconds_bucket{le="+Inf"} 4
b_seconds_sum 7.5
b_seconds_count 4
`);
});
