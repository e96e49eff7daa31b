import { describe, expect, it } from 'vitest';
import { startSink } from '../../test/support/smtp-sink.ts';
import { memorySpool, startRig } from '../../test/support/symbiont-rig.ts';
import { condition, RMS } from '../condition/index.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';

const sinkDns = {
  mx: { 'far.example': [{ preference: 10, exchange: 'mx.far.example' }] },
  addresses: { 'mx.far.example': ['127.0.0.1'] },
};
const kinds = (outcome: { recipients: readonly { outcome: { kind: string } }[] }): string[] =>
  outcome.recipients.map((each) => each.outcome.kind);

it('says at its start how it is configured, without passwords', async () => {
  await using rig = await startRig({ settings: { hopCountMaximum: 7, altgatePassword: 'Sesame' } });
  expect(rig.logLines[0]).toMatch(/^%{12} {2}.* {2}%{12}$/);
  expect(rig.logLines).toContain('hopCountMaximum : 7');
  expect(rig.logLines.at(-1)).toMatch(/^SMTP symbiont of \S+ starts, log level 5$/);
  expect(rig.logLines.join('\n')).not.toContain('Sesame');
});

describe('a local recipient', () => {
  it('that nobody is returns a bounce', async () => {
    await using rig = await startRig();
    const outcome = await rig.run(rig.assignment(['nobody@pluto.acme.com']));
    expect(kinds(outcome)).toEqual(['returned']);
    expect(outcome.submissions?.[0]?.envelope).toEqual({
      reversePath: '',
      forwardPaths: ['ann@x.example'],
      body: '8BITMIME',
    });
    expect(rig.deliveries).toEqual([]);
  });

  it('gets the message with MAIL headers and Return-Path', async () => {
    await using rig = await startRig();
    const outcome = await rig.run(rig.assignment(['Jones@PLUTO.acme.com']));
    expect(outcome.recipients).toEqual([{ index: 0, outcome: { kind: 'delivered' } }]);
    expect(outcome.submissions).toBeUndefined();
    const [delivery] = rig.deliveries;
    expect(delivery).toMatchObject({
      deliveryKey: 'id1:JONES',
      userName: 'JONES',
      from: 'SMTP%"ann@x.example"  "Ann"',
      to: 'jones@pluto.acme.com',
      cc: '',
      subject: 'Hi',
      format: 'rfc5322',
    });
    const text = delivery?.text.kind === 'inline' ? Buffer.from(delivery.text.bytes).toString() : '';
    expect(text).toMatch(/^Return-Path: <ann@x\.example>\r\nReceived: by x;[\s\S]*\r\n\r\nHello\r\n$/);
    expect(rig.forgotten).toEqual(['id1:JONES']);
  });

  it('is tried again soon while the mail database is busy', async () => {
    await using rig = await startRig({ deliver: () => ({ kind: 'retry', reason: 'database is locked' }) });
    const outcome = await rig.run(rig.assignment(['jones@pluto.acme.com']));
    expect(outcome.recipients[0]?.outcome).toEqual({
      kind: 'retry',
      at: rig.clock.now() + 60_000,
      reply: '451 4.3.0 database is locked',
    });
    expect(rig.forgotten).toEqual([]);
  });

  it('gets one copy under the same key when an entry comes again', async () => {
    await using rig = await startRig({ forgetsKeys: false });
    const once = rig.assignment(['jones@pluto.acme.com', 'JONES@pluto.acme.com']);
    expect(kinds(await rig.run(once))).toEqual(['delivered', 'delivered']);
    rig.process(once);
    await rig.reported(2);
    expect(rig.deliveries.map((each) => each.deliveryKey)).toEqual(['id1:JONES']);
  });

  it('of many messages is one call of MAIL and one report', async () => {
    await using rig = await startRig();
    rig.process(...Array.from({ length: 50 }, () => rig.assignment(['jones@pluto.acme.com'])));
    await rig.reported(50);
    expect(rig.batches.map((each) => each.length)).toEqual([50]);
    expect(rig.reports.map((each) => each.length)).toEqual([50]);
  });

  it('of a long text gets it as it stands in the spool, with a beginning of its own', async () => {
    await using rig = await startRig();
    const writer = rig.spool.create();
    const body = `Subject: long\r\nReturn-Path: <forged@x>\r\n\r\n${'0123456789\r\n'.repeat(20_000)}`;
    await writer.write(Buffer.from(body));
    const spoolId = await writer.commit();
    const text = { kind: 'file', spoolId, sizeBytes: body.length } as const;
    await rig.run(rig.assignment(['jones@pluto.acme.com'], '', { text }));
    const [delivery] = rig.deliveries;
    const expected =
      body.length + 'Return-Path: <ann@x.example>\r\n'.length - 'Return-Path: <forged@x>\r\n'.length;
    expect(delivery?.text).toMatchObject({ kind: 'file', spoolId, sizeBytes: expected });
    expect([...rig.spool.texts.keys()]).toEqual([spoolId]);
  });
});

