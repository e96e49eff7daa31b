import { describe, expect, it } from 'vitest';
import { type DkimKey, dkimKeyState, signingDkimKeys } from './dkim-keys.ts';

const key = (selector: string, activeFrom: number, more: Partial<DkimKey> = {}): DkimKey => ({
  domain: 'acme.example',
  selector,
  algorithm: 'rsa',
  publicKey: '',
  createdAt: 0,
  activeFrom,
  file: '',
  ...more,
});
const selectors = (keys: readonly DkimKey[], domain: string, now: number): string[] =>
  signingDkimKeys(keys, domain, now).map((each) => each.selector);

describe('who signs', () => {
  const keys = [key('old', 10), key('new', 20), key('gone', 15, { retiredAt: 16 })];
  it.each([
    ['nobody before the first one is active', 5, []],
    ['the first one', 10, ['old']],
    ['not one that was retired', 17, ['old']],
    ['the next one from its time on', 20, ['new']],
  ])('%s', (_, now, want) => expect(selectors(keys, 'acme.example', now)).toEqual(want));

  it('the domain above signs for a host, never one beside it or below it', () => {
    expect(selectors(keys, 'mail.ACME.example', 30)).toEqual(['new']);
    expect(selectors(keys, 'notacme.example', 30)).toEqual([]);
    expect(selectors(keys, 'example', 30)).toEqual([]);
  });
  it('a domain of its own signs before the one above', () => {
    const own = key('own', 10, { domain: 'mail.acme.example' });
    expect(selectors([...keys, own], 'mail.acme.example', 30)).toEqual(['own']);
  });
  it('one of each algorithm', () => {
    const other = key('curve', 10, { algorithm: 'ed25519' });
    expect(selectors([...keys, other], 'acme.example', 30)).toEqual(['new', 'curve']);
  });
});

it('the states of a key', () => {
  const keys = [key('old', 10), key('new', 20), key('gone', 15, { retiredAt: 16 })];
  const states = (now: number): string[] => keys.map((each) => dkimKeyState(each, keys, now));
  expect(states(5)).toEqual(['waiting', 'waiting', 'retired']);
  expect(states(12)).toEqual(['active', 'waiting', 'retired']);
  expect(states(25)).toEqual(['superseded', 'active', 'retired']);
});
