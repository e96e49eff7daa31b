/** What other domains hear of TLS with their hosts, with name server, policy server, mail hosts and handshakes of our own. RFC 8460. */
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import PostalMime from 'postal-mime';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Authority, type IssuedCertificate, makeAuthority } from '../../../test/support/certificates.ts';
import { type DnsScript, startDnsServer } from '../../../test/support/dns-server.ts';
import { type SinkScript, startSink } from '../../../test/support/smtp-sink.ts';
import { type RigOptions, startRig } from '../../../test/support/symbiont-rig.ts';
import { createDnsResolver } from '../../adapters/node/dns-resolver.ts';
import { createStsPolicyFetch } from '../../adapters/node/fetch-sts-policy.ts';
import { createTlsReportPost } from '../../adapters/node/post-tls-report.ts';
import { createClientTls } from '../../adapters/node/tls/client-tls.ts';
import { openStsPolicies } from '../../adapters/sqlite/sts-policies/index.ts';
import { openTlsReports } from '../../adapters/sqlite/tls-reports/index.ts';
import { condition, JBC } from '../../condition/index.ts';
import type { Submission } from '../../ports/queue-manager.ts';
import type { TlsaRecord } from '../../ports/resolver.ts';
import type { SymbiontSettings } from '../settings.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DOMAIN = 'far.example';
const policy = (mode: string, mx = '*.far.example'): string =>
  `version: STSv1\r\nmode: ${mode}\r\nmx: ${mx}\r\nmax_age: 604800\r\n`;

let authority: Authority;
let host: IssuedCertificate;
let web: IssuedCertificate;
let otherName: IssuedCertificate;
beforeAll(() => {
  authority = makeAuthority();
  host = authority.issue(['mx.far.example']);
  web = authority.issue(['mta-sts.far.example', 'reports.far.example']);
  otherName = authority.issue(['other.example']);
});

interface WebRequest {
  readonly path: string;
  readonly type: string | undefined;
  readonly body: Buffer;
}

