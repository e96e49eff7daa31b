import { describe, expect, it } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { ClientRates, clientKey } from './client-rates.ts';

describe('what a client did within the last minute', () => {
  it('is told apart by kind and client', () => {
    const rates = new ClientRates(manualClock(0));
    expect([1, 2, 3].map(() => rates.count('messages', 'a'))).toEqual([1, 2, 3]);
    expect(rates.seen('messages', 'b')).toBe(0);
    expect(rates.seen('errors', 'a')).toBe(0);
  });
  it('wears off', () => {
    const clock = manualClock(0);
    const rates = new ClientRates(clock);
    for (let count = 0; count < 100; count++) rates.count('messages', 'a');
    clock.advance(59_000);
    expect(rates.seen('messages', 'a')).toBe(100);
    clock.advance(31_000);
    expect(rates.seen('messages', 'a')).toBe(50);
    clock.advance(30_000);
    expect(rates.seen('messages', 'a')).toBe(0);
  });
  it('cannot be doubled at the turn of a minute', () => {
    const clock = manualClock(55_000);
    const rates = new ClientRates(clock);
    for (let count = 0; count < 100; count++) rates.count('messages', 'a');
    clock.advance(10_000);
    expect(rates.count('messages', 'a')).toBeGreaterThan(90);
  });
  it('is forgotten when the clock is set back', () => {
    const clock = manualClock(10 * 60_000);
    const rates = new ClientRates(clock);
    rates.count('messages', 'a');
    clock.set(-10 * 60_000);
    expect(rates.count('messages', 'a')).toBe(1);
  });
  it('holds for all processes together', () => {
    const clock = manualClock(0);
    const [one, other] = [new ClientRates(clock, { tells: true }), new ClientRates(clock, { tells: true })];
    one.count('messages', 'a');
    one.count('messages', 'a');
    other.merge(one.take() ?? {});
    expect(other.count('messages', 'a')).toBe(3);
    expect(one.take()).toBeUndefined();
    // What others have counted is not told again.
    expect(other.take()).toEqual({ 'messages a': 1 });
  });
  it('fills no memory', () => {
    const rates = new ClientRates(manualClock(0));
    rates.count('messages', 'the first');
    for (let count = 0; count < 60_000; count++) rates.count('messages', `client ${count}`);
    expect(rates.seen('messages', 'the first')).toBe(0);
    expect(rates.seen('messages', 'client 59999')).toBe(1);
  });
});

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8::1', '20010db800000000/64'],
  ['2001:db8::ffff:2', '20010db800000000/64'],
  ['2001:db8:0:1::1', '20010db800000001/64'],
  ['nonsense', 'nonsense'],
])('%s is counted as %s', (address, key) => expect(clientKey(address)).toBe(key));
