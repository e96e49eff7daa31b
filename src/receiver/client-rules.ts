/** Whether a client may talk to us at all: backtranslation, Bad- and Good-Clients, RBLs. Source: tcpip-smtp.md §3.3, rule 6. */
import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { PolicyEvent } from './policy-event.ts';
import { isBadClient, longestMatch } from './relay-rules.ts';
import type { Session } from './session.ts';

/** Answers at once where no name server has to be asked. */
export function clientRefusal(session: Session): PolicyEvent | undefined | Promise<PolicyEvent | undefined> {
  const { settings, service } = session;
  // Users come from wherever they are: their password says who they are, not their address.
  const isAsked = !service.isSubmission && (settings.rejectUnbacktranslatable || settings.rbls.length > 0);
  if (isAsked) return askedRefusal(session);
  return isBadClient(session.peer.address, settings) ? 'Bad-Clients' : undefined;
}

async function askedRefusal({ settings, peer, dependencies }: Session): Promise<PolicyEvent | undefined> {
  const { resolver } = dependencies;
  const isGood = longestMatch(peer.address, settings.goodClients) !== -1;
  // A name server that does not answer refuses nobody.
  if (settings.rejectUnbacktranslatable && !isGood) {
    const found = await resolver.names(peer.address);
    if (found.kind === 'noSuchName' || found.kind === 'noData') return 'Unbacktranslatable-IP';
  }
  if (isBadClient(peer.address, settings)) return 'Bad-Clients';
  if (isGood) return undefined;
  const reversed = reversedAddress(peer.address);
  if (reversed === undefined) return undefined;
  const listed = await Promise.all(
    settings.rbls.map((domain) => resolver.addresses(`${reversed}.${domain}`)),
  );
  return listed.some((each) => each.kind === 'found' && each.records.some(saysListed))
    ? 'Client-In-RBL'
    : undefined;
}

/**
 * RFC 5782 §2.1: an address of the loopback network. Any other comes from who owns the domain now that the list is gone; of those in
 * 127.255.255 lists say that they do not answer such questions.
 */
const saysListed = (address: string): boolean => /^127\./.test(address) && !/^127\.255\.255\./.test(address);

/** `66.2.0.10`; the nibbles of an IPv6 address. RFC 5782 §2.1, §2.4 */
function reversedAddress(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return undefined;
  const plain = ipaddr.process(address).toString();
  if (isIPv4(plain)) return plain.split('.').reverse().join('.');
  const nibbles = ipaddr
    .parse(plain)
    .toByteArray()
    .flatMap((byte) => [byte >> 4, byte & 15]);
  return nibbles
    .reverse()
    .map((each) => each.toString(16))
    .join('.');
}
