import { expect, test } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
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
