/**
 * What a field DKIM-Signature or ARC-Message-Signature says, read with all its rules, before anything is computed.
 * Source: RFC 6376 §3.5, §6.1.1; RFC 8301 §3.1, §3.2; RFC 8463 §3; RFC 8616 §3 (U-labels); RFC 8617 §4.1.2.
 */
import { toALabels } from '../smtp/idna.ts';
import type { Canonicalization } from './body-hashes.ts';
import type { HeaderRow } from './header-rows.ts';
import { colonList, type TagList, tagList, withoutBlanks } from './tag-list.ts';

export interface DkimSignature {
  readonly row: HeaderRow;
  readonly algorithm: 'rsa' | 'ed25519';
  readonly headerCanonicalization: Canonicalization;
  /** What of the body is signed. */
  readonly body: { readonly canonicalization: Canonicalization; readonly length: number };
  /** base64 */
  readonly bodyHash: string;
  /** d=, A-labels in lower case. */
  readonly domain: string;
  readonly selector: string;
  /** Of i=; the domain itself where there is none. */
  readonly identityDomain: string;
  /** h=, lower case. */
  readonly names: readonly string[];
  readonly signature: Buffer;
  /** The field without what b= says. */
  readonly unsignedText: string;
}

/** Why a signature says nothing; words of RFC 8601 §2.7.1. */
export interface DkimProblem {
  readonly result: 'permerror' | 'temperror' | 'neutral' | 'policy' | 'fail';
  readonly comment?: string;
  /** For policy.dkim-rules. */
  readonly rule?: string;
}

export interface ReadSignature {
  /** For header.d and its like; what is not there is left out. RFC 8601 §2.7.1, RFC 6008 §4 */
  readonly header: Readonly<Record<string, string>>;
  readonly found: DkimSignature | DkimProblem;
}

/** Clocks differ; who is further ahead than this has not signed yet. */
const MOST_AHEAD_SECONDS = 36_000;

