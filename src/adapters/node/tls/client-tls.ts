/** The client's side of TLS over node:tls. Source: RFC 8446, RFC 7435, RFC 8996, RFC 9525. */
import type { X509Certificate } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { checkServerIdentity, connect, getCACertificates, type TLSSocket } from 'node:tls';
import {
  type ClientTls,
  TlsFailure,
  type TlsFailureKind,
  type Verification,
} from '../../../ports/client-tls.ts';
import { daneFailure } from './dane.ts';

/**
 * @param options.authorities  PEM; whose certificates count beside those of the machine
 */
export function createClientTls(options: { readonly authorities?: readonly string[] } = {}): ClientTls {
  let known: string[] | undefined;
  // Read when a certificate is looked at for the first time: mostly nobody does.
  const authorities = (): string[] => {
    known ??= [
      ...new Set([
        ...getCACertificates('default'),
        ...getCACertificates('system'),
        ...(options.authorities ?? []),
      ]),
    ];
    return known;
  };
  return {
    secure: (connection, { serverName, verification, isOnlyObserved, timeoutMs }) =>
      new Promise((resolve, reject) => {
        const socket = connect({
          socket: connection,
          // RFC 8996: older versions must not be negotiated; such a host gets its mail in clear, or waits.
          minVersion: 'TLSv1.2',
          rejectUnauthorized: false,
          // `verified` says so, of all names that count.
          checkServerIdentity: () => undefined,
          ...(serverName === undefined ? {} : { servername: serverName }),
          ...(verification.kind === 'names' ? { ca: authorities() } : {}),
        });
        const fail = (failure: TlsFailure): void => {
          clearTimeout(timer);
          socket.destroy();
          connection.destroy();
          reject(failure);
        };
        const onError = (error: Error): void => fail(new TlsFailure('handshake', reasonOf(error)));
        const onClose = (): void => fail(new TlsFailure('handshake', 'connection closed'));
        const timer = setTimeout(() => fail(new TlsFailure('handshake', 'handshake timed out')), timeoutMs);
        socket.once('error', onError);
        socket.once('close', onClose);
        socket.once('secureConnect', () => {
          clearTimeout(timer);
          const failure = verified(socket, verification);
          if (failure !== undefined && isOnlyObserved !== true) return fail(failure);
          socket.off('error', onError);
          socket.off('close', onClose);
          resolve({ ...secured(socket), failure });
        });
      }),
  };
}

function secured(socket: TLSSocket): { stream: Duplex; protocol: string; cipher: string } {
  const { standardName } = socket.getCipher();
  return { stream: socket, protocol: socket.getProtocol() ?? 'TLS', cipher: standardName };
}

function verified(socket: TLSSocket, verification: Verification): TlsFailure | undefined {
  if (verification.kind === 'none') return undefined;
  if (verification.kind === 'dane')
    return daneFailure({ ...verification, chain: chainOf(socket), now: new Date() });
  const problem = socket.authorizationError as unknown as Error | string | undefined | null;
  if (!socket.authorized) {
    const code = typeof problem === 'string' ? problem : ((problem as { code?: string } | null)?.code ?? '');
    return new TlsFailure(
      kindOf(code),
      `certificate is not trusted: ${code.toLowerCase().replaceAll('_', ' ')}`,
    );
  }
  const certificate = socket.getPeerCertificate();
  const isNamed = verification.names.some((name) => checkServerIdentity(name, certificate) === undefined);
  return isNamed
    ? undefined
    : new TlsFailure(
        'certificate-host-mismatch',
        `certificate is not one of ${verification.names.join(', ')}`,
      );
}

/** As the peer sent it. */
function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let each = socket.getPeerX509Certificate(); each !== undefined; each = each.issuerCertificate) {
    const { fingerprint256 } = each;
    if (chain.some((known) => known.fingerprint256 === fingerprint256)) break;
    chain.push(each);
  }
  return chain;
}

function kindOf(code: string): TlsFailureKind {
  if (code === 'CERT_HAS_EXPIRED') return 'certificate-expired';
  return code === '' ? 'validation-failure' : 'certificate-not-trusted';
}

/** What OpenSSL says, without its numbers and file names. */
function reasonOf(error: Error): string {
  const { code, reason } = error as { code?: string; reason?: string };
  return (
    reason ??
    code
      ?.replace(/^ERR_(SSL|TLS)_/, '')
      .toLowerCase()
      .replaceAll('_', ' ') ??
    error.message
  );
}
