/**
 * Public keys of signatures: asked for in the DNS, read once, kept for a while. Source: RFC 6376 §3.6.1, §3.6.2, §6.1.2; RFC 8301
 * §3.2; RFC 8463 §4.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Clock } from '../ports/clock.ts';
import { BoundedCache } from './bounded-cache.ts';
import type { DkimProblem } from './dkim-signature.ts';
import type { AskDns } from './mailauth.ts';
import { colonList, tagList, withoutBlanks } from './tag-list.ts';

export interface PublicKey {
  readonly key: KeyObject;
  readonly type: 'rsa' | 'ed25519';
  /** t=y: its owner only tries. */
  readonly isTesting: boolean;
  /** t=s: good for the domain itself, and none below. */
  readonly isStrict: boolean;
}

/** `code`: as mailauth calls it. */
export type NoKey = DkimProblem & { readonly code: string };

const KEPT = 5_000;
const KEPT_MS = 5 * 60_000;
/** RFC 8301 §3.2; longer ones than anybody has cost more than they are worth. */
const FEWEST_BITS = 1_024;
const MOST_BITS = 8_192;
const GREATEST_EXPONENT = 0xffff_ffffn;

export class DkimKeys {
  readonly #kept: BoundedCache<PublicKey>;

  constructor(clock: Clock) {
    this.#kept = new BoundedCache(clock, KEPT);
  }

  /** Never rejects. @param selector, domain  A-labels */
  find(selector: string, domain: string, ask: AskDns): PublicKey | Promise<PublicKey | NoKey> {
    const name = `${selector}._domainkey.${domain}`;
    return this.#kept.get(name) ?? this.#asked(name, ask);
  }

  async #asked(name: string, ask: AskDns): Promise<PublicKey | NoKey> {
    let records: readonly unknown[];
    try {
      records = await ask(name, 'TXT');
    } catch (error) {
      const { code = 'unknown' } = error as { readonly code?: string };
      return code === 'ENOTFOUND' || code === 'ENODATA'
        ? noKey('no key', code)
        : { result: 'temperror', comment: `DNS failure: ${code}`, code };
    }
    const read = records.map((each) => readKey([each].flat().join('')));
    const found = read.find((each) => 'key' in each) ?? read[0] ?? noKey('no key', 'ENODATA');
    // Why there is none is kept with the answers of the DNS.
    if ('key' in found) this.#kept.set(name, found, KEPT_MS);
    return found;
  }
}

const noKey = (comment: string, code: string): NoKey => ({ result: 'permerror', comment, code });

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** @param record  text of the record, its strings joined */
export function readKey(record: string): PublicKey | NoKey {
  const tags = tagList(record);
  if (tags === undefined) return noKey('key syntax error', 'EINVALIDVAL');
  const said = (name: string, otherwise: string): string => tags.get(name)?.value ?? otherwise;
  if (said('v', 'DKIM1') !== 'DKIM1') return noKey('unknown key version', 'EINVALIDVER');
  if (tags.has('v') && tags.keys().next().value !== 'v') return noKey('key syntax error', 'EINVALIDVER');
  if (!colonList(said('h', 'sha256')).includes('sha256'))
    return noKey('inappropriate hash algorithm', 'EINVALIDHASH');
  if (!colonList(said('s', '*')).some((each) => each === '*' || each === 'email'))
    return noKey('key not for email', 'EINVALIDSERVICE');
  const type = said('k', 'rsa').toLowerCase();
  if (type !== 'rsa' && type !== 'ed25519') return noKey('unknown key type', 'EINVALIDTYPE');
  const text = withoutBlanks(said('p', ''));
  if (tags.has('p') && text === '') return noKey('key revoked', 'EINVALIDVAL');
  const key = BASE64.test(text) ? keyOf(type, Buffer.from(text, 'base64')) : undefined;
  if (key === undefined) return noKey('invalid public key', 'EINVALIDVAL');
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (type === 'rsa' && modulusLength < FEWEST_BITS)
    return { result: 'policy', comment: 'weak key', rule: 'weak-key', code: 'ESHORTKEY' };
  if (modulusLength > MOST_BITS || publicExponent > GREATEST_EXPONENT)
    return noKey('key too long', 'EINVALIDVAL');
  const flags = colonList(said('t', ''));
  return { key, type, isTesting: flags.includes('y'), isStrict: flags.includes('s') };
}

/** Before the 32 bytes of an Ed25519 key: RFC 8410 §4. */
const ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

function keyOf(type: PublicKey['type'], bytes: Buffer): KeyObject | undefined {
  if (type === 'ed25519') {
    return bytes.byteLength === 32 ? derKey(Buffer.concat([ED25519, bytes]), 'spki', type) : undefined;
  }
  // RFC 6376 §3.6.1 has the bare key, as all the world has the one with its kind before it.
  return derKey(bytes, 'spki', type) ?? derKey(bytes, 'pkcs1', type);
}

function derKey(key: Buffer, form: 'spki' | 'pkcs1', type: PublicKey['type']): KeyObject | undefined {
  try {
    const made = createPublicKey({ key, format: 'der', type: form });
    return made.asymmetricKeyType === type ? made : undefined;
  } catch {
    return undefined;
  }
}
