/** A certificate that signs itself, for servers under test. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** @returns undefined where openssl is not there */
export function makeCertificate(directory: string, name: string): CertificateFiles | undefined {
  const files = { certificate: join(directory, 'certificate.pem'), key: join(directory, 'key.pem') };
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
    ...['-subj', `/CN=${name}`, '-keyout', files.key, '-out', files.certificate],
  ]);
  return made.status === 0 ? files : undefined;
}
