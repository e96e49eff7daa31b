/**
 * The ARC set that goes with forwarded mail: what we found when it came, under our seal, for whoever gets it after it was
 * forwarded and SPF cannot pass any more. Source: RFC 8617 §4.1, §5.1.
 */
import { headerFields } from '../mime/header-fields.ts';
import { claimsToBeFrom, resultOf } from './authentication-results.ts';
import { relaxedBodyHash } from './body-hashes.ts';
import { type HeaderRow, headerRows, relaxedField, rowsByName } from './header-rows.ts';
import {
  keyTags,
  type MessageToSign,
  type SigningKey,
  seconds,
  signedField,
  signedFields,
} from './sign-message.ts';
import { tagList } from './tag-list.ts';

/** In the order in which seals cover them. RFC 8617 §5.1.1 */
const FIELDS = ['arc-authentication-results', 'arc-message-signature', 'arc-seal'] as const;
/** RFC 8617 §4.2.1 */
const MOST_SETS = 50;

/** ARC fields with CRLF. '' where there is nothing to seal: no results of ours, or a chain that is full or has failed before. */
export async function arcSet(
  message: MessageToSign,
  key: SigningKey,
  authservId: string,
  now: number,
): Promise<string> {
  const { header } = message;
  const results = ownResults(header, authservId);
  if (results === undefined) return '';
  const rows = headerRows(
    Buffer.from(header.buffer, header.byteOffset, header.byteLength).toString('latin1'),
  );
  const before = setsOf(rows);
  const highest = Math.max(0, ...before.keys());
  const status = chainStatus(results);
  const isFirst = highest === 0;
  const sealedLast = before.get(highest)?.get('arc-seal');
  const hasFailed = sealedLast !== undefined && tagOf(sealedLast, 'cv')?.toLowerCase() === 'fail';
  // RFC 8617 §5.1, steps 2 and 3
  if (highest >= MOST_SETS || hasFailed || isFirst !== (status === 'none')) return '';

  const instance = highest + 1;
  const found = `ARC-Authentication-Results: i=${instance}; ${authservId};${results}\r\n`;
  const { names, text } = signedFields(rowsByName(rows), ['DKIM-Signature']);
  const bodyHash = await relaxedBodyHash(message.body());
  const tags = `i=${instance}; ${keyTags(key)}`;
  const signature = await signedField(
    'ARC-Message-Signature',
    `${tags}c=relaxed/relaxed; t=${seconds(now)};\r\n\th=${names};\r\n\tbh=${bodyHash};\r\n\tb=`,
    text,
    key,
  );
  // A chain that is broken is not vouched for: RFC 8617 §5.1.2.
  const sealed = status === 'pass' ? chainText(before, highest) : '';
  if (sealed === undefined) return '';
  const own = headerRows(`${found}${signature}`).map((row) => `${relaxedField(row)}\r\n`);
  const seal = await signedField(
    'ARC-Seal',
    `${tags}t=${seconds(now)}; cv=${status};\r\n\tb=`,
    `${sealed}${own.join('')}`,
    key,
  );
  return `${seal}${signature}${found}`;
}

type ArcFields = ReadonlyMap<string, HeaderRow>;

/** By their number. */
function setsOf(rows: readonly HeaderRow[]): ReadonlyMap<number, ArcFields> {
  const sets = new Map<number, Map<string, HeaderRow>>();
  for (const row of rows) {
    if (!(FIELDS as readonly string[]).includes(row.name)) continue;
    const instance = instanceOf(row);
    if (instance === undefined) continue;
    const known = sets.get(instance);
    if (known === undefined) sets.set(instance, new Map([[row.name, row]]));
    else known.set(row.name, row);
  }
  return sets;
}

const INSTANCE = /^\d{1,2}$/;
/** RFC 8617 §4.1.1 */
const FIRST_INSTANCE = /^[ \t\r\n]*i[ \t\r\n]*=[ \t\r\n]*(\d{1,2})[ \t\r\n]*;/;

function instanceOf(row: HeaderRow): number | undefined {
  const text =
    row.name === 'arc-authentication-results'
      ? FIRST_INSTANCE.exec(row.text.slice(row.colon + 1))?.[1]
      : tagOf(row, 'i');
  const instance = text !== undefined && INSTANCE.test(text) ? Number(text) : 0;
  return instance >= 1 && instance <= MOST_SETS ? instance : undefined;
}

const tagOf = (row: HeaderRow, name: string): string | undefined =>
  tagList(row.text, row.colon + 1)?.get(name)?.value;

/** All sets, canonical; undefined where one is not whole. */
function chainText(sets: ReadonlyMap<number, ArcFields>, highest: number): string | undefined {
  let text = '';
  for (let instance = 1; instance <= highest; instance++) {
    for (const name of FIELDS) {
      const row = sets.get(instance)?.get(name);
      if (row === undefined) return undefined;
      text += `${relaxedField(row)}\r\n`;
    }
  }
  return text;
}

/**
 * What our own Authentication-Results, the first of the message, says behind our name, folded as we wrote it; undefined: it is not from a
 * stranger.
 */
export function ownResults(header: Uint8Array, authservId: string): string | undefined {
  const block = Buffer.from(header.buffer, header.byteOffset, header.byteLength).toString('latin1');
  const field = headerFields(block).find(({ name }) => name === 'authentication-results');
  if (field === undefined || !claimsToBeFrom(authservId, field.value)) return undefined;
  return field.value.replace(/^[^;]*;/, '').trimEnd();
}

/** The state of the chain as it came: RFC 8617 §4.4. No word of it: there was none. */
function chainStatus(results: string): string {
  const result = resultOf('arc', results);
  return result === 'pass' || result === 'fail' ? result : 'none';
}
