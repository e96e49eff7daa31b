import { expect, it } from 'vitest';
import { zoneOf } from './set-smtp.ts';

it.each([
  ['hearts.budget.acme.com', 'acme.com'],
  ['hearts.acme.com', 'acme.com'],
  ['hearts.example', 'example'],
  ['hearts', undefined],
  ['', undefined],
])('the zone of %j is %j', (hostName, zone) => expect(zoneOf(hostName)).toBe(zone));
