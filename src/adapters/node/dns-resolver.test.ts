/** The resolver against a name server of our own on UDP and TCP. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DnsServer, startDnsServer } from '../../../test/support/dns-server.ts';
import type { Resolver } from '../../ports/resolver.ts';
import { reverseName } from './dns/reverse-name.ts';
import { addressesInHosts, systemNameServers } from './dns/system-name-servers.ts';
import { createDnsResolver } from './dns-resolver.ts';

const tlsa = { usage: 3, selector: 1, matchingType: 1, data: Buffer.alloc(32, 7) };
let server: DnsServer;
let resolver: Resolver;

const resolverOf = (...servers: string[]): Resolver =>
  createDnsResolver({ servers, timeoutMs: 5_000, tries: 1, useHosts: false });
/** For what never answers. */
const hastyResolverOf = (...servers: string[]): Resolver =>
  createDnsResolver({ servers, timeoutMs: 1_000, tries: 1, useHosts: false });

beforeAll(async () => {
  server = await startDnsServer({
    'silent.example': { fails: 'silent' },
    'broken.example': { fails: 'SERVFAIL' },
    'closed.example': { fails: 'REFUSED' },
    'far.example': {
      MX: [
        [10, 'MX.far.example'],
        [20, 'b.example'],
      ],
    },
    'null.example': { MX: [[0, '']] },
    'strange.example': { MX: [[0, 'a\r\nb.example']] },
    'mx.example': { A: ['192.0.2.1'], AAAA: ['2001:db8::1'] },
    'half.example': { A: ['192.0.2.1'], failsFor: { AAAA: 'SERVFAIL' } },
    'alias.example': { CNAME: 'second.example', isValidated: true },
    'second.example': { CNAME: 'third.example', isValidated: true },
    'third.example': { A: ['192.0.2.3'], MX: [[5, 'mx.example']], isValidated: true },
    'half-safe.example': { CNAME: 'mx.example', isValidated: true },
    'round.example': { CNAME: 'about.example' },
    'about.example': { CNAME: 'round.example' },
    'nowhere.example': { CNAME: 'none.example' },
    'large.example': { TXT: [['v=one; ', 'two'], 'other'], isTruncated: true },
    '_25._tcp.mx.example': { TLSA: [tlsa], isValidated: true },
    '1.2.0.192.in-addr.arpa': { PTR: ['Mx.Example'] },
  });
  resolver = resolverOf(server.address);
});
afterAll(() => server[Symbol.asyncDispose]());

