import { expect, it } from 'vitest';
import { ConnectionCounts } from './connection-counts.ts';

const limits = { maxConnections: 0, maxAddressConnections: 1 };

it.each([
  ['192.0.2.7', '192.0.2.7', false],
  ['192.0.2.7', '::ffff:192.0.2.7', false],
  ['2001:db8::1', '2001:db8::ffff:2', false],
  ['192.0.2.7', '192.0.2.8', true],
  ['2001:db8::1', '2001:db8:0:1::1', true],
])(
  'with one connection for each peer, beside one from %s another from %s: %s',
  (first, second, isWelcome) => {
    const counts = new ConnectionCounts();
    const leave = counts.enter(first, limits);
    expect(leave).toBeDefined();
    expect(counts.enter(second, limits) !== undefined).toBe(isWelcome);
    leave?.();
    expect(counts.enter(first, limits)).toBeDefined();
  },
);
