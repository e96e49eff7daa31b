/** Which host gets the mail: a name server, peers and the network as they are. RFC 5321 §5, RFC 7505; tcpip-smtp.md §5.5 */
import { describe, expect, it } from 'vitest';
import { type DnsScript, startDnsServer } from '../../../test/support/dns-server.ts';
import { startSink } from '../../../test/support/smtp-sink.ts';
import { type RigOptions, startRig } from '../../../test/support/symbiont-rig.ts';
import { createDnsResolver } from '../../adapters/node/dns-resolver.ts';

const HERE = '127.0.0.1';
/** Nobody listens there. */
const NOBODY = '127.0.0.9';

async function startNetwork(script: DnsScript, options: RigOptions = {}) {
  const dns = await startDnsServer(script);
  const sink = await startSink();
  // A machine that is busy is no name server that says nothing.
  const timeoutMs = Object.values(script).some(({ fails }) => fails === 'silent') ? 100 : 10_000;
  const resolver = createDnsResolver({ servers: [dns.address], timeoutMs, tries: 1, useHosts: false });
  const rig = await startRig({
    port: sink.port,
    ...options,
    dependencies: { resolver, ...options.dependencies },
  });
  return {
    dns,
    sink,
    rig,
    /** What becomes of mail for somebody there. */
    async outcome(domain: string) {
      const { recipients } = await rig.run(rig.assignment([`bob@${domain}`]));
      return recipients[0]?.outcome;
    },
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await sink[Symbol.asyncDispose]();
      await dns[Symbol.asyncDispose]();
    },
  };
}

const relayedBy = (host: string): object => ({ kind: 'relayed', host });

describe('MX records', () => {
  it('are tried in the order of their preference', async () => {
    await using network = await startNetwork({
      'far.example': {
        MX: [
          [20, 'second.example'],
          [10, 'first.example'],
        ],
      },
      'first.example': { A: [HERE] },
      'second.example': { A: [HERE] },
    });
    expect(await network.outcome('far.example')).toMatchObject(relayedBy('first.example'));
  });

  it('of one preference share the mail', async () => {
    let turn = 0;
    await using network = await startNetwork(
      {
        'far.example': {
          MX: [
            [10, 'one.example'],
            [10, 'two.example'],
          ],
        },
        'one.example': { A: [HERE] },
        'two.example': { A: [HERE] },
      },
      { dependencies: { random: () => (turn++ % 4 < 2 ? turn % 2 : (turn + 1) % 2) } },
    );
    const hosts = new Set<unknown>();
    for (let message = 0; message < 6; message++) {
      const outcome = await network.outcome('far.example');
      if (outcome?.kind === 'relayed') hosts.add(outcome.host);
      network.rig.clock.advance(60_000);
    }
    expect(hosts).toEqual(new Set(['one.example', 'two.example']));
  });

  it.each([
    ['refuses the connection', { 'first.example': { A: [NOBODY] } }],
    ['is not in the DNS', {}],
    ['has a name server that fails', { 'first.example': { fails: 'SERVFAIL' } }],
  ] as [string, DnsScript][])('lead to the next host when the first %s', async (_name, first) => {
    await using network = await startNetwork({
      'far.example': {
        MX: [
          [10, 'first.example'],
          [20, 'second.example'],
        ],
      },
      ...first,
      'second.example': { A: [HERE] },
    });
    expect(await network.outcome('far.example')).toMatchObject(relayedBy('second.example'));
  });

  it('may be hundreds, over TCP', async () => {
    await using network = await startNetwork({
      'far.example': {
        MX: Array.from({ length: 300 }, (_, index) => [index, `mx${index}.a-long-name.far.example`] as const),
        isTruncated: true,
      },
      'mx7.a-long-name.far.example': { A: [HERE] },
    });
    expect(await network.outcome('far.example')).toMatchObject(relayedBy('mx7.a-long-name.far.example'));
  });

  it('that say nobody takes mail return it at once (RFC 7505)', async () => {
    await using network = await startNetwork({ 'far.example': { MX: [[0, '']], A: [HERE] } });
    expect(await network.outcome('far.example')).toMatchObject({
      kind: 'returned',
      reply: '556 5.1.10 far.example does not accept mail',
    });
  });

  it('without a host that exists return it, without one that is known for now let it wait', async () => {
    await using network = await startNetwork({
      'gone.example': { MX: [[10, 'none.example']], A: [HERE] },
      'later.example': { MX: [[10, 'silent.example']], A: [HERE] },
      'silent.example': { fails: 'silent' },
    });
    expect(await network.outcome('gone.example')).toMatchObject({ kind: 'returned' });
    expect(await network.outcome('later.example')).toMatchObject({ kind: 'retry' });
  });
});

