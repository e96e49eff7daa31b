/**
 * What is kept of a password for SCRAM-SHA-256: neither the password nor what a client would need in its place. Several pairs of
 * keys with one salt stand for several ways to write a password whose case does not matter. Source: RFC 5802 §3, RFC 5803, RFC 7677.
 */
import { createHash, createHmac, pbkdf2 } from 'node:crypto';

export interface ScramKeys {
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

export interface ScramVerifier {
  readonly salt: Uint8Array;
  readonly iterations: number;
  /** At least one; any of them lets in. */
  readonly keys: readonly ScramKeys[];
}

const KEY_BYTES = 32;

export const hmac = (key: Uint8Array, text: Uint8Array | string): Buffer =>
  createHmac('sha256', key).update(text).digest();
export const sha256 = (octets: Uint8Array): Buffer => createHash('sha256').update(octets).digest();

/** @param passwords  each written as saslPrep has it; several where any of them is to let in */
export async function deriveScramVerifier(
  passwords: readonly string[],
  salt: Uint8Array,
  iterations: number,
): Promise<ScramVerifier> {
  return {
    salt,
    iterations,
    keys: await Promise.all(passwords.map((each) => deriveKeys(each, salt, iterations))),
  };
}

async function deriveKeys(password: string, salt: Uint8Array, iterations: number): Promise<ScramKeys> {
  const salted = await new Promise<Buffer>((resolve, reject) => {
    pbkdf2(password, salt, iterations, KEY_BYTES, 'sha256', (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
  return { storedKey: sha256(hmac(salted, 'Client Key')), serverKey: hmac(salted, 'Server Key') };
}

/** `SCRAM-SHA-256$iterations:salt$stored:server`, as RFC 5803 writes it, with further pairs behind commas. */
export function formatScramVerifier({ salt, iterations, keys }: ScramVerifier): string {
  const pairs = keys.map(({ storedKey, serverKey }) => `${base64(storedKey)}:${base64(serverKey)}`);
  return `SCRAM-SHA-256$${iterations}:${base64(salt)}$${pairs.join(',')}`;
}

export function parseScramVerifier(text: string): ScramVerifier | undefined {
  const match = /^SCRAM-SHA-256\$(\d{1,9}):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=:,]+)$/.exec(text);
  if (match === null) return undefined;
  const [, iterations = '', salt = '', pairs = ''] = match;
  const keys = pairs.split(',').map((pair) => {
    const [storedKey = '', serverKey = ''] = pair.split(':');
    return { storedKey: Buffer.from(storedKey, 'base64'), serverKey: Buffer.from(serverKey, 'base64') };
  });
  const isWhole = keys.every(
    ({ storedKey, serverKey }) => storedKey.length === KEY_BYTES && serverKey.length === KEY_BYTES,
  );
  return isWhole ? { salt: Buffer.from(salt, 'base64'), iterations: Number(iterations), keys } : undefined;
}

const base64 = (octets: Uint8Array): string => Buffer.from(octets).toString('base64');
