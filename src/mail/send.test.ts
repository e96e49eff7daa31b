import { describe, expect, it } from 'vitest';
import { mailServiceForTests } from '../../test/support/mail-service.ts';
import { condition, conditionLines, JBC } from '../condition/index.ts';
import type { MessageText, Spool, SpoolWriter } from '../ports/message-text.ts';
import type { MailService, SendRequest } from './mail-service.ts';
import { twice } from './message-texts.ts';

const local = (userName: string) => ({ kind: 'local', userName }) as const;
const internet = (address: string) => ({ kind: 'internet', address }) as const;
const request = (changes: Partial<SendRequest> = {}): SendRequest => ({
  userName: 'SMITH',
  recipients: [local('JONES')],
  toText: 'JONES',
  ccText: '',
  subject: 'lunch?',
  text: ['12:30?', '', 'Bye'],
  pid: '2020046C',
  ...changes,
});
const textOf = (text: MessageText | undefined): string =>
  text?.kind === 'inline' ? Buffer.from(text.bytes).toString() : '';
const bodyOf = (text: MessageText | undefined): string =>
  textOf(text).split('\r\n\r\n').slice(1).join('\r\n\r\n');

const newest = async (mail: MailService, userName: string) => {
  const file = await mail.openMailFile({ userName, privileges: new Set() });
  const selection = await file.select('NEWMAIL');
  const message = await selection.message(selection.length);
  const lines: string[] = [];
  for await (const line of message.lines()) lines.push(line);
  return { ...message, text: lines };
};

/** Takes whatever is written. */
function spoolForTests() {
  let abandoned = 0;
  const writer: SpoolWriter = {
    write: async () => undefined,
    commit: async () => 'spooled',
    async *read() {},
    abandon: async () => void abandoned++,
  };
  const spool = { create: () => writer, remove: async () => undefined } as Partial<Spool> as Spool;
  return { spool, abandoned: () => abandoned };
}

describe('nothing is sent', () => {
  it('to nobody', async () => {
    const { mail } = await mailServiceForTests();
    await expect(mail.send(request({ recipients: [] }))).rejects.toMatchObject({ ident: 'NOUSERSPEC' });
  });
  it('when the queue manager takes no mail: to nobody, not half', async () => {
    const queueManager = { submit: () => Promise.reject(condition(JBC.JOBQUEDIS)) };
    const { mail } = await mailServiceForTests({ queueManager });
    const report = await mail.send(request({ recipients: [local('JONES'), internet('fred@a.example')] }));
    expect(report.sent).toEqual([]);
    expect(report.failed.flatMap((each) => conditionLines(each.condition))).toEqual([
      '%MAIL-E-SENDERR, error sending to user fred at a.example',
      '-JBC-E-JOBQUEDIS, system job queue manager is not running',
      '%MAIL-E-SENDERR, error sending to user JONES',
      '-MAIL-E-SENDABORT, no message sent',
    ]);
    expect(await mail.newMailCount('JONES')).toBe(0);
  });
  it.each(['text', 'attachments', 'foreign'] as const)(
    'when it is given up while its %s is read',
    async (what) => {
      const { spool, abandoned } = spoolForTests();
      const { mail, submissions, store } = await mailServiceForTests({ spool });
      const stop = new AbortController();
      async function* endless<T>(piece: T): AsyncGenerator<T> {
        for (let count = 0; ; count++) {
          if (count === 1_000) stop.abort();
          yield piece;
        }
      }
      async function* attached() {
        yield { name: 'x', type: 'image/png', bytes: endless(Buffer.alloc(1_000)) };
      }
      const header = { recordFormat: 'VAR', recordAttributes: 'CR', maximumRecord: 0 } as const;
      const changes = {
        text: { text: endless('x'.repeat(500)) },
        attachments: { attachments: attached() },
        foreign: { text: [], foreign: { header, bytes: endless(Buffer.alloc(1_000)) } },
      } satisfies Record<string, Partial<SendRequest>>;
      const recipients = [local('JONES'), ...(what === 'foreign' ? [] : [internet('fred@a.example')])];
      await expect(
        mail.send(request({ ...changes[what], recipients, stop: stop.signal })),
      ).rejects.toMatchObject({
        ident: 'SENDABORT',
      });
      expect(submissions).toEqual([]);
      expect(abandoned()).toBe(what === 'foreign' ? 0 : 1);
      expect(await store.mailFile('JONES', 'MAIL.MAI')).toBeUndefined();
    },
  );
  it('when there is no room for mail to others: the text for users here does not wait for it', async () => {
    const create = () => {
      throw new Error('disk full');
    };
    const { mail } = await mailServiceForTests({ spool: { ...spoolForTests().spool, create } });
    async function* attachments() {
      yield { name: 'x', type: 'image/png', bytes: chunk() };
    }
    async function* chunk() {
      yield Buffer.alloc(3_000_000);
    }
    const recipients = [local('JONES'), internet('fred@a.example')];
    const sending = mail.send(request({ recipients, attachments: attachments() }));
    await expect(sending).rejects.toThrow('disk full');
    expect(await mail.newMailCount('JONES')).toBe(0);
  });
  it('when the text cannot be read', async () => {
    const { mail, submissions } = await mailServiceForTests();
    const broken = async function* () {
      yield 'one';
      throw new Error('disk on fire');
    };
    await expect(
      mail.send(request({ recipients: [local('JONES'), internet('a@b.c')], text: broken() })),
    ).rejects.toThrow('disk on fire');
    expect([submissions.length, await mail.newMailCount('JONES')]).toEqual([0, 0]);
  });
});

