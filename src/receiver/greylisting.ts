/**
 * Strangers that were never here are asked to come again: mail servers do, most programs that send what nobody wants do not.
 * Off unless the manager wants it. Source: RFC 6647; RFC 3463 (4.7.1).
 */
import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { reasonOf } from '../condition/index.ts';
import { type Reply, reply } from '../smtp/reply.ts';
import { clientKey } from './client-rates.ts';
import { isStranger, type Session } from './session.ts';

/** At RCPT, for a recipient that would be taken. */
export function greylistRefusal(session: Session, forwardPath: string): Reply | undefined {
  if (!session.settings.greylists || !isStranger(session)) return undefined;
  // RFC 5321 §4.5.1: whoever has trouble with us reaches somebody.
  return /^postmaster(@|$)/i.test(forwardPath) ? undefined : refusalOfUnknown(session, forwardPath);
}

/** Of somebody that was never here; whether or not all are asked to come again. */
export function refusalOfUnknown(session: Session, forwardPath: string): Reply | undefined {
  const { settings, dependencies, peer, transaction } = session;
  const network = networkOf(peer.address);
  const reversePath = transaction?.reversePath ?? '';
  const rules = { delayMs: settings.greylistDelayMs };
  try {
    const now = dependencies.clock.now();
    const waitMs = dependencies.greylist?.waitMs(network, reversePath, forwardPath, now, rules) ?? 0;
    if (waitMs === 0) return undefined;
    return reply(451, `Greylisted, try again in ${Math.ceil(waitMs / 1_000)} seconds`, '4.7.1');
  } catch (error) {
    // Its trouble keeps no mail away.
    dependencies.log.warn({ reason: reasonOf(error) }, 'the greylist cannot be read');
    return undefined;
  }
}

/** Servers of one provider try in turn: of IPv4 24 bits. RFC 6647 §5 */
function networkOf(address: string): string {
  const plain = ipaddr.isValid(address) ? ipaddr.process(address).toString() : address;
  return isIPv4(plain) ? `${plain.split('.').slice(0, 3).join('.')}.0/24` : clientKey(plain);
}
