import { describe, expect, it } from 'vitest';
import { isStsHost, parseStsPolicy, stsRecordId } from './sts-policy.ts';

const policy =
  'version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.Example.net\r\nmax_age: 604800\r\n';

describe('a policy of MTA-STS', () => {
  it('is read as RFC 8461 §3.2 has it', () => {
    const want = { mode: 'enforce', mx: ['mail.example.com', '*.example.net'], maxAgeMs: 604_800_000 };
    expect(parseStsPolicy(policy)).toEqual(want);
    expect(parseStsPolicy(policy.replaceAll('\r\n', '\n'))).toEqual(want);
    expect(parseStsPolicy('version: STSv1\nmode: none\nmax_age: 99999999999')).toBeUndefined();
    expect(parseStsPolicy('version: STSv1\nmode: none\nmax_age: 9999999999')?.maxAgeMs).toBe(31_557_600_000);
  });
  it.each([
    '',
    '<html>',
    policy.replace('STSv1', 'STSv2'),
    policy.replace('enforce', 'x'),
    policy.replace(/mx.*\r\n/g, ''),
    policy.replace('max_age', 'age'),
  ])('is none: %j', (text) => expect(parseStsPolicy(text)).toBeUndefined());
  it('names hosts; a star is one label', () => {
    const read = parseStsPolicy(policy)!;
    const hosts = [
      'mail.example.com',
      'MAIL.example.com',
      'a.example.net',
      'example.net',
      'a.b.example.net',
      'x.mail.example.com',
    ];
    expect(hosts.filter((each) => isStsHost(each, read))).toEqual([
      'mail.example.com',
      'MAIL.example.com',
      'a.example.net',
    ]);
  });
  it('is announced by one record', () => {
    expect(stsRecordId(['v=spf1 -all', 'v=STSv1; id=20160831085700Z;'])).toBe('20160831085700Z');
    expect(stsRecordId(['v=STSv1;id=1'])).toBe('1');
    for (const records of [[], ['v=STSv1;'], ['v=STSv1; id=1', 'v=STSv1; id=2'], ['v=STSv10; id=1']])
      expect(stsRecordId(records)).toBeUndefined();
  });
});