describe('the DNS', () => {
  it.each(['silent.example', 'broken.example', 'closed.example', 'round.example'])(
    'that answers nothing for %s is a temporary failure',
    async (name) => {
      const hasty = hastyResolverOf(server.address);
      expect((await hasty.mx(name)).kind).toBe('temporary');
      expect((await hasty.addresses(name)).kind).toBe('temporary');
    },
  );
  it('that there is no way to is a temporary failure, and ends no process', async () => {
    // The address that connect() of UDP refuses on every machine, as it does every other one without a network.
    const unreachable = resolverOf('255.255.255.255');
    expect((await unreachable.mx('far.example')).kind).toBe('temporary');
    expect(await resolverOf('255.255.255.255', server.address).mx('far.example')).toMatchObject({
      kind: 'found',
    });
  });
  it('does not know the name', async () => {
    expect(await resolver.mx('none.example')).toEqual({ kind: 'noSuchName' });
    expect(await resolver.addresses('none.example')).toEqual({ kind: 'noSuchName' });
    expect(await resolver.addresses('nowhere.example')).toEqual({ kind: 'noSuchName' });
    expect(await resolver.names('192.0.2.77')).toEqual({ kind: 'noSuchName' });
  });
  it.each(['bad..name', '', `${'x'.repeat(64)}.example`, 'a b.example', 'x'.repeat(300)])(
    'is not asked for %j',
    async (name) => {
      const asked = server.questions.length;
      expect(await resolver.mx(name)).toEqual({ kind: 'noSuchName' });
      expect(server.questions).toHaveLength(asked);
    },
  );
  it('has no such record', async () => {
    expect(await resolver.mx('mx.example')).toEqual({ kind: 'noData' });
    expect(await resolver.addresses('far.example')).toEqual({ kind: 'noData' });
  });
  it('has MX records, in lower case', async () => {
    expect(await resolver.mx('far.example')).toEqual({
      kind: 'found',
      records: [
        { preference: 10, exchange: 'mx.far.example' },
        { preference: 20, exchange: 'b.example' },
      ],
    });
  });
  it('has a null MX', async () => {
    expect(await resolver.mx('null.example')).toEqual({
      kind: 'found',
      records: [{ preference: 0, exchange: '' }],
    });
  });
  it('has names without controls, whatever is in it', async () => {
    expect(await resolver.mx('strange.example')).toEqual({
      kind: 'found',
      records: [{ preference: 0, exchange: 'a??b.example' }],
    });
  });
  it('has addresses, IPv6 first', async () => {
    expect(await resolver.addresses('mx.example')).toEqual({
      kind: 'found',
      records: ['2001:db8::1', '192.0.2.1'],
    });
  });
  it('may know one family only for now', async () => {
    expect(await resolver.addresses('half.example')).toEqual({
      kind: 'found',
      records: ['192.0.2.1'],
      unknown: 'AAAA',
    });
  });
  it('has aliases', async () => {
    expect(await resolver.addresses('alias.example')).toEqual({
      kind: 'found',
      records: ['192.0.2.3'],
      isValidated: true,
      canonicalName: 'third.example',
    });
    expect(await resolver.mx('alias.example')).toEqual({
      kind: 'found',
      records: [{ preference: 5, exchange: 'mx.example' }],
      isValidated: true,
    });
  });
  it('vouches for the whole chain, or for nothing', async () => {
    expect(await resolver.addresses('half-safe.example')).not.toHaveProperty('isValidated');
  });
  it('has names of addresses', async () => {
    expect(await resolver.names('192.0.2.1')).toEqual({ kind: 'found', records: ['mx.example'] });
    expect(await resolver.names('::ffff:192.0.2.1')).toEqual({ kind: 'found', records: ['mx.example'] });
    expect(await resolver.names('nonsense')).toEqual({ kind: 'noSuchName' });
  });
  it('is asked over TCP for what is too long', async () => {
    const found = await resolver.txt('large.example');
    expect(found).toEqual({ kind: 'found', records: ['v=one; two', 'other'] });
    expect(server.questions.slice(-2)).toEqual(['UDP TXT large.example', 'TCP TXT large.example']);
  });
  it('has TLSA records', async () => {
    expect(await resolver.tlsa('_25._tcp.mx.example')).toEqual({
      kind: 'found',
      records: [tlsa],
      isValidated: true,
    });
  });
});

describe('name servers', () => {
  it('are asked in turn', async () => {
    await using dead = await startDnsServer({ 'far.example': { fails: 'silent' } });
    await using broken = await startDnsServer({ 'far.example': { fails: 'SERVFAIL' } });
    const found = await hastyResolverOf('127.0.0.1:1', dead.address, broken.address, server.address).mx(
      'far.example',
    );
    expect(found.kind).toBe('found');
    expect(dead.questions).toHaveLength(1);
    expect(broken.questions).toHaveLength(1);
  });
  it('hear over TCP of no end before they have answered', async () => {
    const text = 'v=DKIM1; p=';
    const script = { 'key.example': { TXT: [text], isTruncated: true } };
    await using slow = await startDnsServer(script, { answersWithinMs: 50 });
    expect(await resolverOf(slow.address).txt('key.example')).toEqual({ kind: 'found', records: [text] });
  });
  it('that are older than EDNS0 are asked without it', async () => {
    await using old = await startDnsServer({ 'mx.example': { A: ['192.0.2.1'] } }, { knowsEdns: false });
    expect(await resolverOf(old.address).addresses('mx.example')).toEqual({
      kind: 'found',
      records: ['192.0.2.1'],
    });
  });
});

describe('the machine', () => {
  it('says which servers to ask, and whether their AD bit counts', () => {
    const directory = mkdtempSync(join(tmpdir(), 'resolver-'));
    const file = join(directory, 'resolv.conf');
    try {
      expect(systemNameServers(file)).toEqual({
        servers: [{ address: '127.0.0.1', port: 53 }],
        trustsAuthenticData: false,
      });
      writeFileSync(
        file,
        '# none\nnameserver 192.0.2.53\nnameserver ::1\nnameserver x\noptions edns0 trust-ad\n',
      );
      expect(systemNameServers(file)).toEqual({
        servers: [
          { address: '192.0.2.53', port: 53 },
          { address: '::1', port: 53 },
        ],
        trustsAuthenticData: true,
      });
      writeFileSync(file, '192.0.2.9 Far.example far # far.else\n2001:db8::9\tfar.example\n');
      expect(addressesInHosts('far.example', file)).toEqual(['2001:db8::9', '192.0.2.9']);
      expect(addressesInHosts('far.else', file)).toEqual([]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
  it('has addresses with names in reverse', () => {
    expect(reverseName('2001:db8::1')).toBe(
      '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
    );
  });
});