describe('mail to users here', () => {
  it('goes straight into their mail files', async () => {
    const { mail, submissions, notices } = await mailServiceForTests();
    await mail.changeProfile('SMITH', { personalName: 'The Celestial Navigator' });
    const report = await mail.send(request({ recipients: [local('JONES'), local('DOE')], self: true }));
    expect(report).toMatchObject({ sent: [local('JONES'), local('DOE'), local('SMITH')], failed: [] });
    for (const userName of ['JONES', 'DOE', 'SMITH']) {
      expect(await newest(mail, userName)).toMatchObject({
        from: 'VAX1::SMITH  "The Celestial Navigator"',
        to: 'JONES',
        subject: 'lunch?',
        records: 3,
        text: ['12:30?', '', 'Bye'],
      });
    }
    expect(submissions).toEqual([]);
    expect(notices[0]).toBe('JONES: New mail on node VAX1 from VAX1::SMITH  "The Celestial Navigator"');
  });
  it('may be empty, or long', async () => {
    const { mail } = await mailServiceForTests();
    await mail.send(request({ text: [], subject: '', personalName: '' }));
    expect(await newest(mail, 'JONES')).toMatchObject({ text: [], sizeBytes: 0, from: 'VAX1::SMITH' });
    await mail.send(request({ text: Array.from({ length: 5_000 }, () => 'x'.repeat(99)) }));
    expect(await newest(mail, 'JONES')).toMatchObject({ sizeBytes: 500_000, records: 5_000 });
  });
});

describe('mail to other hosts', () => {
  it('is RFC 5322 text in the product’s order', async () => {
    const { mail, submissions } = await mailServiceForTests();
    await mail.changeProfile('SMITH', { personalName: 'Steven M. Schweda' });
    await mail.send(
      request({
        recipients: [internet('fred@a.example'), local('JONES')],
        toText: 'SMTP%"fred@a.example",JONES',
        ccText: '@TEAM',
      }),
    );
    expect(submissions[0]).toMatchObject({
      userName: 'SMITH',
      envelope: { reversePath: 'smith@vax1.example', forwardPaths: ['fred@a.example'] },
    });
    const lines = textOf(submissions[0]?.text).split('\r\n');
    expect(lines[0]).toMatch(/^Date: Thu, 8 Oct 2026 06:37:49 [+-]\d{4}/);
    expect(lines.slice(1)).toEqual([
      'Message-Id: <26100806374901_2020046C@vax1.example>',
      'From: "Steven M. Schweda" <smith@vax1.example>',
      'To: fred@a.example,',
      '\tJONES@vax1.example',
      'Cc: "TEAM":;',
      'X-VMS-To: SMTP%"fred@a.example",JONES',
      'X-VMS-Cc: @TEAM',
      'Subject: lunch?',
      '',
      '12:30?',
      '',
      'Bye',
      '',
    ]);
    expect((await newest(mail, 'JONES')).text).toEqual(['12:30?', '', 'Bye']);
  });
  it('never has the same Message-Id twice', async () => {
    const { mail, submissions } = await mailServiceForTests();
    for (let count = 0; count < 3; count++) await mail.send(request({ recipients: [internet('a@b.c')] }));
    const ids = submissions.map((each) => /Message-Id: (.*)/.exec(textOf(each.text))?.[1]);
    expect(new Set(ids).size).toBe(3);
  });
  it('is encoded where it is not plain ASCII', async () => {
    const { mail, submissions } = await mailServiceForTests();
    await mail.send(
      request({
        recipients: [internet('a@b.c')],
        personalName: 'Jürgen',
        subject: 'Grüße\r\nBcc: x@y',
        text: ['Grüße', 'From me = you ', '.', 'x'.repeat(2_000)],
      }),
    );
    const text = textOf(submissions[0]?.text);
    expect(text).toMatch(/^[\x00-\x7f]*$/);
    expect(text.split('\r\n').every((line) => line.length <= 998)).toBe(true);
    expect(text).not.toMatch(/^Bcc:/m);
    expect(text).toContain(
      'Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable',
    );
    expect(bodyOf(submissions[0]?.text)).toMatch(/^Gr=C3=BC=C3=9Fe\r\n=46rom me =3D you=20\r\n=2E\r\n/);
  });
  it('takes a sender from TCPIP$SMTP_FROM', async () => {
    const { mail, submissions } = await mailServiceForTests({ substituteDomain: async () => 'corp.example' });
    await mail.send(request({ recipients: [internet('a@b.c')], outboundAlias: 'info' }));
    await mail.send(request({ recipients: [internet('a@b.c')], outboundAlias: '"x" <y@z>' }));
    expect(submissions.map((each) => each.envelope.reversePath)).toEqual([
      'info@corp.example',
      'smith@corp.example',
    ]);
  });
});

it('reads a source twice at the pace of the slower', async () => {
  const source = async function* () {
    for (let count = 0; count < 3_000; count++) yield count;
  };
  const [one, other] = twice(source());
  const sum = async (each: AsyncIterable<number>): Promise<number> => {
    let total = 0;
    for await (const value of each) total += value;
    return total;
  };
  const first = one[Symbol.asyncIterator]();
  await first.next();
  const sums = await Promise.all([sum({ [Symbol.asyncIterator]: () => first }), sum(other)]);
  expect(sums).toEqual([4_498_500, 4_498_500]);
});