async function startDomain(
  sinkScript: SinkScript,
  options: {
    readonly web?: IssuedCertificate;
    readonly settings?: Partial<SymbiontSettings>;
    readonly submit?: RigOptions['submit'];
    readonly signs?: boolean;
    /** Default any: the hosts of the tests are on loopback. */
    readonly isAllowed?: ((address: string) => boolean) | 'public';
  } = {},
) {
  const directory = mkdtempSync(join(tmpdir(), 'tls-reports-'));
  const server = { policy: '', status: 200, posted: [] as WebRequest[] };
  const https = createServer({ ...(options.web ?? web) }, async (request, response) => {
    const isPolicy = request.url === '/.well-known/mta-sts.txt';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (!isPolicy)
      server.posted.push({
        path: request.url ?? '',
        type: request.headers['content-type'],
        body: Buffer.concat(chunks),
      });
    response.writeHead(server.status, { 'content-type': 'text/plain' }).end(isPolicy ? server.policy : 'ok');
  });
  https.listen(0, '127.0.0.1');
  await once(https, 'listening');
  const port = (https.address() as AddressInfo).port;
  const sink = await startSink(sinkScript);
  const script: DnsScript = {
    [DOMAIN]: { MX: [[10, 'mx.far.example']], isValidated: true },
    'mx.far.example': { A: ['127.0.0.1'], isValidated: true },
    'mta-sts.far.example': { A: ['127.0.0.1'] },
    'reports.far.example': { A: ['127.0.0.1'] },
    '_smtp._tls.far.example': { TXT: ['v=TLSRPTv1; rua=mailto:tls@far.example'] },
  };
  const dns = await startDnsServer(script);
  const resolver = createDnsResolver({ servers: [dns.address], tries: 1, useHosts: false });
  const authorities = [authority.certificate];
  const submit: { now: RigOptions['submit'] } = { now: options.submit };
  /** Whatever a report waits for. */
  let underWay = 0;
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    underWay += 1;
    try {
      return await work;
    } finally {
      underWay -= 1;
    }
  };
  const idle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 3; quiet = underWay === 0 ? quiet + 1 : 0)
      await new Promise((resolve) => setImmediate(resolve));
  };
  const start = async (startedAt?: number) => {
    const stores = [
      openStsPolicies(join(directory, 'TCPIP$MTA_STS.DAT')),
      openTlsReports(join(directory, 'TCPIP$TLS_REPORTS.DAT')),
    ] as const;
    const { isAllowed = () => true } = options;
    const post = createTlsReportPost(resolver, {
      authorities,
      ...(isAllowed === 'public' ? {} : { isAllowed }),
    });
    const rig = await startRig({
      port: sink.port,
      settings: { tlsReports: true, ...options.settings },
      submit: (submission) => counted(submit.now?.(submission) ?? Promise.resolve()),
      ...(startedAt === undefined ? {} : { startedAt }),
      dependencies: {
        resolver: { ...resolver, txt: (name) => counted(resolver.txt(name)) },
        clientTls: createClientTls({ authorities }),
        stsPolicies: { store: stores[0], fetch: createStsPolicyFetch(resolver, { port, authorities }) },
        tlsReports: {
          store: stores[1],
          post: (...report) => counted(post(...report)),
        },
        outgoing: {
          isNeeded: () => false,
          signs: (domain) => options.signs !== false && domain === 'pluto.acme.com',
          fields: async () => '',
        },
      },
    });
    return { rig, stores };
  };
  let running = await start();
  const all: Submission[] = [];
  const dead: { close(): void }[] = [];
  const stop = async (): Promise<void> => {
    all.push(...running.rig.submissions);
    await running.rig[Symbol.asyncDispose]();
    for (const store of running.stores) store.close();
  };
  return {
    server,
    dns: script,
    questions: dns.questions,
    sink,
    submit,
    webPlace: `https://reports.far.example:${port}/v1?x=1`,
    operatorMessages: () => running.rig.operatorMessages,
    log: () => running.rig.logLines.join('\n'),
    later: (ms: number) => running.rig.clock.advance(ms),
    /** Mail for the domain, over a session of its own. */
    async mail(text?: string, to = `bob@${DOMAIN}`, count = 1) {
      let outcome: unknown;
      for (let index = 0; index < count; index++) {
        const { rig } = running;
        outcome = (await rig.run(rig.assignment([to], text))).recipients[0]?.outcome;
        // Sessions are kept open for seconds.
        rig.clock.advance(MINUTE_MS);
      }
      return outcome;
    },
    /** Time passes, and what is due then has been done. */
    async look(ms = MINUTE_MS) {
      await idle();
      running.rig.clock.advance(ms - MINUTE_MS);
      await idle();
      running.rig.clock.advance(MINUTE_MS);
      await idle();
    },
    async nextDay() {
      await this.look(DAY_MS);
    },
    async restart() {
      const at = running.rig.clock.now();
      await stop();
      running = await start(at);
    },
    /** As kill -9 leaves it: nothing is said to anybody, and what was in memory is gone. */
    async crash() {
      const at = running.rig.clock.now();
      all.push(...running.rig.submissions);
      dead.push(...running.stores);
      running = await start(at);
      underWay = 0;
    },
    submissions: () => [...all, ...running.rig.submissions],
    /** The one that was sent as mail, read by somebody else's code. */
    async report() {
      const [submission, ...more] = this.submissions();
      if (submission === undefined || more.length > 0)
        throw new Error(`${more.length + 1} or no report: ${this.log()}`);
      return readReport(submission);
    },
    async [Symbol.asyncDispose]() {
      await stop();
      for (const store of dead) store.close();
      await sink[Symbol.asyncDispose]();
      await dns[Symbol.asyncDispose]();
      https.close();
      rmSync(directory, { recursive: true });
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: what a report says is what the test is about
type Json = any;

async function readReport(submission: Submission) {
  const { text } = submission;
  if (text.kind !== 'inline') throw new Error('a report of one domain is short');
  const message = await PostalMime.parse(text.bytes);
  const [attachment] = message.attachments;
  const content = Buffer.from(attachment?.content as ArrayBuffer);
  const source = Buffer.from(text.bytes).toString('latin1');
  return {
    message,
    attachment,
    source,
    envelope: submission.envelope,
    json: JSON.parse(gunzipSync(content).toString()) as Json,
  };
}

const tlsa = (pem: string): TlsaRecord => ({
  usage: 3,
  selector: 1,
  matchingType: 1,
  data: createHash('sha256')
    .update(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }))
    .digest(),
});

type Domain = Awaited<ReturnType<typeof startDomain>>;
const sts = (domain: Domain, text: string): void => {
  domain.server.policy = text;
  domain.dns['_mta-sts.far.example'] = { TXT: ['v=STSv1; id=1;'] };
};
const dane = (domain: Domain, records: readonly TlsaRecord[] | 'SERVFAIL'): void => {
  domain.dns[`_${domain.sink.port}._tcp.mx.far.example`] =
    records === 'SERVFAIL' ? { fails: 'SERVFAIL' } : { TLSA: records, isValidated: true };
};

