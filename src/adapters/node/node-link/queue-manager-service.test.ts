/** Symbionts behind the wire: work in batches of any size, reports, and what becomes of them with their connection. */
import { describe, expect, test } from 'vitest';
import type { Assignment, SymbiontPort } from '../../../ports/queue-manager.ts';
import { linkedNode, mail, partly } from './testing/linked-node.ts';

const { client, serve } = linkedNode();

type Work = Pick<Assignment, 'text' | 'recipients'>;

const assignment = (entry: number, work: Work): Assignment => ({
  entry,
  entryId: `id-${entry}`,
  queueName: 'Q',
  jobName: 'J',
  userName: 'U',
  reversePath: '',
  submittedAt: 1,
  ...work,
});

describe('a symbiont behind the wire', () => {
  test('is given work with its text, reports, and dies with its connection', async () => {
    let port: SymbiontPort | undefined;
    const calls: unknown[] = [];
    let died = (_how: unknown): void => {};
    const death = new Promise((resolve) => {
      died = resolve;
    });
    await serve(
      partly({
        async registerSymbiont(given, capacity) {
          port = given;
          calls.push(['register', capacity]);
          return {
            report: async (outcomes) => void calls.push(['report', outcomes]),
            giveBack: async (entries) => void calls.push(['giveBack', entries]),
            close: async (how) => died(how),
          };
        },
      }),
    );
    const node = await client();
    const batches: (readonly Assignment[])[] = [];
    let came = (): void => {};
    const arrival = new Promise<void>((resolve) => {
      came = resolve;
    });
    const registration = await node.queueManager.registerSymbiont(
      {
        process: (batch) => batches.push(batch),
        recall: (entries, how) => {
          calls.push(['recall', entries, how]);
          came();
        },
      },
      7,
    );
    const short = (text: string): Work => ({
      text: { kind: 'inline', bytes: Buffer.from(text) },
      recipients: [{ index: 0, forwardPath: 'a@b', attempts: 0 }],
    });
    port?.process([assignment(1, short('one')), assignment(2, short('two'))]);
    port?.recall([2], 'abort');
    await arrival;
    expect(
      batches[0]?.map(({ text }) => Buffer.from((text as { bytes: Uint8Array }).bytes).toString()),
    ).toEqual(['one', 'two']);
    await registration.report([
      {
        entry: 1,
        entryId: 'id-1',
        recipients: [{ index: 0, outcome: { kind: 'returned', reply: '550 no' } }],
        submissions: [mail(Buffer.from('bounce'))],
      },
    ]);
    await registration.giveBack([2]);
    expect(calls).toMatchObject([
      ['register', 7],
      ['recall', [2], 'abort'],
      ['report', [{ entry: 1, submissions: [{ text: { kind: 'inline' } }] }]],
      ['giveBack', [2]],
    ]);
    await node.close();
    expect(await death).toBe('died');
  });
});

/** A symbiont behind the wire that keeps the numbers of what it is given; `reported` are those the node hears of. */
async function numberingSymbiont() {
  let port: SymbiontPort | undefined;
  const reported: number[] = [];
  await serve(
    partly({
      async registerSymbiont(given) {
        port = given;
        return {
          report: async (outcomes) => void reported.push(...outcomes.map((each) => each.entry)),
          giveBack: async () => {},
          close: async () => {},
        };
      },
    }),
  );
  const entries: number[] = [];
  let look = (): void => {};
  const node = await client();
  const registration = await node.queueManager.registerSymbiont(
    {
      process(batch) {
        entries.push(...batch.map((each) => each.entry));
        look();
      },
      recall() {},
    },
    2_000,
  );
  return {
    reported,
    registration,
    /** Hands it these as one batch; what has arrived when as many have. */
    process(numbers: readonly number[], of: Work): Promise<readonly number[]> {
      const all = new Promise<readonly number[]>((resolve) => {
        look = () => {
          if (entries.length === numbers.length) resolve(entries);
        };
      });
      port!.process(numbers.map((entry) => assignment(entry, of)));
      return all;
    },
  };
}

test('a batch beyond any frame goes over in parts, in order', async () => {
  const symbiont = await numberingSymbiont();
  const bytes = Buffer.alloc(65_536);
  const numbers = Array.from({ length: 1_200 }, (_, index) => index + 1);
  const recipients = [{ index: 0, forwardPath: 'a@b', attempts: 0 }];
  expect(await symbiont.process(numbers, { text: { kind: 'inline', bytes }, recipients })).toEqual(numbers);
  await symbiont.registration.report(
    numbers.map((entry) => ({ entry, entryId: '', recipients: [], submissions: [mail(bytes)] })),
  );
  expect(symbiont.reported).toEqual(numbers);
});

test('so do batches whose recipients alone are beyond any frame', async () => {
  const symbiont = await numberingSymbiont();
  const numbers = Array.from({ length: 30 }, (_, index) => index + 1);
  const forwardPath = `${'j'.repeat(64)}@${`${'n'.repeat(60)}.`.repeat(3)}e`;
  const recipients = Array.from({ length: 10_000 }, (_, index) => ({ index, forwardPath, attempts: 0 }));
  const text = { kind: 'inline', bytes: Buffer.from('x') } as const;
  expect(await symbiont.process(numbers, { text, recipients })).toEqual(numbers);
  const forwardPaths = recipients.map((each) => each.forwardPath);
  const reply = '4'.repeat(500);
  await symbiont.registration.report(
    numbers.map((entry) => ({
      entry,
      entryId: '',
      recipients:
        entry % 2 === 0
          ? [{ index: 0, outcome: { kind: 'expanded', forwardPaths } }]
          : recipients.map(({ index }) => ({ index, outcome: { kind: 'retry', at: 1, reply } })),
    })),
  );
  expect(symbiont.reported.sort((a, b) => a - b)).toEqual(numbers);
});
