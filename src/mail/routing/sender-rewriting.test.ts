import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { originalSender, rewrittenSender } from './sender-rewriting.ts';

const DAY = 86_400_000;
const now = Date.UTC(2026, 10, 25);
const here = { secret: 'ours', hostName: 'here.example', now };
const localPart = (path: string): string => path.slice(0, path.lastIndexOf('@'));
const back = (path: string, at = now, secret = 'ours'): string | undefined =>
  originalSender(localPart(path), { secret, now: at });

describe('a sender rewritten', () => {
  const path = rewrittenSender('ann@far.example', here);

  it('is an address of ours that names him', () => {
    expect(path).toMatch(/^SRS0=[a-z2-7]{6}=[a-z2-7]{2}=far\.example=ann@here\.example$/);
    expect(back(path)).toBe('ann@far.example');
  });
  it.each([
    ['somebody else in it', path.replace('ann', 'eve')],
    ['another domain in it', path.replace('far.', 'near.')],
    ['another day', path.replace(/=(..)=far/, '=aa=far')],
    ['another code', path.replace(/=[a-z2-7]{6}=/, '=aaaaaa=')],
    ['no code', 'SRS0==aa=far.example=ann@here.example'],
    ['nothing behind it', 'SRS0=@here.example'],
  ])('with %s leads nowhere', (_, forged) => expect(back(forged)).toBeUndefined());
  it('by somebody else leads nowhere', () => expect(back(path, now, 'theirs')).toBeUndefined());
  it('is good for three weeks', () => {
    expect(back(path, now + 21 * DAY)).toBe('ann@far.example');
    expect(back(path, now + 22 * DAY)).toBeUndefined();
    expect(back(path, now - DAY)).toBe('ann@far.example');
    expect(back(path, now - 2 * DAY)).toBeUndefined();
  });
  it('survives hosts that change its case', () => {
    expect(back(path.toUpperCase())).toBe('ANN@FAR.EXAMPLE');
    expect(back(path.toLowerCase())).toBe('ann@far.example');
  });
});

describe('a sender that others have rewritten before', () => {
  const theirs = { secret: 'theirs', hostName: 'first.example', now };
  const once = rewrittenSender('ann@far.example', theirs);
  const twice = rewrittenSender(once, here);
  it('comes back to them', () => {
    expect(twice).toMatch(/^SRS1=[a-z2-7]{6}=first\.example==/);
    expect(back(twice)).toBe(once);
  });
  it('comes back to the first of them, however many there were', () => {
    const thrice = rewrittenSender(twice, { secret: 'last', hostName: 'last.example', now });
    expect(thrice).toMatch(/^SRS1=[a-z2-7]{6}=first\.example==/);
    expect(back(thrice, now, 'last')).toBe(once);
  });
  it('with another host in it leads nowhere', () => {
    expect(back(twice.replace('first.', 'worst.'))).toBeUndefined();
  });
});

it.each([
  ['', 'the null reverse-path'],
  ['ann', 'without a domain'],
  ['"a b"@far.example', 'quoted'],
  ['ann@[192.0.2.1]', 'at an address'],
  [`${'a'.repeat(50)}@far.example`, 'too long'],
])('%j stays as it is: %s', (path) => expect(rewrittenSender(path, here)).toBe(path));

it('every sender comes back, or stays as he is', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}$/);
  const domain = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]\.example$/);
  fc.assert(
    fc.property(word, domain, (local, host) => {
      const path = `${local}@${host}`;
      const rewritten = rewrittenSender(path, here);
      if (rewritten !== path) expect(back(rewritten)).toBe(path);
    }),
  );
});
