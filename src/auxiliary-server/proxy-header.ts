/**
 * Who really connects, as a proxy in front tells it: the header of the PROXY protocol, version 1 (a line) and 2 (binary).
 * Source: The PROXY protocol, versions 1 & 2 (haproxy.org, doc/proxy-protocol.txt) §2.1, §2.2.
 */
import { isIPv4, isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../ports/clock.ts';
import { plainAddress } from '../smtp/plain-address.ts';

/** Both ends of the connection to the proxy. One that listens for both families tells `::ffff:192.0.2.7` of an IPv4 client: 192.0.2.7 here. */
export interface ProxiedConnection {
  readonly address: string;
  readonly port: number;
  readonly localAddress: string;
  readonly localPort: number;
}

export type ProxyHeader =
  | { readonly kind: 'incomplete' }
  /** No header at all, or one that cannot be: the connection is not served. */
  | { readonly kind: 'bad' }
  /** `connection` undefined: the proxy speaks for itself (LOCAL, UNKNOWN). */
  | { readonly kind: 'header'; readonly used: number; readonly connection: ProxiedConnection | undefined };

const incomplete: ProxyHeader = { kind: 'incomplete' };
const bad: ProxyHeader = { kind: 'bad' };

/** §2.2 */
const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const LONGEST_LINE = 107;
/** Addresses and what else is said; nobody says more. */
const LONGEST_BODY = 4_096;

/** @param bytes  all that has come so far */
export function parseProxyHeader(bytes: Buffer): ProxyHeader {
  const isBinary = beginsWith(bytes, SIGNATURE);
  if (isBinary === 'yes') return binaryHeader(bytes);
  const isLine = beginsWith(bytes, Buffer.from('PROXY '));
  if (isLine === 'yes') return lineHeader(bytes);
  return isBinary === 'perhaps' || isLine === 'perhaps' ? incomplete : bad;
}

function beginsWith(bytes: Buffer, wanted: Buffer): 'yes' | 'no' | 'perhaps' {
  const length = Math.min(bytes.length, wanted.length);
  if (!bytes.subarray(0, length).equals(wanted.subarray(0, length))) return 'no';
  return bytes.length >= wanted.length ? 'yes' : 'perhaps';
}

/** `PROXY TCP4 192.0.2.7 198.51.100.1 56324 25` CRLF */
function lineHeader(bytes: Buffer): ProxyHeader {
  const end = bytes.indexOf('\r\n');
  if (end === -1) return bytes.length > LONGEST_LINE ? bad : incomplete;
  if (end + 2 > LONGEST_LINE) return bad;
  const line = bytes.toString('latin1', 0, end);
  const used = end + 2;
  if (/^PROXY UNKNOWN( .*)?$/.test(line)) return { kind: 'header', used, connection: undefined };
  const match = /^PROXY TCP([46]) (\S+) (\S+) (\d{1,5}) (\d{1,5})$/.exec(line);
  if (match === null) return bad;
  const [, family, address = '', localAddress = '', port, localPort] = match;
  const isAddress = family === '4' ? isIPv4 : isIPv6;
  const connection = {
    address: plainAddress(address),
    port: Number(port),
    localAddress: plainAddress(localAddress),
    localPort: Number(localPort),
  };
  const isSound =
    isAddress(address) && isAddress(localAddress) && Number(port) < 65_536 && Number(localPort) < 65_536;
  return isSound ? { kind: 'header', used, connection } : bad;
}

function binaryHeader(bytes: Buffer): ProxyHeader {
  if (bytes.length < 16) return incomplete;
  const versionAndCommand = bytes[12]!;
  const bodyBytes = bytes.readUInt16BE(14);
  if (versionAndCommand >> 4 !== 2 || (versionAndCommand & 15) > 1 || bodyBytes > LONGEST_BODY) return bad;
  const used = 16 + bodyBytes;
  if (bytes.length < used) return incomplete;
  const isLocal = (versionAndCommand & 15) === 0;
  const family = bytes[13]! >> 4;
  // Of other families and protocols nothing can be known: §2.2, UNSPEC.
  if (isLocal || (family !== 1 && family !== 2)) return { kind: 'header', used, connection: undefined };
  const addressBytes = family === 1 ? 4 : 16;
  if (bodyBytes < 2 * addressBytes + 4) return bad;
  const address = (at: number): string => addressText(bytes.subarray(at, at + addressBytes));
  const ports = 16 + 2 * addressBytes;
  return {
    kind: 'header',
    used,
    connection: {
      address: address(16),
      localAddress: address(16 + addressBytes),
      port: bytes.readUInt16BE(ports),
      localPort: bytes.readUInt16BE(ports + 2),
    },
  };
}

function addressText(octets: Buffer): string {
  if (octets.length === 4) return octets.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => octets.readUInt16BE(2 * index).toString(16));
  return plainAddress(groups.join(':'));
}

/** §2: a proxy sends it at once. */
const HEADER_MS = 10_000;

/**
 * Reads the header from a connection of a proxy; what follows it stays in the connection.
 * @returns undefined where there is none that can be
 */
export function readProxyHeader(
  connection: Duplex,
  clock: Clock,
): Promise<Extract<ProxyHeader, { kind: 'header' }> | undefined> {
  return new Promise((resolve) => {
    let known = Buffer.alloc(0);
    const done = (header: Extract<ProxyHeader, { kind: 'header' }> | undefined): void => {
      callOff();
      connection.pause();
      connection.off('data', onData);
      connection.off('end', onEnd);
      connection.off('close', onEnd);
      resolve(header);
    };
    const onEnd = (): void => done(undefined);
    const onData = (chunk: Buffer): void => {
      known = Buffer.concat([known, chunk]);
      const found = parseProxyHeader(known);
      if (found.kind === 'incomplete') return;
      done(found.kind === 'bad' ? undefined : found);
      if (found.kind === 'header' && found.used < known.length)
        connection.unshift(known.subarray(found.used));
    };
    const callOff = clock.after(HEADER_MS, onEnd);
    connection.on('data', onData);
    connection.on('end', onEnd);
    connection.on('close', onEnd);
    connection.resume();
  });
}
