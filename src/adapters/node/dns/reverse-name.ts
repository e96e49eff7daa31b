/** The name under which an address has its names. Source: RFC 1035 §3.5, RFC 3596 §2.5. */
import ipaddr from 'ipaddr.js';

/** @returns undefined for what is no address */
export function reverseName(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return undefined;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return `${[...parsed.toByteArray()].reverse().join('.')}.in-addr.arpa`;
  const nibbles = parsed.toByteArray().flatMap((byte) => [byte >> 4, byte & 15]);
  return `${nibbles
    .reverse()
    .map((each) => each.toString(16))
    .join('.')}.ip6.arpa`;
}
