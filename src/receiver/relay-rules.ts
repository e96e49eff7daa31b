/**
 * Who may send where. Good-Clients against Bad-Clients: the most specific match wins, a tie accepts; relaying only for
 * good clients, into relay zones, or for everybody where RELAY alone is set; nobody without RELAY. Source: tcpip-smtp.md §3.3, rules 1–3.
 */
import ipaddr from 'ipaddr.js';
import type { ReceiverSettings } from './receiver-settings.ts';

/** Bits of the longest entry that matches, -1 for none. Entries: `10.0.2.66`, `10.0.0.0/8`, `::1/128`. */
export function longestMatch(address: string, entries: readonly string[]): number {
  if (!ipaddr.isValid(address)) return -1;
  const client = ipaddr.process(address);
  let longest = -1;
  for (const entry of entries) {
    const network = entry.includes('/') ? entry : `${entry}/${entry.includes(':') ? 128 : 32}`;
    if (!ipaddr.isValidCIDR(network)) continue;
    const [base, bits] = ipaddr.parseCIDR(network);
    if (base.kind() === client.kind() && client.match(base, bits)) longest = Math.max(longest, bits);
  }
  return longest;
}

export function isBadClient(address: string, settings: ReceiverSettings): boolean {
  const bad = longestMatch(address, settings.badClients);
  return bad !== -1 && bad > longestMatch(address, settings.goodClients);
}

/** RCPT to another host: allowed? `domain` in lower case. */
export function mayRelay(clientAddress: string, domain: string, settings: ReceiverSettings): boolean {
  if (!settings.relay) return false;
  if (longestMatch(clientAddress, settings.goodClients) !== -1) return true;
  // Rule 3: Relay-Zones without Good-Clients is ignored, then RELAY alone decides.
  if (settings.goodClients.length === 0) return true;
  return settings.relayZones.some((zone) => {
    const name = zone.toLowerCase();
    return domain === name || domain.endsWith(`.${name}`);
  });
}
