import { describe, expect, test } from 'vitest';
import type { HostRules } from '../ports/system-store.ts';
import { createAccessRules } from './access-rules.ts';

const none: HostRules = { hosts: [], networks: [] };
const allows = (address: string, accept: Partial<HostRules>, reject: Partial<HostRules>): boolean =>
  createAccessRules({ accept: { ...none, ...accept }, reject: { ...none, ...reject } }).allows(address);

describe.each<[string, string, Partial<HostRules>, Partial<HostRules>, boolean]>([
  ['a rejected host', '192.0.2.1', {}, { hosts: ['192.0.2.1'] }, false],
  ['a host of a rejected network', '192.0.2.9', {}, { networks: ['192.0.2.0/24'] }, false],
  ['everybody, with HOSTS=*', '192.0.2.9', {}, { hosts: ['*'] }, false],
  ['whoever is not named by /ACCEPT', '192.0.2.9', { hosts: ['192.0.2.1'] }, {}, false],
  ['whoever is outside the accepted network', '198.51.100.1', { networks: ['192.0.2.0/24'] }, {}, false],
  [
    'a host both accepted and rejected',
    '192.0.2.1',
    { hosts: ['192.0.2.1'] },
    { hosts: ['192.0.2.1'] },
    false,
  ],
  ['IPv6 of a rejected network', '2001:db8::1', {}, { networks: ['2001:db8::/32'] }, false],
  ['anybody, without rules', '192.0.2.1', {}, {}, true],
  ['anybody, with 0.0.0.0 as SHOW SERVICE prints it', '192.0.2.1', { hosts: ['0.0.0.0'] }, {}, true],
  [
    'an accepted host of a rejected network',
    '192.0.2.1',
    { hosts: ['192.0.2.1'] },
    { networks: ['192.0.2.0/24'] },
    true,
  ],
  [
    'an accepted network although HOSTS=* is rejected',
    '192.0.2.1',
    { networks: ['192.0.2.0/24'] },
    { hosts: ['*'] },
    true,
  ],
  ['IPv6 where only IPv4 is rejected', '2001:db8::1', {}, { networks: ['0.0.0.0/0'] }, true],
])('%s', (_name, address, accept, reject, want) => {
  test(want ? 'may connect' : 'may not connect', () => expect(allows(address, accept, reject)).toBe(want));
});

test('entries that are no addresses match nobody, and are named', () => {
  const rules = createAccessRules({
    accept: none,
    reject: { hosts: ['bad host'], networks: ['192.0.2.0/99'] },
  });
  expect(rules.unusable).toEqual(['bad host', '192.0.2.0/99']);
  expect(rules.allows('192.0.2.1')).toBe(true);
});