const summary = (successes: number, failures: number) => ({
  'total-successful-session-count': successes,
  'total-failure-session-count': failures,
});
const none = { 'policy-type': 'no-policy-found', 'policy-domain': DOMAIN };
const failed = (result: string, rest: object = {}) => ({
  'result-type': result,
  'receiving-mx-hostname': 'mx.far.example',
  'receiving-ip': '127.0.0.1',
  'failed-session-count': 1,
  ...rest,
});
const stsOf = (mode: string, mx = '*.far.example') => ({
  'policy-type': 'sts',
  'policy-string': ['version: STSv1', `mode: ${mode}`, `mx: ${mx}`, 'max_age: 604800'],
  'policy-domain': DOMAIN,
  'mx-host': [mx],
});

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

describe('a session', () => {
  it.each([
    ['without TLS', () => ({}), none, failed('starttls-not-supported')],
    [
      'whose handshake fails',
      () => ({ tls: 'broken' as const }),
      none,
      failed('validation-failure', { 'failure-reason-code': expect.any(String) }),
    ],
    ['with any certificate', () => ({ tls: otherName }), none, undefined],
  ] as [string, () => SinkScript, object, object | undefined][])(
    '%s is told of a domain without policy',
    async (_name, script, told, failure) => {
      await using domain = await startDomain(script());
      expect(await domain.mail()).toMatchObject({ kind: 'relayed' });
      await domain.nextDay();
      expect((await domain.report()).json.policies).toEqual([
        failure === undefined
          ? { policy: told, summary: summary(1, 0) }
          : { policy: told, summary: summary(0, 1), 'failure-details': [failure] },
      ]);
    },
  );

  it('in clear because TLS failed lately is told as the one before', async () => {
    await using domain = await startDomain({ tls: 'broken' });
    await domain.mail(undefined, undefined, 3);
    await domain.nextDay();
    expect((await domain.report()).json.policies).toEqual([
      {
        policy: none,
        summary: summary(0, 3),
        'failure-details': [
          failed('validation-failure', {
            'failed-session-count': 3,
            'failure-reason-code': expect.any(String),
          }),
        ],
      },
    ]);
  });

  const certificates: [string, () => SinkScript, string | undefined][] = [
    ['the right certificate', () => ({ tls: host }), undefined],
    ['another name', () => ({ tls: otherName }), 'certificate-host-mismatch'],
    [
      'an old one',
      () => ({ tls: authority.issue(['mx.far.example'], { hasExpired: true }) }),
      'certificate-expired',
    ],
    ['one of nobody', () => ({ tls: makeAuthority().issue(['mx.far.example']) }), 'certificate-not-trusted'],
    ['no TLS', () => ({}), 'starttls-not-supported'],
    ['a handshake that fails', () => ({ tls: 'broken' }), 'validation-failure'],
  ];
  it.each(
    (['enforce', 'testing'] as const).flatMap((mode) => certificates.map((each) => [mode, ...each] as const)),
  )('under an MTA-STS policy of mode %s: %s', async (mode, _name, script, result) => {
    await using domain = await startDomain(script());
    sts(domain, policy(mode));
    // What is only tried out keeps nothing back.
    const isKept = mode === 'enforce' && result !== undefined;
    expect(await domain.mail()).toMatchObject({ kind: isKept ? 'retry' : 'relayed' });
    await domain.nextDay();
    expect((await domain.report()).json.policies).toEqual([
      {
        policy: stsOf(mode),
        summary: result === undefined ? summary(1, 0) : summary(0, 1),
        ...(result === undefined ? {} : { 'failure-details': [expect.objectContaining(failed(result))] }),
      },
    ]);
  });

  it.each(['enforce', 'testing'])('with a host that a policy of mode %s does not name', async (mode) => {
    await using domain = await startDomain({ tls: host });
    sts(domain, policy(mode, 'mail.far.example'));
    expect(await domain.mail()).toMatchObject({ kind: mode === 'enforce' ? 'retry' : 'relayed' });
    await domain.nextDay();
    expect((await domain.report()).json.policies).toEqual([
      {
        policy: stsOf(mode, 'mail.far.example'),
        summary: summary(0, 1),
        'failure-details': [
          expect.objectContaining({
            'result-type': 'validation-failure',
            'receiving-mx-hostname': 'mx.far.example',
            'failure-reason-code': 'host is not in the policy',
          }),
        ],
      },
    ]);
  });

  it.each([
    ['sts-policy-fetch-error', { status: 404 }, 'HTTP status 404'],
    ['sts-policy-invalid', { policy: 'hello' }, 'it is no policy'],
  ] as const)('without a policy that could be had: %s', async (result, change, reason) => {
    await using domain = await startDomain({ tls: host });
    sts(domain, policy('enforce'));
    Object.assign(domain.server, change);
    expect(await domain.mail()).toMatchObject({ kind: 'relayed' });
    await domain.nextDay();
    expect((await domain.report()).json.policies).toEqual([
      {
        policy: { 'policy-type': 'sts', 'policy-domain': DOMAIN },
        summary: summary(0, 1),
        'failure-details': [failed(result, { 'failure-reason-code': reason })],
      },
    ]);
  });

  it('without a policy because its server has another certificate', async () => {
    await using domain = await startDomain({ tls: host }, { web: otherName });
    sts(domain, policy('enforce'));
    await domain.mail();
    await domain.nextDay();
    expect((await domain.report()).json.policies[0]['failure-details'][0]).toMatchObject({
      'result-type': 'sts-webpki-invalid',
      'failure-reason-code': expect.stringContaining('mta-sts.far.example'),
    });
  });

  it('under the policy of before, while the new one cannot be had', async () => {
    await using domain = await startDomain({ tls: host });
    sts(domain, policy('enforce'));
    await domain.mail();
    domain.dns['_mta-sts.far.example'] = { TXT: ['v=STSv1; id=2;'] };
    domain.server.status = 404;
    domain.later(20 * MINUTE_MS);
    await domain.mail();
    domain.server.status = 200;
    await domain.nextDay();
    expect((await domain.report()).json.policies).toEqual([
      { policy: stsOf('enforce'), summary: summary(2, 0) },
      expect.objectContaining({
        policy: { 'policy-type': 'sts', 'policy-domain': DOMAIN },
        summary: summary(0, 1),
      }),
    ]);
  });

  it('with a host that DNSSEC vouches for', async () => {
    await using domain = await startDomain({ tls: host });
    const record = tlsa(host.cert);
    dane(domain, [record]);
    // RFC 8461 §2: what DNSSEC says goes before it.
    sts(domain, policy('testing'));
    expect(await domain.mail()).toMatchObject({ kind: 'relayed' });
    await domain.nextDay();
    const hex = Buffer.from(record.data).toString('hex').toUpperCase();
    expect((await domain.report()).json.policies).toEqual([
      {
        policy: {
          'policy-type': 'tlsa',
          'policy-string': [`3 1 1 ${hex}`],
          'policy-domain': 'mx.far.example',
        },
        summary: summary(1, 0),
      },
    ]);
  });

  it.each([
    [
      'another certificate',
      () => ({ tls: otherName }),
      'validation-failure',
      'certificate is not the one of',
    ],
    ['no TLS', () => ({}), 'starttls-not-supported', undefined],
  ] as [string, () => SinkScript, string, string | undefined][])(
    'with a host that has TLSA records and %s',
    async (_name, script, result, reason) => {
      await using domain = await startDomain(script());
      dane(domain, [tlsa(host.cert)]);
      expect(await domain.mail()).toMatchObject({ kind: 'retry' });
      await domain.nextDay();
      const { policies } = (await domain.report()).json;
      expect(policies).toMatchObject([
        {
          policy: { 'policy-type': 'tlsa', 'policy-domain': 'mx.far.example' },
          summary: summary(0, 1),
          'failure-details': [failed(result)],
        },
      ]);
      if (reason !== undefined)
        expect(policies[0]['failure-details'][0]['failure-reason-code']).toContain(reason);
    },
  );

  it('with a host whose TLSA records nobody can use', async () => {
    await using domain = await startDomain({ tls: host });
    dane(domain, [{ ...tlsa(host.cert), usage: 1 }]);
    expect(await domain.mail()).toMatchObject({ kind: 'relayed' });
    await domain.nextDay();
    expect((await domain.report()).json.policies).toMatchObject([
      {
        policy: { 'policy-type': 'tlsa', 'policy-string': [expect.stringMatching(/^1 1 1 /)] },
        summary: summary(0, 1),
        'failure-details': [failed('tlsa-invalid')],
      },
    ]);
  });

  it('that there is not, because nobody knows what DNSSEC says', async () => {
    await using domain = await startDomain({ tls: host });
    dane(domain, 'SERVFAIL');
    expect(await domain.mail()).toMatchObject({ kind: 'retry' });
    await domain.nextDay();
    expect((await domain.report()).json.policies).toEqual([
      {
        policy: { 'policy-type': 'tlsa', 'policy-domain': 'mx.far.example' },
        summary: summary(0, 1),
        'failure-details': [
          {
            'result-type': 'dnssec-invalid',
            'receiving-mx-hostname': 'mx.far.example',
            'failed-session-count': 1,
            'failure-reason-code': 'SERVFAIL',
          },
        ],
      },
    ]);
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
