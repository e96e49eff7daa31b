/** The logical names that say who called. Source: tcpip-smtp.md §1.3. */
import { isIPv4 } from 'node:net';
import type { ConnectionPeer } from '../ports/service-launcher.ts';

/**
 * SYS$REM_NODE is the IPv4 address as a decimal longword, first octet in the low byte, and `::`.
 * Deviation: an IPv6 peer does not fit and is `0::`; SYS$REM_NODE_FULLNAME has the address in text for both.
 * SYS$REM_ID is the peer's port: TCP tells no user name.
 */
export const remoteNodeNames = ({ address, port }: ConnectionPeer) => ({
  SYS$REM_NODE: `${longword(address)}::`,
  SYS$REM_NODE_FULLNAME: address,
  SYS$REM_ID: String(port),
});

/** 10.0.2.66 is 1107427338. DCL's integers are signed: addresses whose last octet is above 127 come out negative. */
function longword(address: string): number {
  if (!isIPv4(address)) return 0;
  const [first = 0, second = 0, third = 0, fourth = 0] = address.split('.').map(Number);
  return first | (second << 8) | (third << 16) | (fourth << 24);
}
