/** The SMTP client and its routes against scripted peers over real sockets. */
import { describe, expect, it } from 'vitest';
import { type SinkScript, startSink } from '../../../test/support/smtp-sink.ts';
import { startRig } from '../../../test/support/symbiont-rig.ts';
import type { Assignment } from '../../ports/queue-manager.ts';
import { defaultSymbiontSettings } from '../settings.ts';

const dns = {
  mx: { 'far.example': [{ preference: 10, exchange: 'mx.far.example' }] },
  addresses: { 'mx.far.example': ['127.0.0.1'] },
};
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

async function outcomesWith(
  script: SinkScript,
  paths: readonly string[],
  table: object = dns,
  text?: string,
) {
  await using sink = await startSink(script);
  await using rig = await startRig({ dns: table, port: sink.port });
  const outcome = await rig.run(rig.assignment(paths, text));
  return {
    outcomes: outcome.recipients.map((each) => each.outcome),
    commands: sink.commands,
    messages: sink.messages,
  };
}

describe('a peer', () => {
  it.each([
    ['whose greeting is no reply', { greeting: 'HTTP/1.1 400 Bad Request' }, 'retry', 'invalid reply'],
    ['that talks without end', { greeting: 'x'.repeat(10_000) }, 'retry', 'invalid reply'],
    ['that greets with 421', { greeting: '421 busy' }, 'retry', '421 busy'],
    ['that greets with 554', { greeting: '554 go away' }, 'returned', '554 go away'],
    [
      'that drops the connection at MAIL',
      { reply: (c: string) => (c.startsWith('MAIL') ? 'drop' : undefined) },
      'retry',
      'mx.far.example [127.0.0.1]: connection',
    ],
    [
      'that refuses the sender',
      { reply: (c: string) => (c.startsWith('MAIL') ? '550 5.7.1 not you' : undefined) },
      'returned',
      '550 5.7.1 not you',
    ],
    [
      'that cannot take the sender now',
      { reply: (c: string) => (c.startsWith('MAIL') ? '451 later' : undefined) },
      'retry',
      '451 later',
    ],
    [
      'that refuses DATA',
      { reply: (c: string) => (c.startsWith('DATA') ? '554 no' : undefined) },
      'returned',
      '554 no',
    ],
    ['that refuses the text', { afterData: () => '552 too big' }, 'returned', '552 too big'],
    ['that cannot take the text now', { afterData: () => '452 disk full' }, 'retry', '452 disk full'],
    [
      'that answers nonsense to the text',
      { afterData: () => '399 hm' },
      'retry',
      '451 unexpected reply 399 hm',
    ],
    ['that drops after the text', { afterData: () => 'drop' }, 'retry', '421 4.4.2'],
    ['that drops within the text', { dropInDataAfter: 10 }, 'retry', '421 4.4.2'],
    ['that announces a smaller SIZE', { extensions: ['SIZE 10'] }, 'returned', '552 5.3.4'],
    [
      'whose reply would spoil a terminal',
      { afterData: () => '554 \x1b[2Jgone' },
      'returned',
      '554 ?[2Jgone',
    ],
  ] as [string, SinkScript, string, string][])('%s', async (_name, script, kind, reply) => {
    const { outcomes } = await outcomesWith(
      script,
      ['bob@far.example'],
      dns,
      `Subject: x\r\n\r\n${'x'.repeat(5_000)}\r\n`,
    );
    expect(outcomes).toEqual([expect.objectContaining({ kind, reply: expect.stringContaining(reply) })]);
  });

  it('without EHLO is greeted with HELO, and asked one command at a time', async () => {
    const { outcomes, commands } = await outcomesWith({ extensions: undefined }, ['bob@far.example']);
    expect(outcomes[0]).toMatchObject({ kind: 'relayed' });
    expect(commands.slice(0, 3)).toEqual([
      'EHLO pluto.acme.com',
      'HELO pluto.acme.com',
      'MAIL FROM:<ann@x.example>',
    ]);
  });

  it('without PIPELINING gets no DATA when it takes nobody', async () => {
    const { outcomes, commands } = await outcomesWith(
      { extensions: [], reply: (c) => (c.startsWith('RCPT') ? '550 no' : undefined) },
      ['bob@far.example'],
    );
    expect(outcomes[0]).toEqual({ kind: 'returned', reply: '550 no' });
    expect(commands).not.toContain('DATA');
  });

  it('that says 354 although it took nobody gets an empty text and no message', async () => {
    const script = {
      reply: (c: string) => (c.startsWith('RCPT') ? '550 no' : c === 'DATA' ? '354 go' : undefined),
      afterData: () => '554 none',
    };
    const { outcomes, messages } = await outcomesWith(script, ['bob@far.example']);
    expect(outcomes[0]).toEqual({ kind: 'returned', reply: '550 no' });
    expect(messages).toEqual([]);
  });

  it('with too many recipients for one transaction gets the rest in the next', async () => {
    let taken = 0;
    const reply = (command: string): string | undefined => {
      if (command.startsWith('MAIL')) taken = 0;
      return command.startsWith('RCPT') && ++taken > 2 ? '452 4.5.3 too many' : undefined;
    };
    const paths = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@far.example`);
    const { outcomes, messages } = await outcomesWith({ reply }, paths);
    expect(outcomes.map((each) => each.kind)).toEqual(Array(5).fill('relayed'));
    expect(messages.map((each) => each.forwardPaths.length)).toEqual([2, 2, 1]);
  });

  it('that never answers is left after the time of the phase', async () => {
    await using sink = await startSink({
      extensions: [],
      reply: (command) => (command.startsWith('RCPT') ? 'silent' : undefined),
    });
    await using rig = await startRig({ dns, port: sink.port });
    rig.process(rig.assignment(['bob@far.example']));
    await sink.seen(/^RCPT/);
    while (rig.outcomes.length === 0) {
      rig.clock.advance(60_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(rig.outcomes[0]?.recipients[0]?.outcome).toMatchObject({
      kind: 'retry',
      reply: expect.stringContaining('timed out'),
    });
  });

  const stages = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'text'] as const;
  const answering = (stage: (typeof stages)[number], what: string): SinkScript => ({
    // One command at a time.
    extensions: [],
    ...(stage === 'greeting' ? { greeting: what } : {}),
    reply: (command) => (command.startsWith(stage) ? what : undefined),
    ...(stage === 'text' ? { afterData: () => what } : {}),
  });

  it.each(stages)(
    'that says nothing at %s is left after the time of the phase, and tried again',
    async (stage) => {
      await using sink = await startSink(answering(stage, 'silent'));
      await using rig = await startRig({ dns, port: sink.port });
      rig.process(rig.assignment(['bob@far.example']));
      while (rig.outcomes.length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        rig.clock.advance(60_000);
      }
      expect(rig.outcomes[0]?.recipients[0]?.outcome).toMatchObject({
        kind: 'retry',
        reply: expect.stringContaining('timed out'),
      });
    },
  );

  it.each(
    stages.flatMap((stage) =>
      [
        '\xff\x00\x80 nothing at all',
        '25',
        '250',
        '999 what',
        '2147483648 x',
        '250 yes\r\n250 yes\r\n250-',
      ].map((what) => [stage, what] as const),
    ),
  )('that says nonsense at %s is tried again, unless it is a reply: %j', async (stage, what) => {
    const { outcomes, messages } = await outcomesWith(answering(stage, what), ['bob@far.example']);
    // 250 alone is a reply, where 250 is due; and what comes behind the last one is nobody's.
    const isReply =
      (what === '250' && stage !== 'greeting' && stage !== 'DATA') ||
      (what.startsWith('250 ') && stage === 'text');
    expect(outcomes[0]).toMatchObject({ kind: isReply ? 'relayed' : 'retry' });
    expect(messages).toHaveLength(isReply ? 1 : 0);
  });

  it('that says nonsense when it is left has the message', async () => {
    const { outcomes } = await outcomesWith(
      { reply: (command) => (command === 'QUIT' ? '\xff\x00' : undefined) },
      ['bob@far.example'],
    );
    expect(outcomes[0]).toMatchObject({ kind: 'relayed' });
  });

  const longText = async (rig: Awaited<ReturnType<typeof startRig>>, sizeBytes: number) => {
    const writer = rig.spool.create();
    await writer.write(Buffer.from(`Subject: long\r\n\r\n${'.2345678abcdef\r\n'.repeat(sizeBytes / 16)}`));
    return { kind: 'file', spoolId: await writer.commit(), sizeBytes: sizeBytes + 17 } as const;
  };

  it('gets a long text streamed', async () => {
    await using sink = await startSink();
    await using rig = await startRig({ dns, port: sink.port });
    const text = await longText(rig, 1_600_000);
    const outcome = await rig.run(rig.assignment(['bob@far.example'], '', { text }));
    expect(outcome.recipients[0]?.outcome.kind).toBe('relayed');
    expect(sink.messages[0]?.text.length).toBe(text.sizeBytes);
  });

  it('that stops reading is left after the time of the phase', async () => {
    await using sink = await startSink({ pauseInData: true });
    await using rig = await startRig({ dns, port: sink.port });
    const text = await longText(rig, 16_000_000);
    rig.process(rig.assignment(['bob@far.example'], '', { text }));
    await sink.seen(/^DATA/);
    while (rig.outcomes.length === 0) {
      rig.clock.advance(60_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const reply = expect.stringContaining('timed out');
    expect(rig.outcomes[0]?.recipients[0]?.outcome).toMatchObject({ kind: 'retry', reply });
  });

  it('that closed a kept session is asked anew, at once', async () => {
    const script = {
      reply: (c: string, session: number) => (session === 1 && /^MAIL.*b@/.test(c) ? 'drop' : undefined),
    };
    await using sink = await startSink(script);
    await using rig = await startRig({ dns, port: sink.port });
    await rig.run(rig.assignment(['bob@far.example'], undefined, { reversePath: 'a@x.example' }));
    const outcome = await rig.run(
      rig.assignment(['bob@far.example'], undefined, { reversePath: 'b@x.example' }),
    );
    expect(outcome.recipients[0]?.outcome).toMatchObject({ kind: 'relayed' });
    expect(sink.sessions).toBe(2);
  });

  it('never gets a command hidden in an address', async () => {
    await using sink = await startSink();
    await using rig = await startRig({ dns, port: sink.port });
    const reversePath = 'a@x.example>\r\nRSET\r\nMAIL FROM:<b@x.example';
    const hidden = await rig.run(rig.assignment(['bob@far.example'], undefined, { reversePath }));
    expect(hidden.recipients[0]?.outcome).toMatchObject({
      reply: '553 5.1.3 Address with control characters',
    });
    expect(sink.commands).toEqual(['EHLO pluto.acme.com']);
    const other = await rig.run(rig.assignment(['"a\r\nRSET"@far.example']));
    expect(other.recipients[0]?.outcome).toMatchObject({ kind: 'returned' });
    expect(sink.commands).toEqual(['EHLO pluto.acme.com']);
  });

  it('gets BODY=8BITMIME and SIZE where it knows them', async () => {
    await using sink = await startSink();
    await using rig = await startRig({ dns, port: sink.port });
    await rig.run(rig.assignment(['bob@far.example'], 'Subject: x\r\n\r\n\xe9\r\n', { body: '8BITMIME' }));
    expect(sink.commands).toContain('MAIL FROM:<ann@x.example> SIZE=18 BODY=8BITMIME');
  });
});

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
