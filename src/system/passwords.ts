/**
 * Passwords: scrypt, with its parameters in the printable hash, so that they can be raised later; behind it what SCRAM needs.
 * They are one text, so that no change of a password leaves something of the old one.
 * Source: RFC 7914; OpenVMS: passwords are case-blind unless the account has the flag PWDMIX.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Account } from '../ports/system-store.ts';
import {
  deriveScramVerifier,
  formatScramVerifier,
  parseScramVerifier,
  type ScramVerifier,
  saslPrep,
} from '../sasl/index.ts';
import { Turns } from './turns.ts';

const LOG2_COST = 15;
const BLOCK_SIZE = 8;
const PARALLEL = 1;
const KEY_BYTES = 32;
/**
 * RFC 7677 §4 wants 4,096 or more, and each client counts them with every login. Of more than these Cyrus SASL says `too big,
 * refusing to compute`, and with it mbsync, mutt and many others, which try nothing else then.
 */
export const SCRAM_ITERATIONS = 65_536;
/** What no account ever has: a password nobody knows, so that an unknown user costs as much time as a wrong password. */
const noSuchPassword = formatHash(LOG2_COST, BLOCK_SIZE, PARALLEL, Buffer.alloc(16), Buffer.alloc(KEY_BYTES));

/**
 * Of the threads of this process, which there are four of, two stay for files: a crowd that tries passwords must not keep mail
 * from the disk.
 */
const checks = new Turns(2);

/** @returns `$scrypt$ln=15,r=8,p=1$salt$key SCRAM-SHA-256$…`, salts and keys in base64 */
export async function hashPassword(password: string, flags: readonly string[] = []): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(meant(password, flags), salt, LOG2_COST, BLOCK_SIZE, PARALLEL, KEY_BYTES);
  return withScramVerifier(formatHash(LOG2_COST, BLOCK_SIZE, PARALLEL, salt, key), password, flags);
}

/** A hash with a verifier of the password it is of, in the place of the one it has. */
export async function withScramVerifier(
  hash: string,
  password: string,
  flags: readonly string[],
): Promise<string> {
  const verifier = await deriveScramVerifier(writtenAs(password, flags), randomBytes(16), SCRAM_ITERATIONS);
  return `${hash.split(' ')[0]} ${formatScramVerifier(verifier)}`;
}

/** Undefined where the password was set by a version that knew no SCRAM, and where there is none. */
export const scramVerifierOf = (account: Pick<Account, 'passwordHash'>): ScramVerifier | undefined =>
  parseScramVerifier(account.passwordHash.split(' ')[1] ?? '');

/** A client of SCRAM counts with what was typed: where case does not matter, as it was set, and all of one case. */
function writtenAs(password: string, flags: readonly string[]): readonly string[] {
  const typed = saslPrep(password) ?? password;
  return flags.includes('PWDMIX') ? [typed] : [...new Set([typed, typed.toUpperCase(), typed.toLowerCase()])];
}

/**
 * True when it is the password of the account, whether the account may log in or not. Takes as long for an unknown user and an account
 * without a password as for a wrong password.
 */
export async function isPasswordOf(account: Account | undefined, password: string): Promise<boolean> {
  const parsed = parseHash(account?.passwordHash.split(' ')[0] ?? '');
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
  return checks.run(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password, salt, keyBytes, options, (error, key) =>
          error === null ? resolve(key) : reject(error),
        );
      }),
  );
}
