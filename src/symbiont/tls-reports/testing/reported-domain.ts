/** A domain that wants reports: name server, policy server, mail host and certificates of its own; and who sends mail there. For tests. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import PostalMime from 'postal-mime';
import { type IssuedCertificate, makeAuthority } from '../../../../test/support/certificates.ts';
import { type DnsScript, startDnsServer } from '../../../../test/support/dns-server.ts';
import { type SinkScript, startSink } from '../../../../test/support/smtp-sink.ts';
import { type RigOptions, startRig } from '../../../../test/support/symbiont-rig.ts';
import { createDnsResolver } from '../../../adapters/node/dns-resolver.ts';
import { createStsPolicyFetch } from '../../../adapters/node/fetch-sts-policy.ts';
import { createTlsReportPost } from '../../../adapters/node/post-tls-report.ts';
import { createClientTls } from '../../../adapters/node/tls/client-tls.ts';
import { openStsPolicies } from '../../../adapters/sqlite/sts-policies/index.ts';
import { openTlsReports } from '../../../adapters/sqlite/tls-reports/index.ts';
import type { Submission } from '../../../ports/queue-manager.ts';
import type { SymbiontSettings } from '../../settings.ts';

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
export const DOMAIN = 'far.example';

export const authority = makeAuthority();
/** Of the domain's mail host. */
export const host = authority.issue(['mx.far.example']);
const web = authority.issue(['mta-sts.far.example', 'reports.far.example']);
export const otherName = authority.issue(['other.example']);

interface WebRequest {
  readonly path: string;
  readonly type: string | undefined;
  readonly body: Buffer;
}

export async function startDomain(
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

export async function readReport(submission: Submission) {
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

export type Domain = Awaited<ReturnType<typeof startDomain>>;
export const summary = (successes: number, failures: number) => ({
  'total-successful-session-count': successes,
  'total-failure-session-count': failures,
});
export const none = { 'policy-type': 'no-policy-found', 'policy-domain': DOMAIN };
