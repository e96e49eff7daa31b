import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress } from './public-address.ts';
import { reportPlace, tlsReportUris } from './tls-report-record.ts';

describe('a record', () => {
  it.each([
    ['v=TLSRPTv1;rua=mailto:reports@example.com', ['mailto:reports@example.com']],
    ['v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt', ['https://reporting.example.com/v1/tlsrpt']],
    [
      'v=TLSRPTv1 ; x=y ; rua=mailto:a@b.example , https://b.example/x;',
      ['mailto:a@b.example', 'https://b.example/x'],
    ],
    ['v=TLSRPTv1; rua=mailto:a@b.example,mailto:a@b.example', ['mailto:a@b.example']],
    ['v=TLSRPTv1; rua=http://b.example/,gopher://b.example', []],
    ['v=TLSRPTv1; rua=', []],
  ])('%s', (record, want) => expect(tlsReportUris([record, 'something else'])).toEqual(want));

  it.each([
    ['v=TLSRPTv1;'],
    ['v=TLSRPTv10; rua=mailto:a@b.example'],
    ['v=tlsrptv1; rua=mailto:a@b.example'],
    ['rua=mailto:a@b.example; v=TLSRPTv1'],
    [`v=TLSRPTv1; rua=mailto:a@b.example; x=${'x'.repeat(5_000)}`],
    ['v=TLSRPTv1; rua=mailto:a@b.example', 'v=TLSRPTv1; rua=mailto:c@b.example'],
    [],
  ])('%s: none', (...records) => expect(tlsReportUris(records)).toBeUndefined());

  it('names four places at most', () => {
    const uris = Array.from({ length: 100 }, (_, index) => `mailto:a${index}@b.example`);
    expect(tlsReportUris([`v=TLSRPTv1; rua=${uris.join(',')}`])).toEqual(uris.slice(0, 4));
  });

  it('of any kind is read or is none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (rest) => {
        for (const uri of tlsReportUris([`v=TLSRPTv1; rua=${rest}`]) ?? []) {
          expect(uri).toMatch(/^(mailto|https):[\x21-\x7e]+$/i);
          expect(reportPlace(uri)).toBeDefined();
        }
      }),
    );
  });
});

describe('a place', () => {
  it.each([
    ['mailto:reports@example.com', 'reports@example.com'],
    ['MAILTO:a%2Cb@example.com', undefined],
    ['mailto:a%2Bb@example.com?subject=x&cc=other@example.com', 'a+b@example.com'],
  ])('%s is mail for %s', (uri, forwardPath) =>
    expect(reportPlace(uri)).toEqual(forwardPath && { kind: 'mail', forwardPath }),
  );

  it.each([
    'mailto:',
    'mailto:a@b.example,c@b.example',
    'mailto:a@localhost',
    'mailto:a@[127.0.0.1]',
    'mailto:a%25inside.example@b.example',
    'mailto:inside!a@b.example',
    'mailto:%22a b%22@b.example',
    'mailto:a%0D%0ARCPT%20TO:<x@y.example>@b.example',
    'mailto:%zz@b.example',
    'mailto:@route.example:a@b.example',
    `mailto:${'a'.repeat(2_000)}@b.example`,
    'http://b.example/',
    'https://user:password@b.example/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://10.1.2.3:8443/x',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/',
    'https://[fe80::1]/',
    'https://[fd00::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://',
    'https://b.example/ü',
    'file:///etc/passwd',
  ])('%s is none', (uri) => expect(reportPlace(uri)).toBeUndefined());

  it.each([
    'https://b.example/',
    'https://b.example:8443/v1?x=1',
    'https://192.0.1.1/',
    'https://[2a00::1]/',
  ])('%s is one', (uri) => expect(reportPlace(uri)).toEqual({ kind: 'web', uri }));
});

it.each([
  ['192.0.1.1', true],
  ['2a00:1450::1', true],
  ['127.0.0.1', false],
  ['0.0.0.0', false],
  ['10.0.0.1', false],
  ['172.16.0.1', false],
  ['192.168.1.1', false],
  ['100.64.0.1', false],
  ['169.254.169.254', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::ffff:10.0.0.1', false],
  ['64:ff9b::a00:1', false],
  ['2002:a00:1::1', false],
  ['fe80::1', false],
  ['fc00::1', false],
  ['ff02::1', false],
  ['b.example', false],
])('whether %s is an address of the Internet: %s', (address, want) =>
  expect(isPublicAddress(address)).toBe(want),
);
