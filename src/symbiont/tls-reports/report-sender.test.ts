/** Reports to other domains of TLS with their hosts: when, where to, once. With servers and handshakes of our own. RFC 8460 §3, §5. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { condition, JBC } from '../../condition/index.ts';
import {
  DAY_MS,
  type Domain,
  host,
  MINUTE_MS,
  none,
  otherName,
  readReport,
  startDomain,
  summary,
} from './testing/reported-domain.ts';

describe('a report', () => {
  it('tells of sessions, not of messages, as RFC 8460 §5.3 has it', async () => {
    await using domain = await startDomain({ tls: host });
    await domain.mail(undefined, undefined, 3);
    await domain.nextDay();
    const { message, attachment, source, envelope, json } = await domain.report();
    expect(json).toEqual({
      'organization-name': 'pluto.acme.com',
      'date-range': { 'start-datetime': '2026-10-07T00:00:00Z', 'end-datetime': '2026-10-07T23:59:59Z' },
      'contact-info': 'postmaster@pluto.acme.com',
      'report-id': expect.stringMatching(/^20261007\.[0-9a-f]{16}@pluto\.acme\.com$/),
      policies: [{ policy: none, summary: summary(3, 0) }],
    });
    expect(envelope).toMatchObject({
      reversePath: 'postmaster@pluto.acme.com',
      forwardPaths: ['tls@far.example'],
      requests: { recipients: { 0: { notify: ['NEVER'] } } },
    });
    expect(message.from?.address).toBe('postmaster@pluto.acme.com');
    expect(message.to?.[0]?.address).toBe('tls@far.example');
    expect(message.subject).toBe(
      `Report Domain: far.example Submitter: pluto.acme.com Report-ID: <${json['report-id']}>`,
    );
    const header = (name: string) => message.headers.find(({ key }) => key === name)?.value;
    expect(header('tls-report-domain')).toBe('far.example');
    expect(header('tls-report-submitter')).toBe('pluto.acme.com');
    expect(header('tls-required')).toBe('No');
    expect(header('content-type')).toMatch(/^multipart\/report; report-type="tlsrpt"/);
    expect(attachment).toMatchObject({
      mimeType: 'application/tlsrpt+gzip',
      filename: expect.stringMatching(
        /^pluto\.acme\.com!far\.example!1791331200!1791417599!20261007[0-9a-f]{16}\.json\.gz$/,
      ),
    });
    expect(source.split('\r\n').every((line) => !line.includes('\n') && line.length < 200)).toBe(true);
  });

  it('goes by HTTPS where that is wanted', async () => {
    await using domain = await startDomain({ tls: host });
    domain.dns['_smtp._tls.far.example'] = { TXT: [`v=TLSRPTv1; rua=${domain.webPlace}`] };
    await domain.mail();
    await domain.nextDay();
    expect(domain.submissions()).toEqual([]);
    const [posted, ...more] = domain.server.posted;
    expect(more).toEqual([]);
    expect(posted).toMatchObject({ path: '/v1?x=1', type: 'application/tlsrpt+gzip' });
    expect(JSON.parse(gunzipSync(posted!.body).toString())).toMatchObject({
      policies: [{ policy: none, summary: summary(1, 0) }],
    });
  });

  it('goes to all its places, and again only to those that did not take it, for a day', async () => {
    await using domain = await startDomain({ tls: host });
    domain.dns['_smtp._tls.far.example'] = {
      TXT: [`v=TLSRPTv1; rua=mailto:tls@far.example,${domain.webPlace}`],
    };
    domain.server.status = 503;
    await domain.mail();
    await domain.nextDay();
    expect([domain.submissions().length, domain.server.posted.length]).toEqual([1, 1]);
    expect(domain.log()).toContain('HTTP status 503');
    await domain.look(14 * MINUTE_MS);
    expect(domain.server.posted).toHaveLength(1);
    await domain.look(2 * MINUTE_MS);
    expect(domain.server.posted).toHaveLength(2);
    // Somebody else than before, after a restart.
    await domain.restart();
    domain.server.status = 201;
    await domain.look(31 * MINUTE_MS);
    expect(domain.server.posted).toHaveLength(3);
    await domain.look(DAY_MS);
    expect([domain.submissions().length, domain.server.posted.length]).toEqual([1, 3]);
    const ids = domain.server.posted.map(({ body }) => JSON.parse(gunzipSync(body).toString())['report-id']);
    expect(new Set(ids).size).toBe(1);
  });

  it('that nobody takes is given up after a day', async () => {
    await using domain = await startDomain({ tls: host });
    domain.dns['_smtp._tls.far.example'] = { TXT: [`v=TLSRPTv1; rua=${domain.webPlace}`] };
    domain.server.status = 500;
    await domain.mail();
    await domain.nextDay();
    for (let hour = 0; hour < 72; hour++) await domain.look(60 * MINUTE_MS);
    // After 0, 15, 45 minutes; 1:45, 3:45, 7:45, 15:45 hours.
    expect(domain.server.posted).toHaveLength(7);
  });

  it('waits for a name server that does not answer', async () => {
    await using domain = await startDomain({ tls: host });
    const record = domain.dns['_smtp._tls.far.example']!;
    domain.dns['_smtp._tls.far.example'] = { fails: 'SERVFAIL' };
    await domain.mail();
    await domain.nextDay();
    expect(domain.submissions()).toEqual([]);
    domain.dns['_smtp._tls.far.example'] = record;
    await domain.look(16 * MINUTE_MS);
    expect((await domain.report()).json.policies).toHaveLength(1);
  });

  it('is for a day, and a domain that wants it', async () => {
    await using domain = await startDomain({ tls: host });
    domain.dns['near.example'] = { MX: [[10, 'mx.far.example']] };
    await domain.mail();
    await domain.mail(undefined, 'bob@near.example');
    await domain.nextDay();
    await domain.look(DAY_MS);
    await domain.look();
    expect(domain.submissions()).toHaveLength(1);
    expect(domain.questions.filter((each) => each.includes('_smtp._tls'))).toEqual([
      'UDP TXT _smtp._tls.far.example',
      'UDP TXT _smtp._tls.near.example',
    ]);
    await domain.mail();
    await domain.nextDay();
    const [, second] = domain.submissions();
    expect((await readReport(second!)).json['date-range']['start-datetime']).toBe('2026-10-09T00:00:00Z');
  });

  it('is made without the setting of nobody', async () => {
    await using domain = await startDomain({ tls: host }, { settings: { tlsReports: false } });
    await domain.mail();
    await domain.nextDay();
    expect(domain.submissions()).toEqual([]);
    expect(domain.questions.some((each) => each.includes('_smtp._tls'))).toBe(false);
  });

  it('goes not as mail without a signature: nobody would believe it', async () => {
    await using domain = await startDomain({ tls: host }, { signs: false });
    domain.dns['_smtp._tls.far.example'] = {
      TXT: [`v=TLSRPTv1; rua=mailto:tls@far.example,${domain.webPlace}`],
    };
    await domain.mail();
    await domain.nextDay();
    expect([domain.submissions().length, domain.server.posted.length]).toEqual([0, 1]);
    expect(domain.log()).toContain('pluto.acme.com has no DKIM key');
    // The operator hears of it once a day, not with each domain.
    domain.dns['near.example'] = { MX: [[10, 'mx.far.example']] };
    domain.dns['_smtp._tls.near.example'] = { TXT: ['v=TLSRPTv1; rua=mailto:tls@near.example'] };
    await domain.mail();
    await domain.mail(undefined, 'bob@near.example');
    await domain.nextDay();
    expect(domain.operatorMessages().filter((each) => each.includes('no DKIM key'))).toHaveLength(2);
  });

  it('tells nothing of sessions that carry reports, of mail without enforced TLS, and of gateways', async () => {
    await using domain = await startDomain({});
    await domain.mail('TLS-Report-Domain: x.example\r\nSubject: Report\r\n\r\nx\r\n');
    await domain.mail('TLS-Required: No\r\nSubject: x\r\n\r\nx\r\n');
    await domain.mail(undefined, 'bob@[127.0.0.1]');
    await using gateway = await startDomain({}, { settings: { alternateGateway: 'mx.far.example' } });
    await gateway.mail();
    for (const each of [domain, gateway]) {
      await each.nextDay();
      expect(each.submissions()).toEqual([]);
      expect(each.questions.some((question) => question.includes('_smtp._tls'))).toBe(false);
    }
  });

  it('has the domain that mail of this node comes from', async () => {
    await using domain = await startDomain({ tls: host }, { settings: { substituteDomain: 'ACME.com' } });
    domain.dns['_smtp._tls.far.example'] = { TXT: [`v=TLSRPTv1; rua=${domain.webPlace}`] };
    await domain.mail();
    await domain.nextDay();
    expect(JSON.parse(gunzipSync(domain.server.posted[0]!.body).toString())).toMatchObject({
      'organization-name': 'acme.com',
      'contact-info': 'postmaster@acme.com',
    });
  });
});

describe('a crash', () => {
  it('of the time between a step and the next makes no report twice', async () => {
    await using domain = await startDomain({ tls: host });
    await domain.mail();
    let submitted = 0;
    // The queue has it, and the answer comes to nobody.
    domain.submit.now = async () => {
      submitted += 1;
      await domain.crash();
      return new Promise(() => {});
    };
    await domain.nextDay();
    expect(submitted).toBe(1);
    domain.submit.now = async () => void submitted++;
    for (let hour = 0; hour < 48; hour++) await domain.look(60 * MINUTE_MS);
    expect(submitted).toBe(1);
  });

  it('leaves what was counted before', async () => {
    await using domain = await startDomain({ tls: host });
    await domain.mail(undefined, undefined, 2);
    await domain.crash();
    await domain.mail();
    await domain.nextDay();
    expect((await domain.report()).json.policies[0].summary).toEqual(summary(3, 0));
  });

  it('of the queue manager makes no report twice; a refusal is another matter', async () => {
    await using domain = await startDomain({ tls: host });
    let submitted = 0;
    domain.submit.now = async () => {
      submitted += 1;
      throw submitted === 1 ? condition(JBC.QUE_CLOSED, 'X') : condition(JBC.JOBQUEDIS);
    };
    await domain.mail();
    await domain.nextDay();
    expect(submitted).toBe(1);
    await domain.look(16 * MINUTE_MS);
    expect(submitted).toBe(2);
    for (let hour = 0; hour < 30; hour++) await domain.look(60 * MINUTE_MS);
    expect(submitted).toBe(2);
  });
});

describe('a place for reports', () => {
  it.each([
    ['by a name', (domain: Domain) => domain.webPlace, 'its host has no public address'],
    [
      'by a number',
      (domain: Domain) => domain.webPlace.replace('reports.far.example', '127.0.0.1'),
      undefined,
    ],
  ] as const)('in our own network is gone to by nobody: %s', async (_name, place, reason) => {
    await using domain = await startDomain({ tls: host }, { isAllowed: 'public' });
    domain.dns['_smtp._tls.far.example'] = { TXT: [`v=TLSRPTv1; rua=${place(domain)}`] };
    await domain.mail();
    await domain.nextDay();
    expect(domain.server.posted).toEqual([]);
    if (reason !== undefined) expect(domain.log()).toContain(reason);
  });

  it('gets no report that its certificate is not for, and leads nowhere else', async () => {
    await using domain = await startDomain({ tls: host }, { web: otherName });
    domain.dns['_smtp._tls.far.example'] = { TXT: [`v=TLSRPTv1; rua=${domain.webPlace}`] };
    await domain.mail();
    await domain.nextDay();
    expect(domain.server.posted).toEqual([]);
    await using moved = await startDomain({ tls: host });
    moved.dns['_smtp._tls.far.example'] = { TXT: [`v=TLSRPTv1; rua=${moved.webPlace}`] };
    moved.server.status = 307;
    await moved.mail();
    await moved.nextDay();
    expect(moved.log()).toContain('HTTP status 307');
    expect(moved.server.posted).toHaveLength(1);
  });
});
