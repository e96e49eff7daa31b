import { describe, expect, test } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import { literalAddress } from '../../mail/routing/index.ts';
import type { Resolver } from '../../ports/resolver.ts';
import { defaultSymbiontSettings } from '../settings.ts';
import { createRoutes } from './routes.ts';

const routeOf = (resolver: Resolver, domain: string) =>
  createRoutes({
    resolver,
    clock: manualClock(),
    isLocal: async () => false,
    random: () => 0,
    port: 25,
    log: () => {},
  }).route(domain, undefined, defaultSymbiontSettings);

const nothing = async () => ({ kind: 'noSuchName' }) as const;
const others: Pick<Resolver, 'names' | 'txt' | 'tlsa'> = { names: nothing, txt: nothing, tlsa: nothing };

test('a host that only the local hosts database knows is found: it is asked last', async () => {
  const route = await routeOf(
    {
      mx: async () => ({ kind: 'noSuchName' }),
      addresses: async (host) =>
        host === 'vax' ? { kind: 'found', records: ['192.0.2.7'] } : { kind: 'noSuchName' },
      ...others,
    },
    'vax',
  );
  expect(route).toEqual({
    kind: 'found',
    addresses: [{ host: 'vax', address: '192.0.2.7', preference: 0, nextHop: 'vax' }],
  });
});

test('a name that nobody knows has no host, one that the name server does not answer for may have', async () => {
  const unknown: Resolver = {
    mx: async () => ({ kind: 'noSuchName' }),
    addresses: async () => ({ kind: 'noSuchName' }),
    ...others,
  };
  expect(await routeOf(unknown, 'nowhere.example')).toEqual({
    kind: 'failed',
    reply: '550 5.1.2 nowhere.example: host unknown',
  });
  const silent: Resolver = { ...unknown, mx: async () => ({ kind: 'temporary', reason: 'ETIMEOUT' }) };
  expect(await routeOf(silent, 'nowhere.example')).toMatchObject({ kind: 'retry' });
});

test('of a host with thousands of addresses the first hundred are taken', async () => {
  const records = Array.from({ length: 4_000 }, (_, index) => `192.0.${index >> 8}.${index & 255}`);
  const route = await routeOf(
    {
      mx: async () => ({ kind: 'found', records: [{ preference: 0, exchange: 'mx.example' }] }),
      addresses: async () => ({ kind: 'found', records }),
      ...others,
    },
    'far.example',
  );
  expect(route.kind === 'found' && route.addresses.map(({ address }) => address)).toEqual(
    records.slice(0, 100),
  );
});

test('of a domain with hundreds of MX records the first fifty are looked up', async () => {
  const asked: string[] = [];
  const route = await routeOf(
    {
      mx: async () => ({
        kind: 'found',
        records: Array.from({ length: 500 }, (_, index) => ({
          preference: 500 - index,
          exchange: `mx${index}.example`,
        })),
      }),
      addresses: async (host) => {
        asked.push(host);
        return { kind: 'found', records: ['192.0.2.7'] };
      },
      ...others,
    },
    'many.example',
  );
  expect(asked).toHaveLength(50);
  expect(route.kind === 'found' && route.addresses[0]?.host).toBe('mx499.example');
});

describe('hosts that lead back to this machine', () => {
  /** @param hosts  by preference, the least first */
  const addressesOf = async (hosts: readonly string[], more: { port?: number; settings?: object } = {}) => {
    const route = await createRoutes({
      resolver: {
        mx: async () => ({
          kind: 'found',
          records: hosts.map((_, index) => ({ preference: index, exchange: `mx${index}.example` })),
        }),
        addresses: async (host) => {
          const address = hosts[Number(host.slice(2, -8))] ?? '';
          return address === 'unknown'
            ? { kind: 'temporary', reason: 'ETIMEOUT' }
            : { kind: 'found', records: [address] };
        },
        ...others,
      },
      clock: manualClock(),
      isLocal: async (domain) =>
        literalAddress(domain) === '192.0.2.1' || literalAddress(domain) === '2001:db8::1',
      random: () => 0,
      port: 25,
      log: () => {},
      ...more,
    }).route('far.example', undefined, { ...defaultSymbiontSettings, ...more.settings });
    return route.kind === 'found' ? route.addresses.map(({ address }) => address) : route.reply;
  };
  const loops = '554 5.4.6 mail for far.example loops back to this host';

  test.each([
    '192.0.2.1',
    '::ffff:192.0.2.1',
    '::FFFF:c000:201',
    '2001:db8:0:0:0:0:0:1',
    '127.0.0.1',
    '127.255.1.2',
    '::ffff:127.0.0.2',
    '::1',
    '0.0.0.0',
    '::',
    '::ffff:0.0.0.0',
  ])('%s: neither it nor those behind it are tried', async (own) => {
    expect(await addressesOf([own])).toBe(loops);
    expect(await addressesOf(['192.0.2.7', own, '192.0.2.8'])).toEqual(['192.0.2.7']);
  });
  test('one before it that the name server does not tell now is waited for, one behind it is not', async () => {
    expect(await addressesOf(['unknown', '192.0.2.1'])).toMatch(/^451 4\.4\.3 /);
    expect(await addressesOf(['192.0.2.1', 'unknown'])).toBe(loops);
  });
  test('others are', async () => {
    const foreign = ['192.0.2.127', '2001:db8::127', '12.7.0.1', '::2'];
    expect(await addressesOf(foreign)).toEqual(foreign);
  });
  test('a loopback address may be another server: on another port, or where the manager says so', async () => {
    expect(await addressesOf(['127.0.0.2'], { port: 2525 })).toEqual(['127.0.0.2']);
    const localMx = () => [{ preference: 0, exchange: '127.0.0.2' }];
    expect(await addressesOf([], { settings: { localMx } })).toEqual(['127.0.0.2']);
  });
});

test('Try-A-Records says when the destination itself is tried, and counts with the next attempt', async () => {
  const records: Readonly<Record<string, string>> = { 'a.example': '192.0.2.1', 'mx.example': '192.0.2.2' };
  const routes = createRoutes({
    resolver: {
      mx: async (domain) =>
        domain === 'a.example'
          ? { kind: 'found', records: [{ preference: 10, exchange: 'mx.example' }] }
          : { kind: 'noData' },
      addresses: async (host) => ({ kind: 'found', records: [records[host] ?? '192.0.2.9'] }),
      ...others,
    },
    clock: manualClock(),
    isLocal: async () => false,
    random: () => 0,
    port: 25,
    log: () => {},
  });
  const hosts = async (domain: string, tryARecords: string): Promise<unknown> => {
    const route = await routes.route(domain, undefined, { ...defaultSymbiontSettings, tryARecords });
    return route.kind === 'found' ? route.addresses.map((each) => each.host) : route.reply;
  };
  expect(await hosts('a.example', 'IFNOMX')).toEqual(['mx.example']);
  expect(await hosts('a.example', 'ALWAYS')).toEqual(['mx.example', 'a.example']);
  expect(await hosts('b.example', 'IFNOMX')).toEqual(['b.example']);
  expect(await hosts('b.example', 'NEVER')).toBe(
    '550 5.1.2 b.example: no MX record, and Try-A-Records is NEVER',
  );
});
