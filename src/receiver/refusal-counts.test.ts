import { expect, test } from 'vitest';
import { reply } from '../smtp/reply.ts';
import { addRefusals, RefusalCounter } from './refusal-counts.ts';

test('replies are counted by code and reason, and handed on once', () => {
  const counter = new RefusalCounter();
  expect(counter.take()).toBeUndefined();
  counter.count(reply(550, 'no such user', '5.1.1'), undefined);
  counter.count(reply(550, 'User not local, Relay disabled.', '5.7.1'), 'SPAM-Relay');
  counter.count(reply(550, 'no such user', '5.1.1'), undefined);
  counter.count(reply(554, 'Closing transmission channel.'), 'Bad-Clients');
  counter.count(reply(421, 'bye'), undefined);
  const total: Record<string, number> = { '550 5.1.1': 5 };
  addRefusals(total, counter.take()!);
  expect(counter.take()).toBeUndefined();
  expect(total).toEqual({
    '550 5.1.1': 7,
    '550 SPAM-Relay': 1,
    '554 Bad-Clients': 1,
    '421 4.0.0': 1,
  });
});
