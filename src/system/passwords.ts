/**
 * Passwords: scrypt, with its parameters in the printable hash, so that they can be raised later.
 * Source: RFC 7914; OpenVMS: passwords are case-blind unless the account has the flag PWDMIX.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Account } from '../ports/system-store.ts';

const LOG2_COST = 15;
const BLOCK_SIZE = 8;
const PARALLEL = 1;
const KEY_BYTES = 32;
/** What no account ever has: a password nobody knows, so that an unknown user costs as much time as a wrong password. */
const noSuchPassword = formatHash(LOG2_COST, BLOCK_SIZE, PARALLEL, Buffer.alloc(16), Buffer.alloc(KEY_BYTES));

/** @returns `$scrypt$ln=15,r=8,p=1$salt$key`, salt and key in base64 */
export async function hashPassword(password: string, flags: readonly string[] = []): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(meant(password, flags), salt, LOG2_COST, BLOCK_SIZE, PARALLEL, KEY_BYTES);
  return formatHash(LOG2_COST, BLOCK_SIZE, PARALLEL, salt, key);
}

/**
 * True when the account may log in with this password. Takes as long for an unknown user, a disabled account and one
 * without a password as for a wrong password.
 */
export async function verifyPassword(account: Account | undefined, password: string): Promise<boolean> {
  const isRight = await isPasswordOf(account, password);
  return isRight && account !== undefined && !account.flags.includes('DISUSER');
}

/** True when it is the password of the account, whether the account may log in or not. Takes its time, as above. */
export async function isPasswordOf(account: Account | undefined, password: string): Promise<boolean> {
  const parsed = parseHash(account?.passwordHash ?? '');
  const { log2Cost, blockSize, parallel, salt, key } = parsed ?? parseHash(noSuchPassword)!;
  const typed = meant(password, account?.flags ?? []);
  const derived = await derive(typed, salt, log2Cost, blockSize, parallel, key.length);
  const equal = timingSafeEqual(derived, key);
  return equal && parsed !== undefined;
}

/** A password to be shown once: 16 characters a person can type, without 0, 1, O and I. */
export function randomPassword(): string {
  const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
  return [...randomBytes(16)].map((byte) => alphabet.charAt(byte % alphabet.length)).join('');
}

const meant = (password: string, flags: readonly string[]): string =>
  flags.includes('PWDMIX') ? password : password.toUpperCase();

function formatHash(
  log2Cost: number,
  blockSize: number,
  parallel: number,
  salt: Buffer,
  key: Buffer,
): string {
  const parameters = `ln=${log2Cost},r=${blockSize},p=${parallel}`;
  return `$scrypt$${parameters}$${salt.toString('base64')}$${key.toString('base64')}`;
}

function parseHash(hash: string) {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/.exec(
    hash,
  );
  if (match === null) return undefined;
  const [, log2Cost, blockSize, parallel, salt, key] = match;
  return {
    log2Cost: Number(log2Cost),
    blockSize: Number(blockSize),
    parallel: Number(parallel),
    salt: Buffer.from(salt!, 'base64'),
    key: Buffer.from(key!, 'base64'),
  };
}

function derive(
  password: string,
  salt: Buffer,
  log2Cost: number,
  blockSize: number,
  parallel: number,
  keyBytes: number,
): Promise<Buffer> {
  const cost = 2 ** log2Cost;
  const options = { N: cost, r: blockSize, p: parallel, maxmem: 256 * cost * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
