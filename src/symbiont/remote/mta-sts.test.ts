/** What domains promise of their hosts, with a name server, a policy server and handshakes of our own. RFC 8461. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Authority, type IssuedCertificate, makeAuthority } from '../../../test/support/certificates.ts';
import { type DnsScript, startDnsServer } from '../../../test/support/dns-server.ts';
import { type SinkScript, startSink } from '../../../test/support/smtp-sink.ts';
import { startRig } from '../../../test/support/symbiont-rig.ts';
import { createDnsResolver } from '../../adapters/node/dns-resolver.ts';
import { createStsPolicyFetch } from '../../adapters/node/fetch-sts-policy.ts';
import { createClientTls } from '../../adapters/node/tls/client-tls.ts';
import { openStsPolicies } from '../../adapters/sqlite/sts-policies/index.ts';
import type { Assignment } from '../../ports/queue-manager.ts';
import type { SymbiontSettings } from '../settings.ts';

const DAY_MS = 86_400_000;
const policy = (mode: string, mx = '*.far.example', maxAge = 604_800): string =>
  `version: STSv1\r\nmode: ${mode}\r\nmx: ${mx}\r\nmax_age: ${maxAge}\r\n`;

let authority: Authority;
let host: IssuedCertificate;
let web: IssuedCertificate;
beforeAll(() => {
  authority = makeAuthority();
  host = authority.issue(['mx.far.example']);
  web = authority.issue(['mta-sts.far.example']);
});

interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly text: string;
}

async function startDomain(
  sinkScript: SinkScript,
  options: { readonly certificate?: IssuedCertificate; readonly settings?: Partial<SymbiontSettings> } = {},
) {
  const directory = mkdtempSync(join(tmpdir(), 'mta-sts-'));
  const server = {
    answer: { text: policy('enforce') } as Answer,
    asked: [] as string[],
  };
  const https = createServer({ ...(options.certificate ?? web) }, (request, response) => {
    server.asked.push(`${request.headers.host?.replace(/:.*/, '')}${request.url}`);
    const { status = 200, type = 'text/plain', text } = server.answer;
    response.writeHead(status, { 'content-type': type, location: 'https://elsewhere.example/' }).end(text);
  });
  https.listen(0, '127.0.0.1');
  await once(https, 'listening');
  const sink = await startSink(sinkScript);
  const script: DnsScript = {
    'far.example': { MX: [[10, 'mx.far.example']] },
    'mx.far.example': { A: ['127.0.0.1'] },
    'mta-sts.far.example': { A: ['127.0.0.1'] },
    '_mta-sts.far.example': { TXT: ['v=STSv1; id=1;'] },
  };
  const dns = await startDnsServer(script);
  const resolver = createDnsResolver({ servers: [dns.address], tries: 1, useHosts: false });
  const authorities = [authority.certificate];
  const port = (https.address() as AddressInfo).port;
  const start = async () => {
    const store = openStsPolicies(join(directory, 'TCPIP$MTA_STS.DAT'));
    const rig = await startRig({
      port: sink.port,
      ...(options.settings === undefined ? {} : { settings: options.settings }),
      dependencies: {
        resolver,
        clientTls: createClientTls({ authorities }),
        stsPolicies: { store, fetch: createStsPolicyFetch(resolver, { port, authorities }) },
      },
    });
    return { rig, store };
  };
  let { rig, store } = await start();
  const stop = async (): Promise<void> => {
    await rig[Symbol.asyncDispose]();
    store.close();
  };
  return {
    server,
    dns: script,
    sink,
    log: () => rig.logLines.join('\n'),
    later: (ms: number) => rig.clock.advance(ms),
    async outcome(domain = 'far.example', text?: string, rest: Partial<Assignment> = {}) {
      const assignment = rig.assignment([`bob@${domain}`], text, rest);
      const outcome = (await rig.run(assignment)).recipients[0]?.outcome;
      // Beyond all pauses and what is remembered for minutes.
      rig.clock.advance(20 * 60_000);
      return outcome;
    },
    /** A new symbiont over the same database. */
    async restart() {
      await stop();
      ({ rig, store } = await start());
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await sink[Symbol.asyncDispose]();
      await dns[Symbol.asyncDispose]();
      https.close();
      rmSync(directory, { recursive: true });
    },
  };
}

const sent = { kind: 'relayed', tls: 'TLSv1.3' };
const waits = (reason: string): object => ({ kind: 'retry', reply: expect.stringContaining(reason) });

describe('a domain that enforces its policy', () => {
  it('gets mail at hosts with a certificate of their name; the policy is fetched once', async () => {
    await using domain = await startDomain({ tls: host });
    for (let count = 0; count < 3; count++) expect(await domain.outcome()).toMatchObject(sent);
    expect(domain.server.asked).toEqual(['mta-sts.far.example/.well-known/mta-sts.txt']);
  });

  it('gets none at hosts with another certificate, or without TLS', async () => {
    await using other = await startDomain({ tls: authority.issue(['evil.example']) });
    expect(await other.outcome()).toMatchObject(
      waits('454 4.7.5 mx.far.example [127.0.0.1]: certificate is not one of'),
    );
    await using plain = await startDomain({});
    expect(await plain.outcome()).toMatchObject(waits('454 4.7.4'));
    expect(other.sink.messages.length + plain.sink.messages.length).toBe(0);
  });

  it('gets none without a certificate of the name although DNSSEC says what nobody can use', async () => {
    await using domain = await startDomain({ tls: authority.issue(['evil.example']) });
    const tlsa = { usage: 0, selector: 1, matchingType: 1, data: Buffer.alloc(32) };
    for (const name of ['far.example', 'mx.far.example'])
      domain.dns[name] = { ...domain.dns[name], isValidated: true };
    domain.dns[`_${domain.sink.port}._tcp.mx.far.example`] = { TLSA: [tlsa], isValidated: true };
    expect(await domain.outcome()).toMatchObject(waits('certificate is not one of'));
  });

  it('gets none at hosts the policy does not name', async () => {
    await using domain = await startDomain({ tls: host });
    domain.server.answer = { text: policy('enforce', 'mail.far.example') };
    expect(await domain.outcome()).toMatchObject(
      waits('454 4.7.5 far.example: none of its hosts is in its MTA-STS policy'),
    );
  });

  it('gets at any of its hosts what the sender wants delivered in any case (RFC 8689 §4.2.2)', async () => {
    await using domain = await startDomain({});
    domain.server.answer = { text: policy('enforce', 'mail.far.example') };
    const text = 'TLS-Required: No\r\nSubject: your policy is wrong\r\n\r\nx\r\n';
    // One after the other, also with what is remembered of the way: of either kind of mail.
    expect(await domain.outcome(undefined)).toMatchObject(waits('none of its hosts'));
    expect(await domain.outcome(undefined, text)).toMatchObject({ kind: 'relayed' });
    expect(await domain.outcome(undefined)).toMatchObject(waits('none of its hosts'));
    // Who requires TLS as well means that.
    const required = { requests: { requireTls: true } } as const;
    expect(await domain.outcome(undefined, text, required)).toMatchObject(waits('none of its hosts'));
  });

  it('is kept to although its record is gone, after a restart, until the policy is over', async () => {
    await using domain = await startDomain({});
    domain.server.answer = { text: policy('enforce', '*.far.example', 86_400) };
    expect(await domain.outcome()).toMatchObject(waits('454 4.7.4'));
    delete domain.dns['_mta-sts.far.example'];
    await domain.restart();
    expect(await domain.outcome()).toMatchObject(waits('454 4.7.4'));
    domain.later(DAY_MS);
    expect(await domain.outcome()).toMatchObject({ kind: 'relayed' });
  });

  it('may change its mind: a new id is a new policy', async () => {
    await using domain = await startDomain({});
    expect(await domain.outcome()).toMatchObject(waits('454 4.7.4'));
    domain.server.answer = { text: policy('none') };
    expect(await domain.outcome()).toMatchObject(waits('454 4.7.4'));
    domain.dns['_mta-sts.far.example'] = { TXT: ['v=STSv1; id=2;'] };
    expect(await domain.outcome()).toMatchObject({ kind: 'relayed' });
  });
});

describe('a policy', () => {
  it.each(['testing', 'none'])('of mode %s keeps nothing back', async (mode) => {
    await using domain = await startDomain({});
    domain.server.answer = { text: policy(mode) };
    expect(await domain.outcome()).toMatchObject({ kind: 'relayed' });
    expect(domain.server.asked).toHaveLength(1);
  });

  it.each([
    ['moves elsewhere', { status: 301, text: policy('enforce') }, 'HTTP status 301'],
    ['is not there', { status: 404, text: policy('enforce') }, 'HTTP status 404'],
    ['is a page', { type: 'text/html', text: policy('enforce') }, 'it is not text/plain'],
    ['is none', { text: 'hello' }, 'it is no policy'],
    ['has no end', { text: policy('enforce') + 'x'.repeat(100_000) }, 'it is too long'],
  ] as [string, Answer, string][])('that %s is none', async (_name, answer, reason) => {
    await using domain = await startDomain({});
    domain.server.answer = answer;
    expect(await domain.outcome()).toMatchObject({ kind: 'relayed' });
    expect(domain.log()).toContain(`MTA-STS policy of far.example: ${reason}`);
  });

  it('from a server that is not the domain’s is none', async () => {
    await using domain = await startDomain({}, { certificate: authority.issue(['far.example']) });
    expect(await domain.outcome()).toMatchObject({ kind: 'relayed' });
    expect(domain.server.asked).toEqual([]);
  });

  it('is not looked for without a record, without MTA-STS, and for addresses', async () => {
    await using domain = await startDomain({});
    delete domain.dns['_mta-sts.far.example'];
    expect(await domain.outcome()).toMatchObject({ kind: 'relayed' });
    expect(await domain.outcome('[127.0.0.1]')).toMatchObject({ kind: 'relayed' });
    await using off = await startDomain({}, { settings: { mtaSts: false } });
    expect(await off.outcome()).toMatchObject({ kind: 'relayed' });
    expect([...domain.server.asked, ...off.server.asked]).toEqual([]);
  });
});
