import { expect, test } from 'vitest';
import { leastProcessorMs } from '../../test/support/processor-time.ts';
import type { RecipientInfo, RecipientOutcome } from '../ports/queue-manager.ts';
import { unsent } from './new-entry.ts';
import { settleRecipients } from './outcome.ts';

const settle = (recipients: readonly RecipientInfo[], outcomes: readonly RecipientOutcome[]) =>
  settleRecipients(
    recipients,
    { entry: 1, entryId: 'id', recipients: outcomes.map((outcome, index) => ({ index, outcome })) },
    1_000,
  );
const unsentTo = (forwardPaths: readonly string[]) => unsent({ forwardPaths });
const expandedTo = (...forwardPaths: string[]): RecipientOutcome => ({ kind: 'expanded', forwardPaths });
const added = (changed: readonly RecipientInfo[]) =>
  changed.filter((each) => each.state === 'unsent').map((each) => each.forwardPath);

test('an address named three times that is forwarded is no loop, and its target gets one copy', () => {
  const { changed, progress } = settle(unsentTo(['jones@n', 'jones@n', 'jones@n']), [
    expandedTo('j@far'),
    expandedTo('j@far'),
    expandedTo('j@far'),
  ]);
  expect(progress).toEqual({ kind: 'continue' });
  expect(added(changed)).toEqual(['j@far']);
});

test('a member that is tried, done or refused in the same run is not added by a list', () => {
  const { changed } = settle(unsentTo(['list@n', 'sent@n', 'later@n', 'bad@n']), [
    expandedTo('sent@n', 'later@n', 'bad@n', 'new@n'),
    { kind: 'delivered' },
    { kind: 'retry', at: 5_000, reply: '451' },
    { kind: 'returned', reply: '550' },
  ]);
  expect(added(changed)).toEqual(['new@n']);
});

test('an address that comes back for the third time stays open, and the others go on', () => {
  let recipients = unsentTo(['loop@n', 'list@n']);
  const outcomes: RecipientOutcome[] = [expandedTo('loop@n'), expandedTo('a@far')];
  for (let round = 0; round < 3; round += 1) {
    const { changed, progress } = settleRecipients(
      recipients,
      {
        entry: 1,
        entryId: 'id',
        recipients: recipients
          .filter((each) => each.state === 'unsent' && each.forwardPath !== 'a@far')
          .map(({ index, forwardPath }) => ({ index, outcome: outcomes[forwardPath === 'loop@n' ? 0 : 1]! })),
      },
      1_000,
    );
    const all = [...recipients];
    for (const each of changed) all[each.index] = each;
    recipients = all;
    expect(progress.kind).toBe(round < 2 ? 'continue' : 'fail');
  }
  const open = recipients.filter((each) => each.state === 'unsent').map((each) => each.forwardPath);
  expect(open.sort()).toEqual(['a@far', 'loop@n']);
});

test('a member who has it by another spelling of the domain is not added again', () => {
  const recipients = unsentTo(['Bob@FAR.example.', 'list@n']);
  const { changed } = settle(recipients, [
    { kind: 'delivered' },
    expandedTo('Bob@far.example', 'bob@far.example'),
  ]);
  expect(added(changed)).toEqual(['bob@far.example']);
});

test('ten thousand recipients that are forwarded are settled at once', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `user${index}@n`);
  const recipients = unsentTo(names);
  const ends = names.map((name) => expandedTo(`${name}.far`, 'all@far'));
  const took = leastProcessorMs(() => expect(settle(recipients, ends).changed).toHaveLength(20_001));
  expect(took).toBeLessThan(1_000);
});

test('what is asked for an address is asked for its members, a list reports its own success', () => {
  const asked = {
    notify: ['SUCCESS', 'FAILURE'],
    originalRecipient: 'rfc822;old@n',
  } as const;
  const recipients = unsent({
    forwardPaths: ['one@n', 'list@n', 'glad@n', 'plain@n'],
    requests: { recipients: { 0: asked, 1: asked, 2: { notify: ['SUCCESS'] } } },
  });
  const { changed } = settle(recipients, [
    expandedTo('a@far'),
    expandedTo('b@far', 'c@far'),
    expandedTo('d@far', 'e@far'),
    expandedTo('f@far'),
  ]);
  const members = changed.filter(({ state }) => state === 'unsent');
  expect(Object.fromEntries(members.map(({ forwardPath, requests }) => [forwardPath, requests]))).toEqual({
    'a@far': asked,
    'b@far': { ...asked, notify: ['FAILURE'] },
    'c@far': { ...asked, notify: ['FAILURE'] },
    'd@far': { notify: ['NEVER'] },
    'e@far': { notify: ['NEVER'] },
    'f@far': undefined,
  });
});

test('what was asked and told stays with a recipient that is tried again', () => {
  const requests = { notify: ['DELAY'] } as const;
  const first = unsent({ forwardPaths: ['a@n'], requests: { recipients: { 0: requests } } });
  const later = { kind: 'retry', at: 5_000, reply: '451' } as const;
  const { changed } = settle(first, [{ ...later, isDelayTold: true }]);
  expect(changed).toMatchObject([{ requests, isDelayTold: true }]);
  expect(settle(changed, [later]).changed).toMatchObject([{ requests, isDelayTold: true }]);
});