describe('a domain', () => {
  it('without MX is its own host (RFC 5321 §5.1)', async () => {
    await using network = await startNetwork({ 'far.example': { A: [HERE] } });
    expect(await network.outcome('far.example')).toMatchObject(relayedBy('far.example'));
  });

  it('that is an alias has the MX of what it stands for; so may its hosts', async () => {
    await using network = await startNetwork({
      'far.example': { CNAME: 'true.example' },
      'true.example': { MX: [[10, 'mx.example']] },
      'mx.example': { CNAME: 'host.example' },
      'host.example': { A: [HERE] },
    });
    expect(await network.outcome('far.example')).toMatchObject(relayedBy('mx.example'));
  });

  it.each([
    ['the name server fails for', { fails: 'SERVFAIL' }],
    ['the name server does not answer for', { fails: 'silent' }],
    ['the name server fails for the MX of', { A: [HERE], failsFor: { MX: 'SERVFAIL' } }],
  ] as [string, DnsScript[string]][])('%s waits', async (_name, far) => {
    await using network = await startNetwork({ 'far.example': far });
    expect(await network.outcome('far.example')).toMatchObject({
      kind: 'retry',
      reply: expect.stringMatching(/^451 4\.4\.3 far\.example: name server: /),
    });
  });

  it('that is not in the DNS has its mail returned', async () => {
    await using network = await startNetwork({});
    expect(await network.outcome('none.example')).toMatchObject({
      kind: 'returned',
      reply: '550 5.1.2 none.example: host unknown',
    });
  });

  it('may be an address', async () => {
    await using network = await startNetwork({});
    expect(await network.outcome('[127.0.0.1]')).toMatchObject({ kind: 'relayed' });
    await using six = await startSink({ address: '::1', port: network.sink.port });
    expect(await network.outcome('[IPv6:::1]')).toMatchObject({ kind: 'relayed' });
    expect(six.messages).toHaveLength(1);
    expect(await network.outcome('[300.0.0.1]')).toMatchObject({ kind: 'returned' });
    expect(network.dns.questions).toEqual([]);
  });
});

describe('the addresses of a host', () => {
  it('are tried IPv6 first, then IPv4', async () => {
    await using network = await startNetwork({ 'far.example': { A: [HERE], AAAA: ['::1'] } });
    await using six = await startSink({ address: '::1', port: network.sink.port });
    expect(await network.outcome('far.example')).toMatchObject({ kind: 'relayed' });
    expect([six.sessions, network.sink.sessions]).toEqual([1, 0]);
  });

  it('that do not answer are tried last for a while', async () => {
    await using network = await startNetwork({ 'far.example': { A: [NOBODY, HERE], AAAA: ['::1'] } });
    const attempts = (): string[] => network.rig.logLines.filter((line) => line.includes('refused'));
    expect(await network.outcome('far.example')).toMatchObject({ kind: 'relayed' });
    expect(attempts()).toHaveLength(2);
    network.rig.clock.advance(60_000);
    expect(await network.outcome('far.example')).toMatchObject({ kind: 'relayed' });
    expect(attempts()).toHaveLength(2);
    network.rig.clock.advance(5 * 60_000);
    expect(await network.outcome('far.example')).toMatchObject({ kind: 'relayed' });
    expect(attempts()).toHaveLength(4);
  });

  it('are no more than Address-Retries says', async () => {
    await using network = await startNetwork(
      { 'far.example': { A: [NOBODY, '127.0.0.8', HERE] } },
      { settings: { addressRetries: 2 } },
    );
    expect(await network.outcome('far.example')).toMatchObject({ kind: 'retry' });
  });
});

describe('mail that would come back to this host', () => {
  const own = {
    dependencies: { isLocalDomain: async (domain: string) => domain === 'pluto.acme.com' },
  };
  it('goes to better hosts only: those of our preference and above are dropped (RFC 5321 §5.1)', async () => {
    await using network = await startNetwork(
      {
        'far.example': {
          MX: [
            [10, 'down.example'],
            [20, 'equal.example'],
            [20, 'pluto.acme.com'],
            [30, 'worse.example'],
          ],
        },
        'down.example': { A: [NOBODY] },
        'equal.example': { A: [HERE] },
        'worse.example': { A: [HERE] },
        'pluto.acme.com': { A: [HERE] },
      },
      own,
    );
    expect(await network.outcome('far.example')).toMatchObject({
      kind: 'retry',
      reply: expect.stringContaining('down.example'),
    });
    expect(network.sink.sessions).toBe(0);
  });

  it('is returned when we are the best one', async () => {
    await using network = await startNetwork(
      {
        'far.example': {
          MX: [
            [10, 'pluto.acme.com'],
            [30, 'worse.example'],
          ],
        },
        'worse.example': { A: [HERE] },
      },
      own,
    );
    expect(await network.outcome('far.example')).toMatchObject({
      kind: 'returned',
      reply: '554 5.4.6 mail for far.example loops back to this host',
    });
  });
});
