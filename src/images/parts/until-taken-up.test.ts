import { expect, it } from 'vitest';
import type { ServiceState } from '../../management/index.ts';
import { untilTakenUp } from './until-taken-up.ts';

const state = (service: string, enabled: boolean): ServiceState => ({
  service,
  enabled,
  port: 143,
  active: 0,
  peak: 0,
  sockets: [],
});
/** What is told at each question. */
const telling = (...answers: (readonly ServiceState[])[]) => {
  let asked = 0;
  return {
    states: async () => answers[asked++] ?? [],
    asked: () => asked,
  };
};

it('waits until the auxiliary server has taken the change up', async () => {
  const before = [state('SMTP', true), state('IMAP', false)];
  const { states, asked } = telling(before, before, [state('SMTP', true), state('IMAP', true)]);
  await untilTakenUp(states, 'IMAP', true);
  expect(asked()).toBe(3);
});

it('waits for nobody who is not there', async () => {
  const { states, asked } = telling([]);
  await untilTakenUp(states, 'IMAP', true);
  expect(asked()).toBe(1);
});

it('knows that a service that is gone is not enabled', async () => {
  const { states, asked } = telling([state('SMTP', true), state('IMAP', true)], [state('SMTP', true)]);
  await untilTakenUp(states, 'IMAP', false);
  expect(asked()).toBe(2);
});
