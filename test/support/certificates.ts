/** Certificates for tests, made by openssl: an authority of our own, and what it vouches for. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface IssuedCertificate {
  /** PEM */
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** PEM */
  readonly certificate: string;
  /** PEM: another one for the same name and key, which has expired. */
  former(): string;
  /** @param names  DNS names, the first one the subject's */
  issue(names: readonly string[], options?: { readonly hasExpired?: boolean }): IssuedCertificate;
}

export function makeAuthority(): Authority {
  return inDirectory((directory) => {
    const at = (name: string): string => join(directory, name);
    openssl(
      ...['req', '-x509', ...newKey(at('ca.key')), '-out', at('ca.pem'), '-days', '30'],
      ...['-subj', '/CN=Authority of the tests', '-addext', 'basicConstraints=critical,CA:TRUE'],
    );
    const certificate = readFileSync(at('ca.pem'), 'utf8');
    const key = readFileSync(at('ca.key'), 'utf8');
    return {
      certificate,
      former: () => former({ certificate, key }),
      issue: (names, options) => issue({ certificate, key }, names, options),
    };
  });
}

function former({ certificate, key }: OwnAuthority): string {
  return inDirectory((directory) => {
    const at = (name: string): string => join(directory, name);
    writeFileSync(at('ca.pem'), certificate);
    writeFileSync(at('ca.key'), key);
    openssl('x509', '-in', at('ca.pem'), '-signkey', at('ca.key'), '-days', '-1', '-out', at('former.pem'));
    return readFileSync(at('former.pem'), 'utf8');
  });
}

interface OwnAuthority {
  readonly certificate: string;
  readonly key: string;
}

function issue(
  authority: OwnAuthority,
  names: readonly string[],
  { hasExpired = false }: { readonly hasExpired?: boolean } = {},
): IssuedCertificate {
  return inDirectory((directory) => {
    const at = (name: string): string => join(directory, name);
    writeFileSync(at('ca.pem'), authority.certificate);
    writeFileSync(at('ca.key'), authority.key);
    writeFileSync(at('names'), `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}\n`);
    openssl('req', ...newKey(at('key.pem')), '-out', at('request.pem'), '-subj', `/CN=${names[0]}`);
    openssl(
      ...['x509', '-req', '-in', at('request.pem'), '-CA', at('ca.pem'), '-CAkey', at('ca.key')],
      ...['-out', at('cert.pem'), '-extfile', at('names')],
      ...['-days', hasExpired ? '-1' : '30'],
    );
    return { cert: readFileSync(at('cert.pem'), 'utf8'), key: readFileSync(at('key.pem'), 'utf8') };
  });
}

const newKey = (file: string): string[] => [
  ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file],
];

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function inDirectory<T>(use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'certificates-'));
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
