/** Which hosts mail goes to, and what becomes of it when they are down. */
import { describe, expect, it } from 'vitest';
import { startSink } from '../../../test/support/smtp-sink.ts';
import { startRig } from '../../../test/support/symbiont-rig.ts';
import type { Assignment } from '../../ports/queue-manager.ts';
import { defaultSymbiontSettings } from '../settings.ts';
import { dns, outcomesWith } from './testing/peer-outcomes.ts';

/** Two hosts on one sink: told apart by the session's number. */
const twoHosts = {
  mx: {
    'far.example': [
      { preference: 20, exchange: 'second.far.example' },
      { preference: 10, exchange: 'first.far.example' },
    ],
  },
  addresses: { 'first.far.example': ['127.0.0.1'], 'second.far.example': ['127.0.0.2'] },
};

describe('the hosts of a domain', () => {
  it('are tried by preference until one answers', async () => {
    await using sink = await startSink({ greeting: '220 ok' });
    // Nobody listens on the first address.
    const table = {
      ...twoHosts,
      addresses: { 'first.far.example': ['127.0.0.3'], 'second.far.example': ['127.0.0.1'] },
    };
    await using rig = await startRig({ dns: table, port: sink.port });
    const outcome = await rig.run(rig.assignment(['bob@far.example']));
    expect(outcome.recipients[0]?.outcome).toMatchObject({ kind: 'relayed', host: 'second.far.example' });
    expect(rig.logLines.join('\n')).toContain('first.far.example [127.0.0.3]');
  });

  it('after a lost session only get those who had no answer', async () => {
    await using sink = await startSink({
      reply: (command, session) => (session === 1 && command.includes('bob') ? 'drop' : undefined),
      extensions: [],
    });
    const table = {
      ...twoHosts,
      addresses: { 'first.far.example': ['127.0.0.1'], 'second.far.example': ['127.0.0.1'] },
    };
    await using rig = await startRig({ dns: table, port: sink.port });
    const outcome = await rig.run(rig.assignment(['bob@far.example', 'eve@far.example']));
    expect(outcome.recipients.map((each) => each.outcome.kind)).toEqual(['relayed', 'relayed']);
    expect(sink.messages).toHaveLength(1);
  });

  it('stop at this host: its preference and everything above is dropped', async () => {
    const table = {
      mx: {
        'far.example': [
          { preference: 10, exchange: 'pluto.acme.com' },
          { preference: 10, exchange: 'x.example' },
          { preference: 20, exchange: 'y.example' },
        ],
      },
    };
    const { outcomes } = await outcomesWith({}, ['bob@far.example'], table);
    expect(outcomes[0]).toMatchObject({
      kind: 'returned',
      reply: '554 5.4.6 mail for far.example loops back to this host',
    });
  });

  it.each([
    ['a null MX', { mx: { 'far.example': [{ preference: 0, exchange: '' }] } }, 'returned', '556 5.1.10'],
    ['no such name', {}, 'returned', '550 5.1.2'],
    ['no answer of the DNS', { mx: { 'far.example': 'temporary' } }, 'retry', '451 4.4.3'],
    [
      'an MX without address',
      { mx: { 'far.example': [{ preference: 1, exchange: 'none.example' }] } },
      'returned',
      '550 5.1.2',
    ],
    [
      'an MX whose address is not known now',
      {
        mx: { 'far.example': [{ preference: 1, exchange: 'a.example' }] },
        addresses: { 'a.example': 'temporary' },
      },
      'retry',
      '451 4.4.3',
    ],
  ])('%s', async (_name, table, kind, reply) => {
    const { outcomes } = await outcomesWith({}, ['bob@far.example'], table);
    expect(outcomes[0]).toMatchObject({ kind, reply: expect.stringContaining(reply) });
  });

  it('without MX is the host of that name', async () => {
    const { outcomes } = await outcomesWith({}, ['bob@far.example'], {
      addresses: { 'far.example': ['127.0.0.1'] },
    });
    expect(outcomes[0]).toMatchObject({ kind: 'relayed', host: 'far.example' });
  });

  it('may be written as an address', async () => {
    const { outcomes, commands } = await outcomesWith({}, ['bob@[127.0.0.1]'], {});
    expect(outcomes[0]).toMatchObject({ kind: 'relayed' });
    expect(commands).toContain('RCPT TO:<bob@[127.0.0.1]>');
  });
});

