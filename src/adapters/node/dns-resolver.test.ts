/** The resolver against a name server of our own on UDP. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Resolver } from '../../ports/resolver.ts';
import { createDnsResolver } from './dns-resolver.ts';

const A = 1;
const MX = 15;
const TXT = 16;
const AAAA = 28;

const server = createSocket('udp4');
let resolver: Resolver;

const nameBytes = (name: string): Buffer =>
  Buffer.concat([
    ...name
      .split('.')
      .filter((label) => label !== '')
      .map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);
const mxData = (preference: number, exchange: string): Buffer =>
  Buffer.concat([Buffer.from([0, preference]), nameBytes(exchange)]);
const txtData = (...strings: string[]): Buffer =>
  Buffer.concat(strings.map((each) => Buffer.from([each.length, ...Buffer.from(each)])));

/** name and type → response code and record data. */
function answerFor(name: string, type: number): { code: number; data: readonly Buffer[] } | undefined {
  if (name === 'silent.example') return undefined;
  if (name === 'broken.example') return { code: 2, data: [] };
  if (name === 'far.example' && type === MX)
    return { code: 0, data: [mxData(10, 'MX.far.example'), mxData(20, 'b.example')] };
  if (name === 'far.example' && type === TXT)
    return { code: 0, data: [txtData('v=spf1 ip4:192.0.2.1', ' -all'), txtData('another')] };
  if (name === 'null.example' && type === MX) return { code: 0, data: [mxData(0, '')] };
  if (name === 'mx.example' && type === A) return { code: 0, data: [Buffer.from([192, 0, 2, 1])] };
  if (name === 'mx.example' && type === AAAA)
    return { code: 0, data: [Buffer.from('20010db8000000000000000000000001', 'hex')] };
  return ['far.example', 'mx.example', 'null.example'].includes(name)
    ? { code: 0, data: [] }
    : { code: 3, data: [] };
}

beforeAll(async () => {
  server.on('message', (query, peer) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at]!; length > 0; length = query[at]!) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += length + 1;
    }
    const type = query.readUInt16BE(at + 1);
    const answer = answerFor(labels.join('.').toLowerCase(), type);
    if (answer === undefined) return;
    const head = Buffer.from([
      query[0]!,
      query[1]!,
      0x81,
      0x80 | answer.code,
      0,
      1,
      0,
      answer.data.length,
      0,
      0,
      0,
      0,
    ]);
    const records = answer.data.map((data) =>
      Buffer.concat([Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]), data]),
    );
    server.send(Buffer.concat([head, query.subarray(12, at + 5), ...records]), peer.port, peer.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  resolver = createDnsResolver({
    servers: [`127.0.0.1:${server.address().port}`],
    timeoutMs: 300,
    tries: 1,
    useHosts: false,
  });
});
afterAll(() => void server.close());

describe('the DNS', () => {
  it('that does not answer is a temporary failure', async () => {
    expect((await resolver.mx('silent.example')).kind).toBe('temporary');
    expect((await resolver.addresses('silent.example')).kind).toBe('temporary');
  });
  it('that fails is a temporary failure', async () =>
    expect((await resolver.mx('broken.example')).kind).toBe('temporary'));
  it('does not know the name', async () => {
    expect(await resolver.mx('none.example')).toEqual({ kind: 'noSuchName' });
    expect(await resolver.addresses('none.example')).toEqual({ kind: 'noSuchName' });
    expect((await resolver.mx('bad..name')).kind).not.toBe('found');
  });
  it('has no such record', async () => {
    expect(await resolver.mx('mx.example')).toEqual({ kind: 'noData' });
    expect(await resolver.addresses('far.example')).toEqual({ kind: 'noData' });
  });
  it('has MX records, in lower case', async () => {
    expect(await resolver.mx('far.example')).toEqual({
      kind: 'found',
      records: [
        { preference: 10, exchange: 'mx.far.example' },
        { preference: 20, exchange: 'b.example' },
      ],
    });
  });
  it('has a null MX', async () => {
    expect(await resolver.mx('null.example')).toEqual({
      kind: 'found',
      records: [{ preference: 0, exchange: '' }],
    });
  });
  it('has texts, each in several strings', async () => {
    expect(await resolver.txt('far.example')).toEqual({
      kind: 'found',
      records: ['v=spf1 ip4:192.0.2.1 -all', 'another'],
    });
    expect(await resolver.txt('mx.example')).toEqual({ kind: 'noData' });
  });
  it('has addresses, IPv6 first', async () => {
    expect(await resolver.addresses('mx.example')).toEqual({
      kind: 'found',
      records: ['2001:db8::1', '192.0.2.1'],
    });
  });
});
