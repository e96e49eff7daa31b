/**
 * A report about TLS by HTTPS. The place is a stranger's word: it is gone to only at addresses of the Internet, whatever name leads
 * there, with a valid certificate, without following anybody further; what is answered is not read. Source: RFC 8460 §3, §5.4.
 */
import { isIP } from 'node:net';
import type { Resolver } from '../../ports/resolver.ts';
import type { PostTlsReport } from '../../ports/tls-reports.ts';
import { isPublicAddress } from '../../smtp/public-address.ts';
import { lookupBy } from './lookup-by.ts';

const TIMEOUT_MS = 30_000;

/**
 * @param options.isAllowed  addresses it may go to; default those of the Internet
 * @param options.authorities  PEM; default those Node knows
 */
export function createTlsReportPost(
  resolver: Pick<Resolver, 'addresses'>,
  options: {
    readonly isAllowed?: (address: string) => boolean;
    readonly authorities?: readonly string[];
  } = {},
): PostTlsReport {
  const { isAllowed = isPublicAddress } = options;
  const lookup = lookupBy(resolver, isAllowed);
  return (uri, report, signal) =>
    new Promise((resolve, reject) => {
      const url = new URL(uri);
      // Of an address nobody asks the DNS.
      const literal = url.hostname.replace(/^\[|\]$/g, '');
      if (isIP(literal) !== 0 && !isAllowed(literal)) return reject(new Error('its address is not public'));
      // Few nodes ever send one: the others start without the module.
      const { request } = process.getBuiltinModule('node:https');
      const asking = request(url, {
        method: 'POST',
        headers: {
          // RFC 8460 §5.4
          'content-type': 'application/tlsrpt+gzip',
          'content-length': report.byteLength,
        },
        lookup,
        agent: false,
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        ...(options.authorities === undefined ? {} : { ca: [...options.authorities] }),
      });
      asking.on('error', reject);
      asking.on('response', (response) => {
        const { statusCode = 0 } = response;
        response.destroy();
        if (statusCode >= 200 && statusCode < 300) resolve();
        else reject(new Error(`HTTP status ${statusCode}`));
      });
      asking.end(report);
      return undefined;
    });
}
