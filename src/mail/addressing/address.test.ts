import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, formatAddress, parseAddress } from './address.ts';
import { senderText, splitSender } from './sender.ts';
import { splitList } from './split-list.ts';

describe('what is no address', () => {
  for (const text of [
    '',
    ' ',
    'A B',
    '@',
    'NODE::',
    '::X',
    'A@',
    '@"',
    '"',
    'SMTP%',
    'SMTP%""',
    'a"b',
    'x@y z',
    'A\tB',
    'a b@c.d',
  ]) {
    it(JSON.stringify(text), () => expect(parseAddress(text)).toBeUndefined());
  }
});

describe('forms of vms-mail.md §5.1', () => {
  const cases: [string, Address][] = [
    ['jones', { kind: 'user', userName: 'JONES' }],
    ['TCPIP$SMTP', { kind: 'user', userName: 'TCPIP$SMTP' }],
    ['vax2::doe', { kind: 'node', node: 'VAX2', rest: 'doe' }],
    ['A::B::JONES', { kind: 'node', node: 'A', rest: 'B::JONES' }],
    ['GWAY::SMTP%"helen@bhc.edu"', { kind: 'node', node: 'GWAY', rest: 'SMTP%"helen@bhc.edu"' }],
    ['@TEAM', { kind: 'list', file: 'TEAM' }],
    ['SMTP%"fred@a.example"', { kind: 'transport', transport: 'SMTP', addresses: ['fred@a.example'] }],
    ['smtp%fred@a.example', { kind: 'transport', transport: 'SMTP', addresses: ['fred@a.example'] }],
    ['SMTP%"""ellis@future"""', { kind: 'transport', transport: 'SMTP', addresses: ['ellis@future'] }],
    ['SMTP%"julie,mark"', { kind: 'transport', transport: 'SMTP', addresses: ['julie', 'mark'] }],
    ['IN%"¢a b¢@c.example"', { kind: 'transport', transport: 'IN', addresses: ['"a b"@c.example'] }],
    ['FOO%bar', { kind: 'transport', transport: 'FOO', addresses: ['bar'] }],
    ['Malcolm@Philos', { kind: 'ambiguous', user: 'Malcolm', host: 'Philos' }],
    ['malcolm@16.20.40.59', { kind: 'ambiguous', user: 'malcolm', host: '16.20.40.59' }],
    ['user%host@gateway.example', { kind: 'ambiguous', user: 'user%host', host: 'gateway.example' }],
    ['"john smith"@a.example', { kind: 'ambiguous', user: '"john smith"', host: 'a.example' }],
    ['"fred@a.example"', { kind: 'ambiguous', user: 'fred', host: 'a.example' }],
  ];
  for (const [text, want] of cases) it(text, () => expect(parseAddress(text)).toEqual(want));
});

it('splits at commas outside quotes', () => {
  expect(splitList(' JONES, , SMTP%"a@b,c@d" ,@TEAM,')).toEqual(['JONES', 'SMTP%"a@b,c@d"', '@TEAM']);
});

it('never crashes, and reads back what it writes', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'aB1$@%:,"¢ ._-!;[]<>\\'), maxLength: 30 }), (text) => {
      const address = parseAddress(text);
      if (address === undefined) return;
      expect(parseAddress(formatAddress(address))).toEqual(address);
    }),
  );
});

describe('sender', () => {
  it('has a personal name behind two blanks', () => {
    expect(senderText('VAX1::SMITH', 'The "C" Navigator')).toBe(`VAX1::SMITH  "The 'C' Navigator"`);
    expect(senderText('VAX1::SMITH', '')).toBe('VAX1::SMITH');
  });
  it('is split again', () => {
    expect(splitSender('SMTP%"a@b" "John"')).toEqual({ address: 'SMTP%"a@b"', personalName: 'John' });
    expect(splitSender('SMTP%"a b@c"')).toEqual({ address: 'SMTP%"a b@c"', personalName: '' });
    expect(splitSender('VAX1::SMITH  "The Navigator"')).toEqual({
      address: 'VAX1::SMITH',
      personalName: 'The Navigator',
    });
  });
});
