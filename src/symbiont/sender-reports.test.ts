/** What a sender hears of his message, and when. RFC 3461, RFC 3464, RFC 8689. */
import { describe, expect, it } from 'vitest';
import { type Authority, makeAuthority } from '../../test/support/certificates.ts';
import { type SinkScript, startSink } from '../../test/support/smtp-sink.ts';
import { memorySpool, type RigOptions, startRig } from '../../test/support/symbiont-rig.ts';
import { createClientTls } from '../adapters/node/tls/client-tls.ts';
import { condition, RMS } from '../condition/index.ts';
import type { Notify, RecipientRequests } from '../ports/delivery-requests.ts';
import type { Assignment, EntryOutcome } from '../ports/queue-manager.ts';

const dns = { addresses: { 'far.example': ['127.0.0.1'] } };
const WARNING_MS = 4 * 60 * 60_000;

const asking = (
  forwardPath: string,
  requests?: RecipientRequests,
): Partial<Assignment> & Pick<Assignment, 'recipients'> => ({
  recipients: [{ index: 0, forwardPath, attempts: 0, ...(requests === undefined ? {} : { requests }) }],
});

/** Texts of the reports that go with the outcome. */
const reportsOf = ({ submissions = [] }: EntryOutcome): string[] =>
  submissions.map(({ text }) => (text.kind === 'inline' ? Buffer.from(text.bytes).toString() : ''));

async function reportsOfDelivery(
  rest: Partial<Assignment>,
  options: RigOptions = {},
  script: SinkScript = {},
) {
  await using sink = await startSink(script);
  await using rig = await startRig({ dns, port: sink.port, ...options });
  const outcome = await rig.run(rig.assignment([], undefined, rest));
  return { outcome, reports: reportsOf(outcome), commands: sink.commands };
}

const refusing: SinkScript = {
  reply: (command) => (command.startsWith('RCPT') ? '550 5.1.1 nobody' : undefined),
};

describe('a failure', () => {
  it.each([
    [undefined, 1],
    [['FAILURE'], 1],
    [['FAILURE', 'SUCCESS'], 1],
    [['NEVER'], 0],
    [['SUCCESS', 'DELAY'], 0],
  ] as [readonly Notify[] | undefined, number][])(
    'with NOTIFY=%s is told so many times: %i',
    async (notify, count) => {
      const rest = asking('bob@far.example', notify && { notify });
      const { reports, outcome } = await reportsOfDelivery(rest, {}, refusing);
      expect(outcome.recipients[0]?.outcome.kind).toBe('returned');
      expect(reports).toHaveLength(count);
    },
  );

  it('names what the sender calls the message and the recipient, and brings what RET wants', async () => {
    const rest = {
      ...asking('bob@far.example', {
        notify: ['FAILURE'],
        originalRecipient: 'rfc822;Bob+2Bold@far.example',
      }),
      requests: { returnText: 'HDRS', envelopeId: 'QQ+2B1' },
    } as const;
    const [report = ''] = (await reportsOfDelivery(rest, {}, refusing)).reports;
    expect(report).toContain('\r\nOriginal-Envelope-Id: QQ+1\r\nReporting-MTA: dns; pluto.acme.com\r\n');
    expect(report).toContain(
      [
        'Original-Recipient: rfc822; Bob+old@far.example',
        'Final-Recipient: rfc822; bob@far.example',
        'Action: failed',
        'Status: 5.1.1',
        'Remote-MTA: dns; far.example',
        'Diagnostic-Code: smtp; 550 5.1.1 nobody',
      ].join('\r\n'),
    );
    expect(report).toContain('Content-Type: text/rfc822-headers');
    expect(report).not.toContain('Hello');
  });

  it('of what has no sender is told to nobody', async () => {
    const rest = { ...asking('bob@far.example', { notify: ['FAILURE', 'SUCCESS'] }), reversePath: '' };
    expect((await reportsOfDelivery(rest, {}, refusing)).reports).toEqual([]);
    expect((await reportsOfDelivery(rest)).reports).toEqual([]);
  });

  it('of an address that is not ASCII is told in UTF-8 (RFC 6533)', async () => {
    const rest = { ...asking('jürgen@far.example'), reversePath: 'änn@x.example' };
    const { outcome, reports } = await reportsOfDelivery(rest);
    expect(outcome.submissions?.[0]?.envelope).toMatchObject({
      forwardPaths: ['änn@x.example'],
      smtpUtf8: true,
    });
    expect(reports[0]).toContain('Content-Type: message/global-delivery-status');
    expect(reports[0]).toContain('Final-Recipient: utf-8; jürgen@far.example');
  });

  it.each([
    ['FULL', 'message/global'],
    ['HDRS', 'message/global-headers'],
  ] as const)(
    'of a message of SMTPUTF8 brings it as one, with RET=%s (RFC 6533)',
    async (returnText, type) => {
      const rest = { ...asking('bob@far.example'), smtpUtf8: true, requests: { returnText } };
      const { reports } = await reportsOfDelivery(rest, {}, refusing);
      expect(reports[0]).toContain(`Content-Type: ${type}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n`);
      expect(reports[0]).toContain('Content-Type: message/delivery-status\r\n');
    },
  );
});