/** RFC 5321 §4.1.2, and underscores, which are met. */
const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const SELECTOR = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`);
/** RFC 1035 §2.3.4 */
const LONGEST_NAME = 253;
const BEYOND_ASCII = /[^\x00-\x7f]/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const SECONDS = /^\d{1,12}$/;
const LENGTH = /^\d{1,76}$/;

const problem = (comment: string, result: DkimProblem['result'] = 'permerror'): DkimProblem => ({
  result,
  comment,
});
const SYNTAX = problem('signature syntax error');
const MISSING = problem('signature missing required tag');

/** @param now  instant, milliseconds */
export function readSignature(row: HeaderRow, kind: 'DKIM' | 'ARC', now: number): ReadSignature {
  const tags = tagList(row.text, row.colon + 1);
  if (tags === undefined) return { header: {}, found: SYNTAX };
  const said = (name: string): string | undefined => tags.get(name)?.value;
  const domain = aLabels(said('d'), DOMAIN);
  const selector = aLabels(said('s'), SELECTOR);
  const identity = kind === 'DKIM' ? identityOf(said('i'), domain) : undefined;
  const value = withoutBlanks(said('b') ?? '');
  const header: Record<string, string> = {};
  if (domain !== undefined) header['d'] = domain;
  if (identity !== undefined) header['i'] = `${identity.localPart}@${identity.domain}`;
  if (selector !== undefined) header['s'] = selector;
  if (tags.has('a')) header['a'] = said('a')!;
  if (value !== '') header['b'] = value.slice(0, 8);

  const found =
    objection(tags, kind, now) ??
    (domain === undefined || selector === undefined || (kind === 'DKIM' && identity === undefined)
      ? SYNTAX
      : signatureOf({ row, tags, domain, selector, identityDomain: identity?.domain ?? domain, value }));
  return { header, found };
}

const REQUIRED = ['a', 'b', 'bh', 'd', 'h', 's'] as const;

/** RFC 6376 §6.1.1, in its order; what is said of itself is looked at later. */
function objection(tags: TagList, kind: 'DKIM' | 'ARC', now: number): DkimProblem | undefined {
  const said = (name: string): string | undefined => tags.get(name)?.value;
  if (kind === 'DKIM') {
    if (!tags.has('v')) return MISSING;
    if (said('v') !== '1') return problem('incompatible version');
  }
  if (REQUIRED.some((name) => !tags.has(name))) return MISSING;
  const numbers = [said('t'), said('x')].filter((each) => each !== undefined);
  if (!numbers.every((each) => SECONDS.test(each)) || !LENGTH.test(said('l') ?? '0')) return SYNTAX;
  const methods = colonList(said('q') ?? 'dns/txt');
  if (!methods.includes('dns/txt')) return problem('unsupported query method');
  const signedAt = Number(said('t') ?? 0);
  const expiresAt = Number(said('x') ?? Number.POSITIVE_INFINITY);
  if (expiresAt <= signedAt) return problem('invalid expiration');
  if (expiresAt * 1_000 < now) return problem('expired', 'neutral');
  if (signedAt > now / 1_000 + MOST_AHEAD_SECONDS) return problem('signed in the future', 'neutral');
  return undefined;
}

function signatureOf(read: {
  readonly row: HeaderRow;
  readonly tags: TagList;
  readonly domain: string;
  readonly selector: string;
  readonly identityDomain: string;
  /** b= */
  readonly value: string;
}): DkimSignature | DkimProblem {
  const { row, tags, domain, selector, identityDomain, value } = read;
  const said = (name: string): string => tags.get(name)?.value ?? '';
  const algorithm = said('a').toLowerCase();
  // RFC 8301 §3.1
  if (algorithm === 'rsa-sha1')
    return { result: 'policy', comment: 'weak algorithm', rule: 'weak-algorithm' };
  if (algorithm !== 'rsa-sha256' && algorithm !== 'ed25519-sha256')
    return problem('unknown algorithm', 'neutral');
  const [forHeader, forBody = 'simple', ...rest] = (said('c') || 'simple/simple').toLowerCase().split('/');
  if (!isCanonicalization(forHeader) || !isCanonicalization(forBody) || rest.length > 0)
    return problem('unknown canonicalization', 'neutral');
  const bodyHash = withoutBlanks(said('bh'));
  if (!BASE64.test(value) || !BASE64.test(bodyHash)) return SYNTAX;
  if (identityDomain !== domain && !identityDomain.endsWith(`.${domain}`)) return problem('domain mismatch');
  const names = colonList(said('h'));
  if (!names.includes('from')) return problem('From field not signed');
  const length = tags.has('l') ? Number(said('l')) : Number.POSITIVE_INFINITY;
  const { start, end } = tags.get('b')!;
  return {
    row,
    algorithm: algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519',
    headerCanonicalization: forHeader,
    body: { canonicalization: forBody, length },
    bodyHash,
    domain,
    selector,
    identityDomain,
    names,
    signature: Buffer.from(value, 'base64'),
    // RFC 6376 §3.7: with the blanks around it.
    unsignedText: `${row.text.slice(0, start)}${row.text.slice(end)}`,
  };
}

const isCanonicalization = (word: string | undefined): word is Canonicalization =>
  word === 'relaxed' || word === 'simple';

/** Bytes are UTF-8: header fields of mail that is SMTPUTF8 have U-labels. */
function aLabels(bytes: string | undefined, form: RegExp): string | undefined {
  if (bytes === undefined || bytes.length > 4 * LONGEST_NAME) return undefined;
  const text = BEYOND_ASCII.test(bytes) ? Buffer.from(bytes, 'latin1').toString() : bytes;
  const labels = toALabels(text);
  return labels !== undefined && labels.length <= LONGEST_NAME && form.test(labels) ? labels : undefined;
}

/** RFC 6376 §2.11: what is quoted is the bytes. */
function identityOf(
  bytes: string | undefined,
  domain: string | undefined,
): { readonly localPart: string; readonly domain: string } | undefined {
  if (bytes === undefined) return domain === undefined ? undefined : { localPart: '', domain };
  const text = withoutBlanks(bytes).replace(/=([0-9A-Fa-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  const at = text.lastIndexOf('@');
  const found = at === -1 ? undefined : aLabels(text.slice(at + 1), DOMAIN);
  if (found === undefined) return undefined;
  return { localPart: Buffer.from(text.slice(0, at), 'latin1').toString(), domain: found };
}