describe('an entry', () => {
  it('with too many Received: headers is returned', async () => {
    await using rig = await startRig();
    const text = `${'Received: by x; date\r\n'.repeat(17)}Subject: loop\r\n\r\nx\r\n`;
    const outcome = await rig.run(rig.assignment(['jones@pluto.acme.com'], text));
    expect(outcome.recipients[0]?.outcome).toMatchObject({
      kind: 'returned',
      reply: expect.stringContaining('hop count exceeded'),
    });
  });

  it('whose text is gone is retained on error', async () => {
    await using rig = await startRig();
    const text = { kind: 'file', spoolId: 'gone', sizeBytes: 100_000 } as const;
    const outcome = await rig.run(rig.assignment(['jones@pluto.acme.com'], '', { text }));
    expect(outcome).toMatchObject({ recipients: [], retainedOnError: 'its text is gone' });
    expect(rig.operatorMessages[0]).toContain('retained on error');
  });

  it('whose text has been cut short is retained on error, and nobody gets what is left', async () => {
    await using rig = await startRig();
    const writer = rig.spool.create();
    await writer.write(Buffer.from('Subject: long\r\n\r\nonly the beg'));
    const text = { kind: 'file', spoolId: await writer.commit(), sizeBytes: 100_000 } as const;
    const outcome = await rig.run(rig.assignment(['jones@pluto.acme.com', 'a@remote.example'], '', { text }));
    const retainedOnError = 'its text has 29 bytes, not 100000';
    expect(outcome).toMatchObject({ recipients: [], retainedOnError });
    expect(rig.deliveries).toEqual([]);
  });

  it('that holds alarms makes none, whatever becomes of it', async () => {
    const alarms: unknown[] = [];
    const opcom = {
      operatorMessage: (...[, , text, alarm]: Parameters<OperatorCommunication['operatorMessage']>) =>
        alarms.push([text, alarm?.about]),
      broadcast() {},
    };
    await using rig = await startRig({ dependencies: { opcom } });
    const text = { kind: 'file', spoolId: 'gone', sizeBytes: 100_000 } as const;
    for (const userName of ['OPCOM', 'JONES'])
      await rig.run(rig.assignment(['jones@pluto.acme.com'], '', { text, userName }));
    expect(alarms).toEqual([
      [expect.stringContaining('retained on error'), undefined],
      [expect.stringContaining('retained on error'), 'entries retained on error'],
    ]);
  });

  it('whose text cannot be read now waits a minute', async () => {
    const failing = {
      ...memorySpool(),
      sizeBytes: async () => 100_000,
      read: () => {
        throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
      },
    };
    await using rig = await startRig({ dependencies: { spool: failing } });
    const text = { kind: 'file', spoolId: 'x', sizeBytes: 100_000 } as const;
    const outcome = await rig.run(rig.assignment(['jones@pluto.acme.com'], '', { text }));
    const at = rig.clock.now() + 60_000;
    expect(outcome.recipients[0]?.outcome).toEqual({
      kind: 'retry',
      at,
      reply: '451 4.3.0 too many open files',
    });
  });

  it('whose bounce cannot be written now waits a minute, and what was delivered is not tried again', async () => {
    const full = {
      ...memorySpool(),
      create: () => {
        throw condition(RMS.FUL);
      },
    };
    await using rig = await startRig({ dependencies: { spool: full } });
    const text = `Subject: long\r\n\r\n${'0123456789\r\n'.repeat(5_400)}`;
    const outcome = await rig.run(rig.assignment(['jones@pluto.acme.com', 'nobody@pluto.acme.com'], text));
    expect(outcome.submissions).toBeUndefined();
    const retry = {
      kind: 'retry',
      at: rig.clock.now() + 60_000,
      reply: `451 4.3.0 ${condition(RMS.FUL).message}`,
    };
    const ends = new Map(outcome.recipients.map((each) => [each.index, each.outcome]));
    expect([ends.get(0), ends.get(1)]).toEqual([{ kind: 'delivered' }, retry]);
    expect(rig.givenBack).toEqual([]);
  });

  it('from the null reverse-path is never answered', async () => {
    await using rig = await startRig();
    const outcome = await rig.run(rig.assignment(['nobody@pluto.acme.com'], undefined, { reversePath: '' }));
    expect(kinds(outcome)).toEqual(['returned']);
    expect(outcome.submissions).toBeUndefined();
    expect(rig.operatorMessages[0]).toContain('<nobody@pluto.acme.com>');
  });

  it('may succeed, expand, wait and fail recipient by recipient', async () => {
    await using sink = await startSink({
      reply: (command) =>
        command.includes('<full@')
          ? '452 4.2.2 full'
          : command.includes('<gone@')
            ? '550 5.1.1 who?'
            : undefined,
    });
    await using rig = await startRig({
      dns: sinkDns,
      port: sink.port,
      files: { 'TEAM.DIS': ['jones', 'bob@far.example', 'ann@far.example', 'joe@far.example'] },
    });
    const outcome = await rig.run(
      rig.assignment([
        'jones@pluto.acme.com',
        'team@pluto.acme.com',
        'bob@far.example',
        'full@far.example',
        'gone@far.example',
        'x@nowhere.example',
      ]),
    );
    const byIndex = new Map(outcome.recipients.map((each) => [each.index, each.outcome]));
    expect(byIndex.get(0)).toEqual({ kind: 'delivered' });
    expect(byIndex.get(1)).toEqual({
      kind: 'expanded',
      forwardPaths: ['ann@far.example', 'joe@far.example'],
    });
    expect(byIndex.get(2)).toEqual({ kind: 'relayed', host: 'mx.far.example', reply: '250 OK queued' });
    expect(byIndex.get(3)).toEqual({
      kind: 'retry',
      at: rig.clock.now() + 1_800_000,
      reply: '452 4.2.2 full',
    });
    expect(byIndex.get(4)).toEqual({ kind: 'returned', reply: '550 5.1.1 who?' });
    expect(byIndex.get(5)).toEqual({ kind: 'returned', reply: '550 5.1.2 nowhere.example: host unknown' });
    expect(outcome.submissions).toHaveLength(1);
    expect(sink.messages[0]?.forwardPaths).toEqual(['bob@far.example']);
  });
});

