/** Base64 as SASL has it: whole groups, padded, and nothing else between them. Source: RFC 4648 §3, §4. */

/** Undefined for anything that is not exactly that; '' is no octets. */
export function decodeBase64(text: string): Buffer | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const octets = Buffer.from(text, 'base64');
  // Bits that nobody sees would make two texts of one.
  return octets.toString('base64') === text ? octets : undefined;
}
