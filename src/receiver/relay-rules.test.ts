import { describe, expect, test } from 'vitest';
import { defaultReceiverSettings, type ReceiverSettings } from './receiver-settings.ts';
import { isBadClient, mayRelay } from './relay-rules.ts';

const stranger = '198.51.100.7';
const good = '192.0.2.9';
const settings = (given: Partial<ReceiverSettings>): ReceiverSettings => ({
  ...defaultReceiverSettings,
  goodClients: ['192.0.2.0/24'],
  ...given,
});
const relays = (client: string, localPart: string, domain: string, given: Partial<ReceiverSettings> = {}) =>
  mayRelay(client, { localPart, domain }, settings(given));

describe('who may not relay', () => {
  test.each<[string, string, string, string, Partial<ReceiverSettings>]>([
    ['a stranger', stranger, 'x', 'far.example', {}],
    ['a good client without RELAY', good, 'x', 'far.example', { relay: false }],
    [
      'a stranger into a zone, without RELAY',
      stranger,
      'x',
      'zone.example',
      { relay: false, relayZones: ['zone.example'] },
    ],
    ['a stranger where Good-Clients is empty', stranger, 'x', 'far.example', { goodClients: [] }],
    [
      'a stranger where Good-Clients is empty and Relay-Zones is not',
      stranger,
      'x',
      'zone.example',
      { goodClients: [], relayZones: ['zone.example'] },
    ],
    ['a name that only ends like a zone', stranger, 'x', 'notzone.example', { relayZones: ['zone.example'] }],
    [
      'the percent hack through a zone',
      stranger,
      'x%far.example',
      'node.zone.example',
      { relayZones: ['zone.example'] },
    ],
    [
      'a bang path through a zone',
      stranger,
      'far.example!x',
      'node.zone.example',
      { relayZones: ['zone.example'] },
    ],
    [
      'a quoted @ through a zone',
      stranger,
      '"x@far.example"',
      'node.zone.example',
      { relayZones: ['zone.example'] },
    ],
    ['a client without an address', '', 'x', 'far.example', {}],
  ])('%s', (_name, client, localPart, domain, given) => {
    expect(relays(client, localPart, domain, given)).toBe(false);
  });
});

test('who may relay: good clients anywhere, anybody into a zone and below it', () => {
  expect(relays(good, 'x', 'far.example')).toBe(true);
  expect(relays(`::ffff:${good}`, 'x', 'far.example')).toBe(true);
  expect(relays(good, 'x%far.example', 'node.example')).toBe(true);
  expect(relays(stranger, 'x', 'Zone.Example', { relayZones: ['zone.example'] })).toBe(true);
  expect(relays(stranger, 'x', 'a.zone.example', { relayZones: ['ZONE.example'] })).toBe(true);
  expect(mayRelay('127.0.0.1', { localPart: 'x', domain: 'far.example' }, defaultReceiverSettings)).toBe(
    true,
  );
  expect(mayRelay('::1', { localPart: 'x', domain: 'far.example' }, defaultReceiverSettings)).toBe(true);
});

test('Bad-Clients: the most specific match wins, a tie accepts', () => {
  const bad = (goodClients: string[], badClients: string[]) =>
    isBadClient('192.0.2.9', settings({ goodClients, badClients }));
  expect(bad([], ['192.0.2.0/24'])).toBe(true);
  expect(bad(['192.0.2.9'], ['192.0.2.0/24'])).toBe(false);
  expect(bad(['192.0.2.0/24'], ['192.0.2.9'])).toBe(true);
  expect(bad(['192.0.2.9'], ['192.0.2.9'])).toBe(false);
});
