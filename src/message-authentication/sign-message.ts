/**
 * DKIM signatures of ours: relaxed/relaxed, rsa-sha256 and ed25519-sha256. Of the body only the hash is kept; the private
 * key works in another thread. Fields that are shown are signed once more than they are there, so that nobody can add a
 * second author. Source: RFC 6376 §3.4–§3.7, §5.4, §8.15 (over-signing); RFC 8463.
 */
import { createHash, type KeyObject, sign as signBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { relaxedBodyHash } from './body-hashes.ts';
import { type HeaderRow, headerRows, relaxedField, rowsByName } from './header-rows.ts';

export interface SigningKey {
  /** d=, A-labels. */
  readonly domain: string;
  readonly selector: string;
  /** RSA or Ed25519. */
  readonly privateKey: KeyObject;
}

export interface MessageToSign {
  /** Header section; the empty line may stand behind it. */
  readonly header: Uint8Array;
  /** All behind the empty line; read once. */
  readonly body: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Signed where they are there. RFC 6376 §5.4.1 */
const SIGNED = [
  'Sender',
  'Date',
  'Message-ID',
  'In-Reply-To',
  'References',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'Content-ID',
  'Content-Description',
  'Resent-Date',
  'Resent-From',
  'Resent-Sender',
  'Resent-To',
  'Resent-Cc',
  'Resent-Message-ID',
  'List-Id',
  'List-Help',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'List-Subscribe',
  'List-Post',
  'List-Owner',
  'List-Archive',
] as const;
/** Signed once more than they are there: shown to whoever reads the message. */
const OVERSIGNED = ['From', 'Reply-To', 'To', 'Cc', 'Subject'] as const;

const signAside = promisify(signBytes);

/** DKIM-Signature fields with CRLF, one for each key. '' for a message without an author: nobody could be the signer. */
export async function dkimSignatures(
  message: MessageToSign,
  keys: readonly SigningKey[],
  now: number,
): Promise<string> {
  const { header } = message;
  const block = Buffer.from(header.buffer, header.byteOffset, header.byteLength).toString('latin1');
  const fields = rowsByName(headerRows(block));
  if (keys.length === 0 || !fields.has('from')) return '';
  const bodyHash = await relaxedBodyHash(message.body());
  const { names, text } = signedFields(fields, []);
  const signatures = await Promise.all(
    keys.map((key) => {
      const tags = `v=1; ${keyTags(key)}c=relaxed/relaxed; t=${seconds(now)};\r\n\th=${names};\r\n\tbh=${bodyHash};\r\n\tb=`;
      return signedField('DKIM-Signature', tags, text, key);
    }),
  );
  return signatures.join('');
}

export const seconds = (now: number): number => Math.floor(now / 1_000);

/** `a=rsa-sha256; d=…; s=…; `, folded. */
export const keyTags = ({ domain, selector, privateKey }: SigningKey): string =>
  `a=${privateKey.asymmetricKeyType === 'rsa' ? 'rsa' : 'ed25519'}-sha256; d=${domain};\r\n\ts=${selector}; `;

/**
 * What a signature of ours covers, with relaxed canonicalization.
 * @param more  names of fields that are signed too, where they are there
 * @returns their names for h=, folded, and the fields
 */
export function signedFields(
  fields: ReadonlyMap<string, readonly HeaderRow[]>,
  more: readonly string[],
): { readonly names: string; readonly text: string } {
  const names: string[] = [];
  const lines: string[] = [];
  const take = (name: string, extra: number): void => {
    const found = fields.get(name.toLowerCase()) ?? [];
    // From the bottom up. RFC 6376 §5.4.2
    for (const field of found.toReversed()) lines.push(`${relaxedField(field)}\r\n`);
    for (let count = found.length + extra; count > 0; count--) names.push(name);
  };
  for (const name of OVERSIGNED) take(name, 1);
  for (const name of [...SIGNED, ...more]) take(name, 0);
  return { names: foldedNames(names), text: lines.join('') };
}

/**
 * The field with its signature, and CRLF.
 * @param tags  to the `b=` at the end, folded
 * @param before  what is signed with it, canonical
 */
export async function signedField(
  name: string,
  tags: string,
  before: string,
  { privateKey }: SigningKey,
): Promise<string> {
  const row = { name: name.toLowerCase(), text: `${name}: ${tags}`, colon: name.length };
  const signed = Buffer.from(`${before}${relaxedField(row)}`, 'latin1');
  const value =
    privateKey.asymmetricKeyType === 'rsa'
      ? await signAside('sha256', signed, privateKey)
      : // RFC 8463 §3: what Ed25519 signs is the hash.
        await signAside(null, createHash('sha256').update(signed).digest(), privateKey);
  const folded = value.toString('base64').replace(/.{70}(?=.)/g, '$&\r\n\t');
  return `${row.text}${folded}\r\n`;
}

function foldedNames(names: readonly string[]): string {
  const lines = [''];
  for (const name of names) {
    const line = lines.at(-1) ?? '';
    const more = line === '' ? name : `${line}:${name}`;
    if (more.length > 70) lines.push(name);
    else lines[lines.length - 1] = more;
  }
  return lines.join(':\r\n\t');
}
