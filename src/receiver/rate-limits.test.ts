/** Clients that do too much, over real sockets; only the clock is moved by hand. */
import { afterEach, describe, expect, it } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { ClientRates } from './client-rates.ts';
import { defaultReceiverSettings, type ReceiverSettings } from './receiver-settings.ts';
import { Client, closeAll, startRig } from './testing/receiver-rig.ts';

afterEach(closeAll);

async function rig(limits: Partial<ReceiverSettings['rateLimits']>, more: Partial<ReceiverSettings> = {}) {
  const clock = manualClock(0);
  const settings: ReceiverSettings = {
    ...defaultReceiverSettings,
    goodClients: [],
    checksSenders: false,
    rateLimits: { ...defaultReceiverSettings.rateLimits, ...limits },
    ...more,
  };
  const rates = new ClientRates(clock);
  const { port } = await startRig({ clock, rates, settings: async () => settings });
  return { clock, port };
}

async function greeted(port: number): Promise<Client> {
  const client = Client.plain(port);
  await client.reply();
  await client.say('HELO me');
  return client;
}

describe('a stranger', () => {
  it('who connects too often is told to come later, and may a minute after', async () => {
    const { clock, port } = await rig({ clientConnections: 2 });
    for (const _ of [1, 2]) expect(await Client.plain(port).reply()).toMatch(/^220 /);
    const third = Client.plain(port);
    expect(await third.reply()).toMatch(/^421 .*Too many connections/);
    clock.advance(120_000);
    expect(await Client.plain(port).reply()).toMatch(/^220 /);
  });
  it('who sends too much is told at MAIL; the connection stays', async () => {
    const { clock, port } = await rig({ clientMessages: 2 });
    const client = await greeted(port);
    for (const _ of [1, 2]) {
      expect(await client.say('MAIL FROM:<a@b.example>')).toMatch(/^250 /);
      await client.say('RSET');
    }
    expect(await client.say('MAIL FROM:<a@b.example>')).toMatch(/^450 /);
    expect(await client.say('NOOP')).toMatch(/^250 /);
    clock.advance(120_000);
    expect(await client.say('MAIL FROM:<a@b.example>')).toMatch(/^250 /);
  });
  it('who names too many recipients keeps those he has', async () => {
    const { port } = await rig({ clientRecipients: 1 });
    const client = await greeted(port);
    await client.say('MAIL FROM:<a@b.example>');
    expect(await client.say('RCPT TO:<one@node.example>')).toMatch(/^250 /);
    expect(await client.say('RCPT TO:<two@node.example>')).toMatch(/^452 /);
    expect(await client.say('DATA')).toMatch(/^354 /);
  });
  it('who makes errors gets no further connection', async () => {
    const { port } = await rig({ clientErrors: 2 }, { tarpits: false });
    const client = await greeted(port);
    for (const _ of [1, 2, 3]) expect(await client.say('WHAT')).toMatch(/^500 /);
    expect(await Client.plain(port).reply()).toMatch(/^421 /);
  });
  it('without limits may do what he likes', async () => {
    const { port } = await rig({
      clientConnections: 0,
      clientMessages: 0,
      clientRecipients: 0,
      clientErrors: 0,
    });
    for (let count = 0; count < 20; count++) expect(await Client.plain(port).reply()).toMatch(/^220 /);
  });
});

describe('a friend', () => {
  it('is not counted', async () => {
    const { port } = await rig(
      { clientConnections: 1, clientMessages: 1 },
      { goodClients: ['192.0.2.0/24'] },
    );
    for (const _ of [1, 2, 3]) expect(await Client.plain(port).reply()).toMatch(/^220 /);
    const client = await greeted(port);
    for (const _ of [1, 2, 3, 4, 5, 6]) expect(await client.say('WHAT')).toMatch(/^500 /);
  });
});

describe('errors of a stranger', () => {
  it('are answered later and later, and nothing behind them before', async () => {
    const { clock, port } = await rig({});
    const client = await greeted(port);
    for (const _ of [1, 2]) expect(await client.say('WHAT')).toMatch(/^500 /);
    for (const delayMs of [1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
      let answer: string | undefined;
      const asked = client.say('WHAT\r\nNOOP').then((text) => {
        answer = text;
      });
      await settled();
      clock.advance(delayMs - 1);
      await settled();
      expect(answer).toBeUndefined();
      clock.advance(1);
      await asked;
      expect(answer).toMatch(/^500 /);
      if (!/250/.test(answer ?? '')) expect(await client.reply()).toMatch(/^250 /);
    }
  });
  it('are not waited for by a node that stops', async () => {
    const stopping = new AbortController();
    const clock = manualClock(0);
    const settings = { ...defaultReceiverSettings, goodClients: [], checksSenders: false };
    const { port } = await startRig({
      clock,
      rates: new ClientRates(clock),
      settings: async () => settings,
      stopping: stopping.signal,
    });
    const client = await greeted(port);
    for (const _ of [1, 2]) await client.say('WHAT');
    const asked = client.say('WHAT');
    await settled();
    stopping.abort();
    expect(await asked).toMatch(/^500 /);
  });
});

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
