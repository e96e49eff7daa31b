/** TLS of a server by node:tls, that is OpenSSL. Source: RFC 8446, RFC 5246; BCP 195 (RFC 9325) for versions and ciphers. */
import { constants, createHash, X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type {
  ChannelBindingType,
  SecureConnection,
  ServerTls,
  TlsMaterial,
  TlsMaterialSource,
} from '../../../ports/server-tls.ts';

/** RFC 9325 §4.2: forward secrecy and authenticated encryption alone. Those of TLS 1.3 come first. */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/** RFC 9266 §2 */
const EXPORTER_LABEL = 'EXPORTER-Channel-Binding';
const EXPORTER_BYTES = 32;

interface Context {
  readonly secure: SecureContext;
  readonly certificate: X509Certificate;
}

/** Throws when certificate and key make no pair, or cannot be read. */
export function checkTlsMaterial(material: Pick<TlsMaterial, 'certificate' | 'key'>): X509Certificate {
  createSecureContext({ cert: material.certificate, key: material.key });
  return new X509Certificate(material.certificate);
}

/** @returns once the material in force is known; a change counts for the next handshake */
export async function createServerTls(source: TlsMaterialSource): Promise<ServerTls> {
  let context: Context | undefined;
  const take = (material: TlsMaterial | undefined): void => {
    context = material && contextOf(material);
  };
  source.onChange(take);
  take(await source.current());
  return {
    get isAvailable() {
      return context !== undefined;
    },
    secure(connection, timeoutMs) {
      if (context !== undefined) return secure(connection, context, timeoutMs);
      connection.destroy();
      return Promise.reject(new Error('there is no certificate'));
    },
  };
}

function contextOf(material: TlsMaterial): Context {
  return {
    secure: createSecureContext({
      cert: material.certificate,
      key: material.key,
      minVersion: 'TLSv1.2',
      ciphers: CIPHERS,
      // A client that asks for one handshake after the other costs us ten times what it costs itself. RFC 9325 §3.5
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_CIPHER_SERVER_PREFERENCE,
      ticketKeys: Buffer.from(material.ticketKeys, 'base64'),
    } as Parameters<typeof createSecureContext>[0]),
    certificate: new X509Certificate(material.certificate),
  };
}

function secure(connection: Duplex, context: Context, timeoutMs: number): Promise<SecureConnection> {
  return new Promise((resolve, reject) => {
    const stream = new TLSSocket(connection as Socket, {
      isServer: true,
      secureContext: context.secure,
      // RFC 9325 §3.8: renegotiation is no use for mail, and costs the server.
      requestCert: false,
    });
    stream.disableRenegotiation();
    const failed = (error: Error): void => {
      clearTimeout(timer);
      stream.destroy();
      connection.destroy();
      reject(error);
    };
    const closed = (): void => failed(new Error('the client closed the connection'));
    const timer = setTimeout(() => failed(new Error('the handshake took too long')), timeoutMs);
    stream.once('error', failed);
    stream.once('close', closed);
    // Nothing more comes, and some of it came before the handshake: the stream does not hear of that.
    stream.once('end', closed);
    connection.once('end', closed);
    if (connection.readableEnded) closed();
    stream.once('secure', () => {
      clearTimeout(timer);
      stream.off('error', failed);
      stream.off('close', closed);
      stream.off('end', closed);
      connection.off('end', closed);
      // A reset later is seen by whoever reads; without a listener it would end the process.
      stream.on('error', () => stream.destroy());
      resolve({
        stream,
        protocol: stream.getProtocol() ?? 'TLS',
        cipher: stream.getCipher().standardName,
        channelBinding: (type) => channelBinding(stream, context.certificate, type),
      });
    });
  });
}

function channelBinding(
  stream: TLSSocket,
  certificate: X509Certificate,
  type: ChannelBindingType,
): Uint8Array | undefined {
  if (type === 'tls-server-end-point') {
    const hash = endPointHash(certificate);
    return hash === undefined ? undefined : createHash(hash).update(certificate.raw).digest();
  }
  // RFC 9266 §4.1: below TLS 1.3 it binds only where the extended master secret was negotiated, which node:tls does not tell.
  if (stream.getProtocol() !== 'TLSv1.3') return undefined;
  return stream.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0));
}

/** RFC 5929 §4.1: the hash of the certificate's signature; SHA-256 in the place of MD5 and SHA-1. Older Nodes do not tell which. */
function endPointHash(certificate: X509Certificate): string | undefined {
  const { signatureAlgorithm } = certificate as { signatureAlgorithm?: string };
  const match = /(md5|sha-?\d+)/i.exec(signatureAlgorithm ?? '');
  if (match === null) return undefined;
  const hash = match[1]!.toLowerCase().replace('-', '');
  return hash === 'md5' || hash === 'sha1' ? 'sha256' : hash;
}
