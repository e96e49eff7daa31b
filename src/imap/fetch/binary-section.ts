/** Parts without their Content-Transfer-Encoding. Source: RFC 3516 §4.2, §4.3; RFC 9051 §6.4.5 (BINARY). */
import { transferDecoder } from '../../mime/index.ts';
import type { ReadableMessage } from '../readable-message.ts';
import { isType } from '../structure/message-structure.ts';
import { measured, NO_OCTETS, type Octets } from './octets.ts';
import { partAt } from './section.ts';

/** Nobody knows how to take it off: NO with UNKNOWN-CTE. */
export class UnknownEncoding extends Error {}

const identities: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary', '']);

/** Throws UnknownEncoding. */
export async function binarySection(message: ReadableMessage, numbers: readonly number[]): Promise<Octets> {
  if (numbers.length === 0) return measured(() => message.bytes());
  const part = partAt(await message.structure(), numbers);
  if (part === undefined) return NO_OCTETS;
  const body = (): AsyncIterable<Uint8Array> => message.bytes(part.bodyStart, part.bodyEnd);
  const encoding = part.encoding.toLowerCase();
  // RFC 2045 §6.4: what is made of parts is not encoded itself.
  if (identities.has(encoding) || isType(part, 'multipart') || part.message !== undefined)
    return measured(body);
  if (encoding !== 'base64' && encoding !== 'quoted-printable') throw new UnknownEncoding(encoding);
  return measured(async function* () {
    const decoder = transferDecoder(encoding);
    for await (const chunk of body()) yield decoder.write(chunk);
    yield decoder.end();
  });
}
