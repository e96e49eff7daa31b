/**
 * The ARC set that goes with forwarded mail: what we found when it came, under our seal, for whoever gets it after it was
 * forwarded and SPF cannot pass any more. Source: RFC 8617 §4.1, §5.1.
 */
import { headerFields, withoutLongBlanks } from '../mime/header-fields.ts';
import { claimsToBeFrom, resultOf } from './authentication-results.ts';
import { relaxedBodyHash } from './body-hashes.ts';
import { loadMailauth } from './mailauth.ts';
import type { MessageToSign, SigningKey } from './sign-message.ts';

/** ARC fields with CRLF. '' where there is nothing to seal: no results of ours, or a chain that is full or has failed before. */
export async function arcSet(
  message: MessageToSign,
  key: SigningKey,
  authservId: string,
  now: number,
): Promise<string> {
  const results = ownResults(message.header, authservId);
  if (results === undefined) return '';
  const { DkimVerifier, createSeal } = await loadMailauth();
  const verifier = new DkimVerifier({
    resolver: async () => [],
    sender: '',
    rejectRsaSha1: true,
  });
  await verifier.emitHeaders(withoutLongBlanks(message.header));
  const bodyHash = await relaxedBodyHash(message.body());
  const sealed = await createSeal(false, {
    headers: verifier.headers,
    arc: verifier.arc,
    seal: {
      signingDomain: key.domain,
      selector: key.selector,
      privateKey: key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      bodyHash,
      cv: chainStatus(results),
      authResults: `${authservId};${results}`,
      signTime: new Date(now),
    },
  });
  return sealed.headers.map((each) => `${each}\r\n`).join('');
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
