import { expect, test } from 'vitest';
import { type JobEvent, jobTransitions, nextState } from './entry-state.ts';
import { nextQueueState, type QueueEvent, queueTransitions } from './queue-state.ts';

const jobEvents = [
  'start',
  'complete',
  'continue',
  'retry',
  'fail',
  'retain',
  'giveBack',
  'due',
  'hold',
  'noHold',
  'release',
  'return',
  'after',
  'noAfter',
  'priority',
  'delete',
] as const satisfies readonly JobEvent[];
const jobStates = Object.keys(jobTransitions) as (keyof typeof jobTransitions)[];

test('forbidden for an entry: what its state does not know', () => {
  const forbidden = jobStates.map((state) => [
    state,
    jobEvents.filter((event) => nextState(state, event) === undefined).join(' '),
  ]);
  expect(Object.fromEntries(forbidden)).toEqual({
    pending: 'complete continue retry fail retain giveBack due',
    executing: 'start due',
    holding: 'start complete continue retry fail retain giveBack due',
    holdingUntil: 'start complete continue retry fail retain giveBack',
    retainedOnError: 'start complete continue retry fail retain giveBack due',
    retainedOnCompletion: 'start complete continue retry fail retain giveBack due',
    aborting: 'start due hold noHold release return after noAfter priority',
  });
});

test('every entry can be deleted, and only an executing one takes time for it', () => {
  const deletions = jobStates.map((state) => [state, nextState(state, 'delete')]);
  expect(Object.fromEntries(deletions)).toEqual({
    pending: 'deleted',
    executing: 'aborting',
    holding: 'deleted',
    holdingUntil: 'deleted',
    retainedOnError: 'deleted',
    retainedOnCompletion: 'deleted',
    aborting: 'aborting',
  });
});

test('nothing but completion and deletion ends an entry', () => {
  for (const state of jobStates) {
    for (const event of jobEvents) {
      if (nextState(state, event) !== 'deleted' || event === 'delete' || state === 'aborting') continue;
      expect([state, event]).toEqual(['executing', 'complete']);
    }
  }
});

test('from every state of an entry, release or its end leads on to work', () => {
  const after = (state: (typeof jobStates)[number]) =>
    nextState(state, 'release') ?? nextState(state, 'giveBack');
  expect(jobStates.map(after)).toEqual([
    ...['pending', 'executing', 'pending', 'pending', 'pending', 'pending', 'deleted'],
  ]);
});

test('every state and event of a queue', () => {
  const events = ['start', 'pause', 'next', 'reset', 'drained'] as const satisfies readonly QueueEvent[];
  const states = Object.keys(queueTransitions) as (keyof typeof queueTransitions)[];
  const table = states.map((state) => [
    state,
    events.map((event) => nextQueueState(state, event) ?? '-').join(' '),
  ]);
  expect(Object.fromEntries(table)).toEqual({
    started: '- paused stopping resetting -',
    paused: 'started - stopping resetting -',
    stopping: 'started - - resetting stopped',
    resetting: 'started - - - stopped',
    stopped: 'started - - - -',
  });
});
