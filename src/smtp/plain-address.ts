/** Addresses in one form, whoever tells them. Source: RFC 4291 §2.5.5.2 (IPv4-mapped), RFC 5952. */
import ipaddr from 'ipaddr.js';

/** An IPv4 address within an IPv6 one is that IPv4 address; IPv6 is as short as it goes. What is no address stays as it is. */
export function plainAddress(address: string): string {
  if (!ipaddr.isValid(address) || address.includes('%')) return address;
  const plain = ipaddr.process(address);
  return plain instanceof ipaddr.IPv6 ? plain.toRFC5952String() : plain.toString();
}
