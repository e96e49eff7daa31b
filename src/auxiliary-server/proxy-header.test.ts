import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProxyHeader } from './proxy-header.ts';

const parse = (text: string) => parseProxyHeader(Buffer.from(text, 'latin1'));
const signature = '\r\n\r\n\0\r\nQUIT\n';
const binary = (command: number, family: number, body: readonly number[]): Buffer =>
  Buffer.concat([
    Buffer.from(signature, 'latin1'),
    Buffer.from([command, family, body.length >> 8, body.length & 255, ...body]),
  ]);
const ipv4 = [192, 0, 2, 7, 198, 51, 100, 1, 0xdc, 0x04, 0, 25];

describe('the header of a proxy', () => {
  it.each([
    'EHLO me\r\n',
    'PROXY\r\n',
    'PROXY TCP4\r\n',
    'PROXY TCP4 192.0.2.7 198.51.100.1 1\r\n',
    'PROXY TCP4 192.0.2.7 198.51.100.1 1 70000\r\n',
    'PROXY TCP4 192.0.2.777 198.51.100.1 1 2\r\n',
    'PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n',
    'PROXY TCP6 192.0.2.7 198.51.100.1 1 2\r\n',
    'PROXY TCP4  192.0.2.7 198.51.100.1 1 2\r\n',
    'PROXY UDP4 192.0.2.7 198.51.100.1 1 2\r\n',
    `PROXY UNKNOWN ${'x'.repeat(100)}\r\n`,
    `PROXY ${'x'.repeat(200)}`,
    '\r\n\r\nX',
  ])('%j is none', (text) => expect(parse(text)).toEqual({ kind: 'bad' }));
  it.each([
    ['version 1', binary(0x11, 0x11, ipv4)],
    ['an unknown command', binary(0x22, 0x11, ipv4)],
    ['too few octets', binary(0x21, 0x11, ipv4.slice(1))],
    ['too few octets for IPv6', binary(0x21, 0x21, ipv4)],
    ['far too many', binary(0x21, 0x11, new Array(5_000).fill(0))],
  ])('binary with %s is none', (_name, bytes) => expect(parseProxyHeader(bytes)).toEqual({ kind: 'bad' }));

  const connection = { address: '192.0.2.7', localAddress: '198.51.100.1', port: 56_324, localPort: 25 };
  it('says who connects, and leaves what follows', () => {
    const line = 'PROXY TCP4 192.0.2.7 198.51.100.1 56324 25\r\n';
    expect(parse(`${line}EHLO`)).toEqual({ kind: 'header', used: line.length, connection });
    const six = parse('PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n');
    expect(six).toMatchObject({ connection: { address: '2001:db8::1', localAddress: '2001:db8::2' } });
    const bytes = binary(0x21, 0x11, [...ipv4, 1, 0, 1, 9]);
    expect(parseProxyHeader(Buffer.concat([bytes, Buffer.from('EHLO')]))).toEqual({
      kind: 'header',
      used: bytes.length,
      connection,
    });
    const own = [0x20, 1, 0xd, 0xb8, ...new Array(11).fill(0), 1];
    expect(parseProxyHeader(binary(0x21, 0x21, [...own, ...own, 0, 1, 0, 2]))).toMatchObject({
      connection: { address: '2001:db8::1', port: 1, localPort: 2 },
    });
  });
  it('says an IPv4 client as one, though the proxy listens for both families', () => {
    const mapped = { address: '192.0.2.7', localAddress: '198.51.100.1' };
    for (const line of [
      'PROXY TCP6 ::ffff:192.0.2.7 ::ffff:198.51.100.1 1 2\r\n',
      'PROXY TCP6 ::FFFF:c000:207 0:0:0:0:0:ffff:c633:6401 1 2\r\n',
    ])
      expect(parse(line)).toMatchObject({ connection: mapped });
    const start = [...new Array(10).fill(0), 255, 255];
    const bytes = [...start, 192, 0, 2, 7, ...start, 198, 51, 100, 1, 0, 1, 0, 2];
    expect(parseProxyHeader(binary(0x21, 0x21, bytes))).toMatchObject({ connection: mapped });
  });
  it.each([
    ['LOCAL', binary(0x20, 0, [])],
    ['a Unix socket', binary(0x21, 0x31, new Array(216).fill(0))],
    ['UNKNOWN', Buffer.from('PROXY UNKNOWN\r\n')],
  ])('says of itself: %s', (_name, bytes) => {
    expect(parseProxyHeader(bytes)).toEqual({ kind: 'header', used: bytes.length, connection: undefined });
  });
  it('is waited for while it can still be one', () => {
    for (const whole of [Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 1 2\r\n'), binary(0x21, 0x11, ipv4)])
      for (let length = 0; length < whole.length; length += 1)
        expect(parseProxyHeader(whole.subarray(0, length))).toEqual({ kind: 'incomplete' });
  });
  it('never uses more than there is', () => {
    const bytes = fc
      .tuple(fc.constantFrom('', 'PROXY ', signature), fc.uint8Array())
      .map(([start, rest]) => Buffer.concat([Buffer.from(start, 'latin1'), rest]));
    fc.assert(
      fc.property(bytes, (each) => {
        const found = parseProxyHeader(each);
        return found.kind !== 'header' || found.used <= each.length;
      }),
    );
  });
});
