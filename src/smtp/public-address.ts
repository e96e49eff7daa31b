/** Whether an address is one of the Internet: not of this machine, not of a network behind it. Source: RFC 6890. */
import ipaddr from 'ipaddr.js';

export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // An IPv4 address within an IPv6 one is what it is.
  return ipaddr.process(address).range() === 'unicast';
}
