/** The account of a walk notices a loss: what nobody removed is none of somebody's removals. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openQueueStore } from '../../src/adapters/sqlite/queue-store/index.ts';
import { nodeRoot } from '../../src/images/node-root.ts';
import type { NewEntry, QueueChange } from '../../src/ports/queue-store.ts';
import { createFates } from './fates.ts';
import { Ledger } from './ledger.ts';

const entry = (number: number, more: Partial<NewEntry> = {}): NewEntry => ({
  entry: number,
  entryId: `id-${number}`,
  queueName: 'TCPIP$SMTP_HEARTS_00',
  jobName: `JOB_${number}`,
  userName: 'TCPIP$SMTP',
  source: undefined,
  reversePath: `s${number}@[127.0.0.2]`,
  forwardPaths: ['adams@hearts.example', `s${number}@[127.0.0.3]`],
  submittedAt: 0,
  sizeBytes: 1,
  state: 'pending',
  priority: 100,
  symbiontDeaths: 0,
  attempt: 0,
  text: { kind: 'inline', bytes: new Uint8Array() },
  ...more,
});

const lease = { owner: 'HEARTS/1', until: 0, attempt: 1 };
const bounceOf = (number: number, text: string): Partial<NewEntry> => ({
  reversePath: '',
  source: `returned mail of JOB_${number}`,
  text: { kind: 'inline', bytes: Buffer.from(text) },
});

test.each<{
  readonly what: string;
  readonly changes: readonly QueueChange[];
  readonly command?: string;
  readonly log?: string;
  /** Of adams@hearts.example, and of s1@[127.0.0.3]. */
  readonly fates: readonly [string | undefined, string | undefined];
}>([
  { what: 'it never came', changes: [], fates: [undefined, undefined] },
  {
    what: 'it went by itself',
    changes: [
      { kind: 'add', entry: entry(1, { state: 'executing', lease }) },
      { kind: 'remove', entry: 1 },
    ],
    command: 'TCPIP REMOVE MAIL/NOCONFIRM',
    fates: [undefined, undefined],
  },
  {
    what: 'another one was deleted',
    changes: [
      { kind: 'add', entry: entry(1) },
      { kind: 'remove', entry: 1 },
    ],
    command: 'DELETE/ENTRY=(2,11)',
    fates: [undefined, undefined],
  },
  {
    what: 'it was deleted',
    changes: [
      { kind: 'add', entry: entry(1) },
      { kind: 'remove', entry: 1 },
    ],
    command: 'DELETE/ENTRY=(2,1)',
    fates: ['removed', 'removed'],
  },
  {
    what: 'it was deleted under way',
    changes: [
      { kind: 'add', entry: entry(1, { state: 'executing', lease }) },
      { kind: 'stand', entry: 1, standing: { ...entry(1), state: 'aborting', lease } },
      { kind: 'remove', entry: 1 },
    ],
    command: 'DELETE/ENTRY=1',
    fates: ['removed', 'removed'],
  },
  {
    what: 'one recipient was taken off',
    changes: [
      { kind: 'add', entry: entry(1) },
      {
        kind: 'recipients',
        entry: 1,
        recipients: [
          {
            index: 1,
            forwardPath: 's1@[127.0.0.3]',
            state: 'failed',
            attempts: 0,
            lastReply: 'removed by SYSTEM',
          },
        ],
      },
      { kind: 'remove', entry: 1 },
    ],
    fates: [undefined, 'removed'],
  },
  {
    what: 'the bounce for one was undeliverable',
    changes: [
      { kind: 'add', entry: entry(1, { state: 'executing', lease }) },
      { kind: 'remove', entry: 1 },
      {
        kind: 'add',
        entry: entry(2, { ...bounceOf(1, '<s1@[127.0.0.3]>: no'), state: 'executing', lease }),
      },
      { kind: 'remove', entry: 2 },
    ],
    log: 'Bounce JOB_2 undeliverable to <s1@[127.0.0.2]>',
    fates: [undefined, 'bounce undeliverable'],
  },
])('$what', async ({ changes, command, log, fates: want }) => {
  const root = mkdtempSync(join(tmpdir(), 'ledger-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const paths = { ...nodeRoot(root), queueDatabase: join(root, 'QUEUE.DAT') };
  const ledger = new Ledger(paths);
  const store = openQueueStore(paths.queueDatabase);
  const from = Date.now();
  for (const change of changes) await store.commit([change]);
  await store.close();
  ledger.commanded({ userName: 'SYSTEM', line: command ?? 'SHOW QUEUE', from, to: Date.now() });
  const fates = createFates(ledger.read(), log ?? '');
  expect([fates.of('s1', 'adams@hearts.example'), fates.of('s1', 's1@[127.0.0.3]')]).toEqual(want);
});
