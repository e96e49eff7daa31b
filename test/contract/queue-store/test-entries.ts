/** Entries and jobs as tests of queue stores make them. */
import type { Claim, EntryQuery, NewEntry, QueueStore, StoredJob } from '../../../src/ports/queue-store.ts';

/** Instant of the tests. */
export const NOW = 1_000_000;

export const newEntry = (entry: number, more: Partial<NewEntry> = {}): NewEntry => ({
  entry,
  entryId: `id-${entry}`,
  queueName: 'TCPIP$SMTP_HEARTS_00',
  jobName: `job_${entry}`,
  userName: 'TCPIP$SMTP',
  reversePath: 'smith@host.example',
  submittedAt: NOW + entry,
  sizeBytes: 4,
  state: 'pending',
  priority: 100,
  symbiontDeaths: 0,
  attempt: 0,
  forwardPaths: ['jones@node.example', 'green@node.example'],
  text: { kind: 'inline', bytes: Buffer.from('text') },
  ...more,
});

export const newJob = (entry: number, more: Partial<StoredJob> = {}): StoredJob => ({
  entry,
  entryId: `job-${entry}`,
  queueName: 'SYS$BATCH',
  jobName: `JOB_${entry}`,
  userName: 'JONES',
  reversePath: '',
  submittedAt: NOW + entry,
  sizeBytes: 512,
  state: 'pending',
  priority: 100,
  symbiontDeaths: 0,
  attempt: 0,
  batch: {
    files: ['DKA0:[JONES]A.COM;1'],
    parameters: ['ONE', 'Two words'],
    logSpecification: 'SYS$LOGIN:A.LOG',
    keep: true,
    printQueue: '',
    notify: false,
    restart: true,
    retain: 'error',
    note: '',
  },
  ...more,
});

export const claim = (limit: number, more: Partial<Claim> = {}): Claim => ({
  limit,
  bytes: Number.POSITIVE_INFINITY,
  suspects: 0,
  owner: 'HEARTS/1',
  until: NOW + 60_000,
  ...more,
});

/** What tests ask of the store of each. */
export function callsOn(store: () => QueueStore) {
  return {
    add: (...entries: NewEntry[]) => store().commit(entries.map((entry) => ({ kind: 'add', entry }))),
    find: async (query: EntryQuery) => (await store().find(query)).entries,
    /** Of what is claimed. */
    numbers: async (limit = 100, more: Partial<Claim> = {}) =>
      (await store().commit([], claim(limit, more))).map((each) => each.entry),
  };
}