describe('the alternate gateway', () => {
  const settings = { alternateGateway: 'gate.acme.com', zone: 'acme.com' };
  const table = { addresses: { 'gate.acme.com': ['127.0.0.1'], 'in.acme.com': ['127.0.0.1'] } };

  it('takes what lies outside the zone, and nothing inside', async () => {
    await using sink = await startSink();
    await using rig = await startRig({ dns: table, port: sink.port, settings });
    const outcome = await rig.run(rig.assignment(['a@out.example', 'b@in.acme.com']));
    const hosts = outcome.recipients.map((each) =>
      each.outcome.kind === 'relayed' ? each.outcome.host : each.outcome.kind,
    );
    expect(hosts.sort()).toEqual(['gate.acme.com', 'in.acme.com']);
  });

  it('that is not there makes mail wait, or go by MX with MX_IF_NOALTGATE', async () => {
    await using sink = await startSink();
    const direct = { addresses: { 'out.example': ['127.0.0.1'] } };
    await using waiting = await startRig({ dns: direct, port: sink.port, settings });
    expect((await waiting.run(waiting.assignment(['a@out.example']))).recipients[0]?.outcome.kind).toBe(
      'retry',
    );
    await using other = await startRig({
      dns: direct,
      port: sink.port,
      settings: { ...settings, mxIfNoAltgate: true },
    });
    expect((await other.run(other.assignment(['a@out.example']))).recipients[0]?.outcome.kind).toBe(
      'relayed',
    );
  });
});

describe('an address of this machine', () => {
  const own = { isLocalDomain: async (domain: string) => domain === '[127.0.0.1]', remotePort: 25 };
  it('behind a foreign name is a loop', async () => {
    await using rig = await startRig({ dns, dependencies: own });
    const outcome = await rig.run(rig.assignment(['bob@far.example']));
    expect(outcome.recipients[0]?.outcome).toMatchObject({ reply: expect.stringContaining('loops back') });
  });
  it('named as gateway is another mail server', async () => {
    const settings = { alternateGateway: '127.0.0.1' };
    const connect = async () => {
      throw Object.assign(new Error(), { code: 'ECONNREFUSED' });
    };
    await using rig = await startRig({ settings, dependencies: { ...own, connect } });
    const outcome = await rig.run(rig.assignment(['bob@far.example']));
    expect(outcome.recipients[0]?.outcome).toMatchObject({
      kind: 'retry',
      reply: expect.stringContaining('refused'),
    });
  });
});

describe('a destination that is down', () => {
  const startDown = async () => {
    let attempts = 0;
    const rig = await startRig({
      dns,
      settings: { destinationStreams: 1 },
      dependencies: {
        connect: async () => {
          attempts++;
          throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
        },
      },
    });
    const run = async (rest: Partial<Assignment> = {}) =>
      (await rig.run(rig.assignment(['bob@far.example'], undefined, rest))).recipients[0]?.outcome;
    return { rig, run, attempts: () => attempts, [Symbol.asyncDispose]: rig[Symbol.asyncDispose] };
  };

  it('is tried once for all, and by nobody for a while; each says why it waits', async () => {
    await using down = await startDown();
    const { rig } = down;
    rig.process(...Array.from({ length: 20 }, () => rig.assignment(['bob@far.example'])));
    await rig.reported(20);
    const waiting = {
      kind: 'wait',
      at: rig.clock.now() + 60_000,
      reply: '421 4.4.2 mx.far.example [127.0.0.1]: connection refused',
    };
    expect(rig.outcomes.map((each) => each.recipients[0]?.outcome.kind)).toEqual([
      'retry',
      ...Array.from({ length: 19 }, () => 'wait'),
    ]);
    expect(await down.run()).toEqual(waiting);
    expect(down.attempts()).toBe(1);
    rig.clock.advance(60_000);
    expect(await down.run()).toMatchObject({ kind: 'retry' });
    expect(down.attempts()).toBe(2);
  });

  it('is tried for what somebody asked for, and for what is given up otherwise', async () => {
    await using down = await startDown();
    await down.run();
    const recipient = { index: 0, forwardPath: 'bob@far.example', attempts: 1 };
    expect(await down.run({ recipients: [{ ...recipient, isWanted: true }] })).toMatchObject({
      kind: 'retry',
    });
    const { maximumIntervalMs } = defaultSymbiontSettings;
    const submittedAt = down.rig.clock.now() - maximumIntervalMs;
    expect(await down.run({ submittedAt })).toMatchObject({ kind: 'returned' });
    // Nobody waits beyond his time.
    expect(await down.run({ submittedAt: submittedAt + 1_000 })).toMatchObject({
      kind: 'wait',
      at: down.rig.clock.now() + 1_000,
    });
    expect(down.attempts()).toBe(3);
  });
});
