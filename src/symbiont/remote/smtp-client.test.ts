/** The SMTP client against scripted peers over real sockets: what they say, do not say, and when. */
import { describe, expect, it } from 'vitest';
import { type SinkScript, startSink } from '../../../test/support/smtp-sink.ts';
import { startRig } from '../../../test/support/symbiont-rig.ts';
import { dns, outcomesWith } from './testing/peer-outcomes.ts';

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

  it('whose mailbox is full is named once, not in another transaction', async () => {
    const reply = (command: string): string | undefined =>
      command.startsWith('RCPT TO:<full@') ? '452 4.2.2 full' : undefined;
    const { outcomes, commands } = await outcomesWith({ reply }, ['bob@far.example', 'full@far.example']);
    expect(outcomes).toMatchObject([{ kind: 'relayed' }, { kind: 'retry', reply: '452 4.2.2 full' }]);
    expect(commands.filter((each) => each.startsWith('MAIL'))).toHaveLength(1);
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
