import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { memorySpool } from '../../../test/support/symbiont-rig.ts';
import type { MessageText } from '../../ports/message-text.ts';
import { type DeliveryReport, deliveryReport, RETURN_WHOLE_LIMIT } from './delivery-report.ts';
import { explanationOf, statusOf } from './reply-explanations.ts';

const original = 'Subject: x\r\n\r\nHello\r\n';
const message = (rest: Partial<DeliveryReport> = {}, text?: MessageText): DeliveryReport => ({
  assignment: {
    entry: 828,
    entryId: 'id828',
    queueName: 'TCPIP$SMTP_PLUTO_01',
    jobName: '98110217312242_TCPIP$SMTP',
    userName: 'TCPIP$SMTP',
    reversePath: 'marlow@pluto.acme.com',
    submittedAt: 0,
    text: text ?? { kind: 'inline', bytes: Buffer.from(original) },
    recipients: [],
  },
  kind: 'failed',
  recipients: [
    {
      forwardPath: 'nobody@acme.com',
      action: 'failed',
      reply: '550 <nobody@acme.com> ... Addressee unknown',
      host: 'mx.acme.com',
      hasExpired: false,
    },
  ],
  sent: ['other@acme.com'],
  headerSizeBytes: 12,
  hostName: 'pluto.acme.com',
  postmaster: 'TCPIP$SMTP',
  now: 0,
  uniqueId: 'u1',
  ...rest,
});
async function textOf(text: MessageText, spool: ReturnType<typeof memorySpool>): Promise<string> {
  return text.kind === 'inline'
    ? Buffer.from(text.bytes).toString()
    : (spool.texts.get(text.spoolId)?.toString() ?? '');
}

describe('a returned message', () => {
  it('says what happened in the form of the product', async () => {
    const spool = memorySpool();
    const { envelope, text } = await deliveryReport(message(), spool);
    expect(envelope).toMatchObject({ reversePath: '', forwardPaths: ['marlow@pluto.acme.com'] });
    const whole = await textOf(text, spool);
    expect(whole).toContain(
      [
        '',
        '---- Transcript of session follows ----',
        '',
        '550 <nobody@acme.com> ... Addressee unknown',
        'User unknown',
        '',
        '---- Recipients of this delivery ----',
        '',
        'nobody@acme.com (bounced)',
        'other@acme.com(sent)',
        '',
        '---- Unsent message follows ----',
        '',
      ].join('\r\n'),
    );
    expect(whole.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('is a report for machines too, and brings the original', async () => {
    const { text } = await deliveryReport(message(), memorySpool());
    const raw = await textOf(text, memorySpool());
    const parsed = await PostalMime.parse(raw, { forceRfc822Attachments: true });
    expect(parsed.from?.address).toBe('TCPIP$SMTP@pluto.acme.com');
    expect(parsed.subject).toBe('Returned mail');
    expect(raw).toContain('Content-Type: multipart/report; report-type=delivery-status;');
    expect(raw).toContain(
      'Final-Recipient: rfc822; nobody@acme.com\r\nAction: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mx.acme.com\r\n',
    );
    expect(
      raw.endsWith(
        `Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${original}\r\n--${'----=_u1'}--\r\n`,
      ),
    ).toBe(true);
  });

  it('lets no reply or address write lines of its own', async () => {
    const recipients = [
      { forwardPath: 'a\r\nBcc: b@c', action: 'failed', reply: '550 x\r\n\r\n--y', hasExpired: false },
    ] as const;
    const { text } = await deliveryReport(message({ recipients }), memorySpool());
    const raw = await textOf(text, memorySpool());
    expect(raw).not.toContain('\r\nBcc:');
    expect(raw).not.toContain('\r\n--y');
  });

  it('of a long text is a spool file, of a very long one brings the headers only', async () => {
    const spool = memorySpool();
    const put = async (size: number): Promise<MessageText> => {
      const writer = spool.create();
      await writer.write(Buffer.from(original + 'x'.repeat(size)));
      return { kind: 'file', spoolId: await writer.commit(), sizeBytes: original.length + size };
    };
    const long = await deliveryReport(message({}, await put(100_000)), spool);
    expect(long.text).toMatchObject({ kind: 'file', messageId: expect.stringMatching(/^<.*@.*>$/) });
    expect((await textOf(long.text, spool)).length).toBe(long.text.kind === 'file' ? long.text.sizeBytes : 0);
    const huge = await deliveryReport(message({}, await put(RETURN_WHOLE_LIMIT)), spool);
    expect(huge.text.kind).toBe('inline');
    expect(await textOf(huge.text, spool)).toMatch(
      /text\/rfc822-headers\r\n[^\r]*\r\n\r\nSubject: x\r\n\r\n------=_u1--/,
    );
  });

  it.each([
    ['the text', 1, /rfc822-headers\r\n[^\r]*\r\n\r\nSubject: x\r\n\r\n------=_u1--\r\n$/],
    [
      'all of it',
      0,
      /cannot be read any more[^:]*------=_u1\r\nContent-Type: message\/delivery-status[\s\S]*\r\n\r\n------=_u1--\r\n$/,
    ],
  ])('comes without what cannot be read any more: %s', async (_, chunks, end) => {
    const spool = {
      ...memorySpool(),
      async *read() {
        if (chunks > 0) yield Buffer.from(original);
        throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
      },
    };
    const text: MessageText = { kind: 'file', spoolId: 'x', sizeBytes: 100_000 };
    const report = await deliveryReport(message({}, text), spool);
    expect(await textOf(report.text, spool)).toMatch(end);
  });

  it('waits where the machine is short of something', async () => {
    const spool = {
      ...memorySpool(),
      read: () => {
        throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
      },
    };
    const text: MessageText = { kind: 'file', spoolId: 'x', sizeBytes: 100_000 };
    await expect(deliveryReport(message({}, text), spool)).rejects.toThrow('too many open files');
  });
});

describe('explanations and status codes', () => {
  it.each([
    ['421 busy', 'Deferred: Connection timed out during user operation', '5.0.0'],
    ['550 no', 'User unknown', '5.1.1'],
    ['554 5.7.1 no', 'Unknown error code', '5.7.1'],
    ['%MAIL-E-NOSUCHUSR, no such user X', undefined, '5.1.1'],
    ['%MAIL-E-FORWLOOP, infinite forwarding detected sending to user X', undefined, '5.4.6'],
  ])('%s', (reply, explanation, status) => {
    expect(explanationOf(reply)).toBe(explanation);
    expect(statusOf(reply, false)).toBe(status);
    expect(statusOf(reply, true)).toBe('4.4.7');
  });
});
