/**
 * A crash between any two writes: the store is copied after each commit, and each copy is started anew. What was
 * acknowledged is delivered after it, what was reported done is not delivered again, whatever was under way.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { createMemoryQueueStore, type MemoryQueueStore } from '../adapters/memory/queue-store.ts';
import type { Assignment, RecipientOutcome } from '../ports/queue-manager.ts';
import { NOON, startQueueManager, submission, system, testSymbiont } from './testing/test-node.ts';

interface Crash {
  readonly store: MemoryQueueStore;
  /** Messages acknowledged before it. */
  readonly accepted: readonly string[];
  /** Recipients reported done before it, `message recipient`. */
  readonly done: readonly string[];
  /** Those in a report that was under way: durable or not, depending on the commit it crashed after. */
  readonly reporting: readonly string[];
}

const forwardPaths = ['a@node', 'b@far'];
const textOf = (assignment: Assignment): string =>
  assignment.text.kind === 'inline' ? Buffer.from(assignment.text.bytes).toString() : '';

type Step = 'submit' | 'deliver' | 'retry' | 'giveBack' | 'time' | 'hold' | 'release' | 'die';
const step = fc.constantFrom<Step>(
  'submit',
  'submit',
  'deliver',
  'deliver',
  'retry',
  'giveBack',
  'time',
  'hold',
  'release',
  'die',
);

/** Does the steps, and remembers a crash after each commit. */
async function live(steps: readonly Step[]): Promise<readonly Crash[]> {
  const store = createMemoryQueueStore();
  const accepted: string[] = [];
  const done: string[] = [];
  let reporting: readonly string[] = [];
  const crashes: Crash[] = [];
  const remember = (): void => {
    crashes.push({ store: store.copy(), accepted: [...accepted], done: [...done], reporting });
  };
  for (const name of ['commit', 'releaseDue', 'returnLeases'] as const) {
    const write = store[name].bind(store) as (...args: never[]) => Promise<never>;
    Object.assign(store, {
      [name]: async (...args: never[]) => {
        const result = await write(...args);
        remember();
        return result;
      },
    });
  }
  const clock = manualClock(NOON);
  const { manager } = await startQueueManager({ store, clock });
  let symbiont = await testSymbiont(manager, 3);
  const report = async (outcome: RecipientOutcome): Promise<void> => {
    const inHand = symbiont.assigned.splice(0, 1);
    const finished = inHand.flatMap((each) =>
      each.recipients.map(({ forwardPath }) => `${textOf(each)} ${forwardPath}`),
    );
    reporting = finished;
    await symbiont.finish(inHand, outcome);
    reporting = [];
    if (outcome.kind === 'delivered') done.push(...finished);
  };
  for (const [number, each] of steps.entries()) {
    switch (each) {
      case 'submit':
        await manager.submit({ ...submission(`${number}`), envelope: { reversePath: '', forwardPaths } });
        accepted.push(`${number}`);
        break;
      case 'deliver':
        await report({ kind: 'delivered' });
        break;
      case 'retry':
        await report({ kind: 'retry', at: clock.now() + 60_000, reply: '450 later' });
        break;
      case 'giveBack':
        await symbiont.giveBack(symbiont.assigned.splice(0, 1).map(({ entry }) => entry));
        break;
      case 'time':
        clock.advance(60_000);
        break;
      case 'hold':
      case 'release': {
        const [entry] = await manager.entries({ limit: 1 }, system);
        if (entry !== undefined && entry.state !== 'aborting') {
          await manager.changeEntries([entry.entry], { kind: each }, system);
        }
        break;
      }
      case 'die':
        await symbiont.close('died');
        symbiont = await testSymbiont(manager, 3);
        break;
    }
    for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  }
  remember();
  return crashes;
}

/** Starts on what a crash left, releases all that is held, delivers until nothing is left. */
async function recover(store: MemoryQueueStore): Promise<readonly string[]> {
  const { manager } = await startQueueManager({ store, clock: manualClock(NOON + 3_600_000) });
  const symbiont = await testSymbiont(manager, 3);
  const delivered: string[] = [];
  for (let rounds = 0; rounds < 200; rounds++) {
    for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    const inHand = symbiont.assigned.splice(0);
    delivered.push(
      ...inHand.flatMap((each) => each.recipients.map(({ forwardPath }) => `${textOf(each)} ${forwardPath}`)),
    );
    await symbiont.finish(inHand);
    const left = await manager.entries({}, system);
    if (left.length === 0) return delivered;
    const kept = left.filter(
      ({ state }) => state === 'holding' || state === 'retainedOnError' || state === 'holdingUntil',
    );
    await manager.changeEntries(
      kept.map(({ entry }) => entry),
      { kind: 'release' },
      system,
    );
  }
  throw new Error('the queue does not empty');
}

test('nothing acknowledged is lost, nothing done is repeated, whenever it crashes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      for (const { store, accepted, done, reporting } of await live(steps)) {
        const delivered = await recover(store);
        expect(new Set(delivered).size).toBe(delivered.length);
        expect(delivered.filter((each) => done.includes(each))).toEqual([]);
        const wanted = accepted.flatMap((message) => forwardPaths.map((path) => `${message} ${path}`));
        const found = new Set([...delivered, ...done, ...reporting]);
        expect(wanted.filter((each) => !found.has(each))).toEqual([]);
      }
    }),
    { numRuns: 40 },
  );
});