describe('a remote recipient', () => {
  it('gets the text byte for byte, dots and line ends mended, without Return-Path', async () => {
    await using sink = await startSink();
    await using rig = await startRig({ dns: sinkDns, port: sink.port });
    const text = 'Return-Path: <forged@x>\r\nSubject: x\r\n\r\n.dot\r\n..\r\nbare\nlf\rcr\r\nend';
    await rig.run(rig.assignment(['bob@far.example'], text));
    expect(sink.messages[0]?.text).toBe('Subject: x\r\n\r\n.dot\r\n..\r\nbare\r\nlf\r\ncr\r\nend\r\n');
  });

  it('is reached over one session for many messages', async () => {
    await using sink = await startSink();
    await using rig = await startRig({
      dns: sinkDns,
      port: sink.port,
      settings: { destinationStreams: 1 },
    });
    rig.process(...Array.from({ length: 10 }, () => rig.assignment(['bob@far.example'])));
    await rig.reported(10);
    expect(sink.sessions).toBe(1);
    expect(sink.messages).toHaveLength(10);
  });

  it('is tried again with INITIAL, then RETRY, and returned after MAXIMUM', async () => {
    await using rig = await startRig({ dns: sinkDns });
    const submittedAt = rig.clock.now();
    const at = async (attempts: number): Promise<unknown> => {
      const recipients = [{ index: 0, forwardPath: 'bob@far.example', attempts }];
      return (await rig.run(rig.assignment([], undefined, { recipients, submittedAt }))).recipients[0]
        ?.outcome;
    };
    expect(await at(0)).toMatchObject({
      kind: 'retry',
      at: submittedAt + 1_800_000,
      reply: expect.stringContaining('connection refused'),
    });
    rig.clock.advance(30 * 60_000);
    expect(await at(1)).toMatchObject({ kind: 'retry', at: 30 * 60_000 + submittedAt + 3_600_000 });
    rig.clock.advance(3 * 86_400_000);
    expect(await at(70)).toMatchObject({ kind: 'returned' });
    const bounce = rig.outcomes.at(-1)?.submissions?.[0]?.text;
    const text = bounce?.kind === 'inline' ? Buffer.from(bounce.bytes).toString() : '';
    expect(text).toContain('Maximum interval exceeded');
    expect(text).toContain('Status: 4.4.7');
  });
});

describe('a host that does not answer', () => {
  it('has no mail waiting whose time is over: all of it comes back with the attempt of one', async () => {
    await using rig = await startRig({ dns: sinkDns });
    const submittedAt = rig.clock.now() - 3 * 86_400_000;
    rig.process(
      ...Array.from({ length: 5 }, () => rig.assignment(['bob@far.example'], undefined, { submittedAt })),
      rig.assignment(['bob@far.example']),
    );
    await rig.reported(6);
    expect(rig.outcomes.map((each) => kinds(each)[0]).sort()).toEqual([...Array(5).fill('returned'), 'wait']);
  });
});