describe('a success', () => {
  it('is told when somebody asked for it, and only then', async () => {
    expect((await reportsOfDelivery(asking('jones@pluto.acme.com'))).reports).toEqual([]);
    const { reports } = await reportsOfDelivery(asking('jones@pluto.acme.com', { notify: ['SUCCESS'] }));
    expect(reports).toEqual([expect.stringContaining('\r\nSubject: Delivery report\r\n')]);
    expect(reports[0]).toContain(
      'Final-Recipient: rfc822; jones@pluto.acme.com\r\nAction: delivered\r\nStatus: 2.0.0\r\n',
    );
    expect(reports[0]).toContain('jones@pluto.acme.com (delivered)');
    expect(reports[0]).not.toContain('Hello');
  });

  it('is the next host’s to tell, where that one takes it over (RFC 3461 §5.2.1)', async () => {
    const rest = {
      ...asking('bob@far.example', { notify: ['SUCCESS', 'FAILURE'] }),
      requests: { returnText: 'FULL', envelopeId: 'QQ1' },
    } as const;
    const { reports, commands } = await reportsOfDelivery(rest, {}, { extensions: ['DSN'] });
    expect(reports).toEqual([]);
    expect(commands).toContain('MAIL FROM:<ann@x.example> RET=FULL ENVID=QQ1');
    expect(commands).toContain(
      'RCPT TO:<bob@far.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob@far.example',
    );
  });

  it('is ours to tell, where the next host knows nothing of reports', async () => {
    const rest = asking('bob@far.example', { notify: ['SUCCESS'] });
    const { reports, commands } = await reportsOfDelivery(rest);
    expect(reports[0]).toContain(
      'Action: relayed\r\nStatus: 2.0.0\r\nRemote-MTA: dns; far.example\r\nDiagnostic-Code: smtp; 250 OK queued\r\n',
    );
    expect(commands).toContain('RCPT TO:<bob@far.example>');
  });

  it('of a list is that it was expanded', async () => {
    const options: RigOptions = {
      forwarding: { LIST: 'a@far.example, b@far.example', ONE: 'a@far.example' },
    };
    const several = await reportsOfDelivery(asking('list@pluto.acme.com', { notify: ['SUCCESS'] }), {
      ...options,
      users: ['LIST', 'ONE'],
    });
    expect(several.outcome.recipients[0]?.outcome.kind).toBe('expanded');
    expect(several.reports[0]).toContain('Action: expanded');
    const one = await reportsOfDelivery(asking('one@pluto.acme.com', { notify: ['SUCCESS'] }), {
      ...options,
      users: ['LIST', 'ONE'],
    });
    expect(one.reports).toEqual([]);
  });
});

