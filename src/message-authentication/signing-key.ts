/** A new key pair for DKIM, and its record for the DNS. Source: RFC 6376 §3.6.1, RFC 8301 §3.2, RFC 8463 §4. */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

export type SigningAlgorithm = 'rsa' | 'ed25519';

export interface NewSigningKey {
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** What p= says: base64. */
  readonly publicKey: string;
}

const generate = promisify(generateKeyPair) as (
  type: string,
  options: object,
) => Promise<{ publicKey: KeyObject; privateKey: KeyObject }>;

/** @param bits  of RSA; 2048 fits into two strings of a TXT record, and every verifier takes it */
export async function newSigningKey(algorithm: SigningAlgorithm, bits = 2048): Promise<NewSigningKey> {
  const pair = await generate(algorithm, algorithm === 'rsa' ? { modulusLength: bits } : {});
  const der = pair.publicKey.export({ type: 'spki', format: 'der' });
  // Of Ed25519 the record has the 32 bytes alone. RFC 8463 §4.2
  const publicKey = (algorithm === 'rsa' ? der : der.subarray(-32)).toString('base64');
  return { privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), publicKey };
}

export interface PublishedKey {
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: SigningAlgorithm;
  readonly publicKey: string;
}

export const recordName = ({ selector, domain }: Pick<PublishedKey, 'selector' | 'domain'>): string =>
  `${selector}._domainkey.${domain}`;

/** Text of the record, whole. */
export const recordText = ({ algorithm, publicKey }: PublishedKey): string =>
  `v=DKIM1; k=${algorithm}; p=${publicKey}`;

/** A line for a zone file: strings of 255 bytes at most. RFC 1035 §3.3.14 */
export const zoneLine = (key: PublishedKey): string =>
  `${recordName(key)}. IN TXT (${(recordText(key).match(/.{1,250}/g) ?? []).map((each) => ` "${each}"`).join('')} )`;
