/** An MTA-STS policy by HTTPS. Source: RFC 8461 §3.3: a valid certificate, no redirections, text/plain, little and soon. */
import type { TLSSocket } from 'node:tls';
import type { Resolver } from '../../ports/resolver.ts';
import { type FetchStsPolicy, StsPolicyFailure } from '../../ports/sts-policies.ts';
import { lookupBy } from './lookup-by.ts';

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
  const lookup = lookupBy(resolver);
  return (domain) =>
    new Promise((resolve, reject) => {
      // Few nodes ever ask for one: the others start without the module.
      const { request } = process.getBuiltinModule('node:https');
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
      const failed = (error: Error): void => {
        const isCertificate = (asking.socket as TLSSocket | null)?.authorizationError != null;
        reject(
          new StsPolicyFailure(
            isCertificate ? 'sts-webpki-invalid' : 'sts-policy-fetch-error',
            error.message,
          ),
        );
      };
      asking.on('error', failed);
      asking.on('response', (response) => {
        const refuse = (reason: string): void => {
          response.destroy();
          failed(new Error(reason));
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
        response.on('error', failed);
        response.on('end', () => resolve(text));
        return undefined;
      });
      asking.end();
    });
}
