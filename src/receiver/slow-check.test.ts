/** A check that takes its time: the client is not given up meanwhile, and one that gives up itself sends again. */
import { afterEach, expect, it } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import type { Verdict } from '../message-authentication/index.ts';
import { defaultReceiverSettings } from './receiver-settings.ts';
import { Client, closeAll, startRig } from './testing/receiver-rig.ts';

afterEach(closeAll);

const verdict: Verdict = {
  results: ['spf=none'],
  spf: 'none',
  dkimDomains: [],
  dmarc: 'none',
  policy: 'none',
  authorDomain: undefined,
  mayPassLater: false,
  sealedBy: undefined,
};

async function inCheck() {
  const clock = manualClock(0);
  const { promise, resolve } = Promise.withResolvers<Verdict>();
  const asked = Promise.withResolvers<void>();
  const rig = await startRig({
    clock,
    settings: async () => ({ ...defaultReceiverSettings, goodClients: [], tarpits: false }),
    verifier: {
      verify() {
        asked.resolve();
        return promise;
      },
    },
  });
  const client = Client.plain(rig.port);
  await client.reply();
  for (const line of ['HELO me', 'MAIL FROM:<a@b.example>', 'RCPT TO:<smith@node.example>', 'DATA'])
    await client.say(line);
  const answer = client.say('Subject: x\r\n\r\ny\r\n.');
  await asked.promise;
  return { ...rig, clock, client, answer, done: () => resolve(verdict) };
}

it('longer than a client may be silent, is no silence of the client', async () => {
  const { clock, answer, done, submissions } = await inCheck();
  clock.advance(20 * 60_000);
  done();
  expect(await answer).toBe('250 OK');
  expect(submissions).toHaveLength(1);
});

it('of a client that broke the connection off ends without a message: he sends it again', async () => {
  const { client, done, submissions } = await inCheck();
  client.reset();
  await new Promise((resolve) => setTimeout(resolve, 50));
  // Where the time went by at once, what has come is read now.
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  done();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(submissions).toEqual([]);
});
