/**
 * DKIM signatures, verified: the header fields of each, and all their hashes of the body in one pass over it. What it costs is bounded by
 * the message and by the number of signatures. Source: RFC 6376 §6.1, RFC 8463 §3.
 */
import { hash, verify as verifyBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { BodyHashes } from './body-hashes.ts';
import type { NoKey, PublicKey } from './dkim-keys.ts';
import type { DkimProblem, DkimSignature, ReadSignature } from './dkim-signature.ts';
import { canonicalField, type HeaderRow, rowsByName, rowsOf } from './header-rows.ts';

export interface DkimResult extends Pick<ReadSignature, 'header'> {
  /** RFC 8601 §2.7.1 */
  readonly result: 'pass' | 'fail' | DkimProblem['result'];
  readonly comment?: string;
  readonly rule?: string;
  /** Of a signature that could be read. */
  readonly domain?: string;
  /** What of the body its l= leaves out. */
  readonly unsignedBytes: number;
}

type Body = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * One result for each signature, in their order. Rejects as the body does; it is read only where a signature could be good.
 * @param rows  all of the header section
 */
export async function verifySignatures(
  signatures: readonly ReadSignature[],
  rows: readonly HeaderRow[],
  body: () => Body,
  keyOf: (signature: DkimSignature) => PublicKey | Promise<PublicKey | NoKey>,
): Promise<readonly DkimResult[]> {
  const good = signatures.flatMap(({ found }) => ('row' in found ? found : []));
  if (good.length === 0)
    return signatures.map(({ header, found }) => ({ ...(found as DkimProblem), header, unsignedBytes: 0 }));
  // Keys are on their way while the body is read.
  const keys = new Map(good.map((each) => [each, keyOf(each)]));
  const hashes = new BodyHashes(good.map((each) => each.body));
  const bytes = body();
  if (Symbol.iterator in bytes) for (const each of bytes) hashes.update(each);
  else for await (const each of bytes) hashes.update(each);
  hashes.end();
  const named = rowsByName(rows);
  const results: DkimResult[] = [];
  for (const { header, found } of signatures) {
    if (!('row' in found)) {
      results.push({ ...found, header, unsignedBytes: 0 });
      continue;
    }
    const { hash: bodyHash, unsignedBytes } = hashes.get(found.body);
    const outcome =
      bodyHash === found.bodyHash
        ? await outcomeOf(found, await keys.get(found)!, named)
        : ({ result: 'fail', comment: 'body hash did not verify' } as const);
    // RFC 6376 §8.2: whoever adds to such a text speaks in the name of its signer.
    const isPartial = outcome.result === 'pass' && unsignedBytes > 0;
    results.push({
      ...(isPartial ? ({ result: 'policy' } as const) : outcome),
      header,
      domain: found.domain,
      unsignedBytes,
    });
  }
  return results;
}

/** In another thread: the one that talks to clients goes on meanwhile. */
const verifyAside = promisify(verifyBytes);

const INAPPROPRIATE: DkimProblem = { result: 'permerror', comment: 'inappropriate key algorithm' };
const MISMATCH: DkimProblem = { result: 'permerror', comment: 'domain mismatch' };
const BAD: DkimProblem = { result: 'fail', comment: 'bad signature' };
/** RFC 6376 §3.6.1: then it is as if nobody had signed. */
const BAD_TEST: DkimProblem = { result: 'neutral', comment: 'bad signature, key in test mode' };

async function outcomeOf(
  signature: DkimSignature,
  found: PublicKey | NoKey,
  rows: ReadonlyMap<string, readonly HeaderRow[]>,
): Promise<{ readonly result: 'pass' } | DkimProblem> {
  if (!('key' in found)) return found;
  const { algorithm, domain, identityDomain } = signature;
  if (found.type !== algorithm) return INAPPROPRIATE;
  if (found.isStrict && identityDomain !== domain) return MISMATCH;
  const signed = signedBytes(signature, rows);
  const isGood =
    algorithm === 'rsa'
      ? await verifyAside('sha256', signed, found.key, signature.signature)
      : await verifyAside(null, hash('sha256', signed, 'buffer'), found.key, signature.signature);
  if (isGood) return { result: 'pass' };
  return found.isTesting ? BAD_TEST : BAD;
}

/** RFC 6376 §3.7 */
function signedBytes(
  { names, row, headerCanonicalization, unsignedText }: DkimSignature,
  rows: ReadonlyMap<string, readonly HeaderRow[]>,
): Buffer {
  let text = '';
  for (const each of rowsOf(names, rows, row)) text += `${canonicalField(each, headerCanonicalization)}\r\n`;
  text += canonicalField({ ...row, text: unsignedText }, headerCanonicalization);
  return Buffer.from(text, 'latin1');
}