describe('a delay', () => {
  const busy: SinkScript = {
    reply: (command) => (command.startsWith('RCPT') ? '451 4.2.1 later' : undefined),
  };
  const late = (requests?: RecipientRequests, submittedAt = -WARNING_MS) => ({
    ...asking('bob@far.example', requests),
    submittedAt,
  });
  const outcomeOf = async (rest: (now: number) => Partial<Assignment>, options: RigOptions = {}) => {
    await using sink = await startSink(busy);
    await using rig = await startRig({ dns, port: sink.port, ...options });
    return await rig.run(rig.assignment([], undefined, rest(rig.clock.now())));
  };

  it('is told after Delay-Warning, and noted', async () => {
    const outcome = await outcomeOf((now) => late(undefined, now - WARNING_MS));
    expect(outcome.recipients[0]?.outcome).toMatchObject({ kind: 'retry', isDelayTold: true });
    const [report = ''] = reportsOf(outcome);
    expect(report).toContain('\r\nSubject: Delayed mail, still being tried\r\n');
    expect(report).toContain('\r\n451 4.2.1 later\r\n');
    expect(report).toContain('bob@far.example (not yet delivered)');
    expect(report).toMatch(/\r\nAction: delayed\r\nStatus: 4\.2\.1\r\n/);
    expect(report).toMatch(/\r\nWill-Retry-Until: .*\r\n/);
  });

  it.each([
    ['before that', (now: number) => late(undefined, now - WARNING_MS + 1), {}],
    ['of a recipient it was told of', (now: number) => told(late(undefined, now - WARNING_MS)), {}],
    [
      'of mail that was held till now',
      (now: number) => ({ ...late(undefined, now - WARNING_MS), requests: { notBefore: now } }),
      {},
    ],
    ['where nobody wants it', (now: number) => late({ notify: ['FAILURE'] }, now - WARNING_MS), {}],
    [
      'with Delay-Warning 0',
      (now: number) => late({ notify: ['DELAY'] }, now - WARNING_MS),
      { settings: { delayWarningMs: 0 } },
    ],
  ] as [string, (now: number) => Partial<Assignment>, RigOptions][])(
    'is not told %s',
    async (_name, rest, options) => {
      const outcome = await outcomeOf(rest, options);
      expect(outcome.recipients[0]?.outcome.kind).toBe('retry');
      expect(reportsOf(outcome)).toEqual([]);
    },
  );

  const told = (rest: ReturnType<typeof late>) => ({
    ...rest,
    recipients: rest.recipients.map((each) => ({ ...each, isDelayTold: true as const })),
  });
});

describe('REQUIRETLS', () => {
  const required = { ...asking('bob@far.example'), requests: { requireTls: true } } as const;
  const outcomeWith = async (script: SinkScript, authority?: Authority) => {
    const clientTls = createClientTls({
      authorities: authority === undefined ? [] : [authority.certificate],
    });
    const { outcome, commands, reports } = await reportsOfDelivery(
      required,
      { dependencies: { clientTls } },
      script,
    );
    return {
      outcome: outcome.recipients[0]?.outcome,
      envelope: outcome.submissions?.[0]?.envelope,
      commands,
      reports,
    };
  };

  it('lets mail wait for a host without TLS', async () => {
    expect((await outcomeWith({})).outcome).toMatchObject({
      kind: 'retry',
      reply: expect.stringMatching(/^454 4\.7\.4 /),
    });
  });

  it('goes on only to a host that promises the same; what comes back is protected, too', async () => {
    const authority = makeAuthority();
    const tls = authority.issue(['far.example']);
    const sent = await outcomeWith({ tls, extensions: ['REQUIRETLS'] }, authority);
    expect(sent.outcome).toMatchObject({ kind: 'relayed', tls: 'TLSv1.3' });
    expect(sent.commands).toContain('MAIL FROM:<ann@x.example> REQUIRETLS');
    const refused = await outcomeWith({ tls, extensions: [] }, authority);
    expect(refused.outcome).toMatchObject({
      kind: 'returned',
      reply: '550 5.7.30 Host does not support REQUIRETLS',
    });
    expect(refused.envelope?.requests).toEqual({ requireTls: true });
    expect(refused.reports[0]).toContain('text/rfc822-headers');
  });
});

it('a success is told, also where a failure of the same message cannot be told now', async () => {
  const full = {
    ...memorySpool(),
    create: () => {
      throw condition(RMS.FUL);
    },
  };
  await using rig = await startRig({ dependencies: { spool: full } });
  const requests = { notify: ['SUCCESS', 'FAILURE'] } as const;
  const recipients = ['jones@pluto.acme.com', 'nobody@pluto.acme.com'].map((forwardPath, index) => ({
    index,
    forwardPath,
    attempts: 0,
    requests,
  }));
  const text = `Subject: long\r\n\r\n${'0123456789\r\n'.repeat(5_400)}`;
  const outcome = await rig.run(rig.assignment([], text, { recipients }));
  expect(reportsOf(outcome)).toEqual([expect.stringContaining('Action: delivered')]);
  const ends = new Map(outcome.recipients.map((each) => [each.index, each.outcome.kind]));
  expect([ends.get(0), ends.get(1)]).toEqual(['delivered', 'retry']);
});
