/** An MTA-STS policy by HTTPS. Source: RFC 8461 §3.3: a valid certificate, no redirections, text/plain, little and soon. */
import { request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Resolver } from '../../ports/resolver.ts';
import type { FetchStsPolicy } from '../../ports/sts-policies.ts';

const TIMEOUT_MS = 20_000;
const LONGEST = 65_536;

/**
 * @param options.port  default 443
 * @param options.authorities  PEM; default those Node knows
 */
export function createStsPolicyFetch(
  resolver: Pick<Resolver, 'addresses'>,
  options: { readonly port?: number; readonly authorities?: readonly string[] } = {},
): FetchStsPolicy {
  // The same DNS as for mail, not the machine's idea of a host.
  const lookup: LookupFunction = (host, wanted, done) => {
    void resolver.addresses(host).then(
      (found) => {
        const addresses = found.kind === 'found' ? found.records : [];
        if (addresses.length === 0) return done(new Error('its host is not in the DNS'), '', 4);
        const all = addresses.map((address) => ({ address, family: isIP(address) }));
        return wanted.all === true ? done(null, all) : done(null, all[0]!.address, all[0]!.family);
      },
      (error: Error) => done(error, '', 4),
    );
  };
  return (domain) =>
    new Promise((resolve, reject) => {
      const asking = request({
        host: `mta-sts.${domain}`,
        port: options.port ?? 443,
        path: '/.well-known/mta-sts.txt',
        headers: { accept: 'text/plain' },
        lookup,
        agent: false,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(options.authorities === undefined ? {} : { ca: [...options.authorities] }),
      });
      asking.on('error', reject);
      asking.on('response', (response) => {
        const refuse = (reason: string): void => {
          response.destroy();
          reject(new Error(reason));
        };
        const { statusCode = 0 } = response;
        if (statusCode !== 200) return refuse(`HTTP status ${statusCode}`);
        if (!/^text\/plain\s*(;|$)/i.test(response.headers['content-type'] ?? ''))
          return refuse('it is not text/plain');
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > LONGEST) refuse('it is too long');
        });
        response.on('error', reject);
        response.on('end', () => resolve(text));
        return undefined;
      });
      asking.end();
    });
}
