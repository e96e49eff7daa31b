/**
 * Who may send where. Good-Clients against Bad-Clients: the most specific match wins, a tie accepts; relaying only for
 * good clients and into relay zones; nobody without RELAY. Source: tcpip-smtp.md §3.3, rules 1–3.
 */
import ipaddr from 'ipaddr.js';
import { toALabels } from '../smtp/idna.ts';
import type { Mailbox } from '../smtp/path.ts';
import type { ReceiverSettings } from './receiver-settings.ts';

type Network = ReturnType<typeof ipaddr.parseCIDR>;

interface ClientList {
  readonly networks: readonly Network[];
  /** Answers given: most connections come from a few clients. */
  readonly known: Map<string, number>;
}

/** A list is asked several times for each message: reading entries and addresses costs more than all the rest of its work. */
const lists = new WeakMap<readonly string[], ClientList>();
const CLIENTS_KNOWN = 1_000;

function listOf(entries: readonly string[]): ClientList {
  const known = lists.get(entries);
  if (known !== undefined) return known;
  const networks = entries.flatMap((entry) => {
    const network = entry.includes('/') ? entry : `${entry}/${entry.includes(':') ? 128 : 32}`;
    return ipaddr.isValidCIDR(network) ? [ipaddr.parseCIDR(network)] : [];
  });
  const list = { networks, known: new Map<string, number>() };
  lists.set(entries, list);
  return list;
}

/** Bits of the longest entry that matches, -1 for none. Entries: `10.0.2.66`, `10.0.0.0/8`, `::1/128`. */
export function longestMatch(address: string, entries: readonly string[]): number {
  if (entries.length === 0) return -1;
  const { networks, known } = listOf(entries);
  const before = known.get(address);
  if (before !== undefined) return before;
  const found = matchIn(networks, address);
  if (known.size >= CLIENTS_KNOWN) known.clear();
  known.set(address, found);
  return found;
}

function matchIn(networks: readonly Network[], address: string): number {
  if (!ipaddr.isValid(address)) return -1;
  const client = ipaddr.process(address);
  let longest = -1;
  for (const [base, bits] of networks) {
    if (base.kind() === client.kind() && client.match(base, bits)) longest = Math.max(longest, bits);
  }
  return longest;
}

export function isBadClient(address: string, settings: ReceiverSettings): boolean {
  const bad = longestMatch(address, settings.badClients);
  return bad !== -1 && bad > longestMatch(address, settings.goodClients);
}

/**
 * RCPT to another host: allowed?
 * Deviation: an empty list of Good-Clients lets nobody relay, where OpenVMS lets RELAY alone decide (rule 3): RELAY is on
 * by default here, and an emptied list must not make an open relay. `Good-Clients: 0.0.0.0/0` says it outright.
 */
export function mayRelay(clientAddress: string, mailbox: Mailbox, settings: ReceiverSettings): boolean {
  if (!settings.relay || settings.goodClients.length === 0) return false;
  if (longestMatch(clientAddress, settings.goodClients) !== -1) return true;
  // `user%elsewhere@zone` and `elsewhere!user@zone` name a host outside the zone: the zone vouches for none of them.
  if (/[%!@]/.test(mailbox.localPart)) return false;
  const domain = toALabels(mailbox.domain);
  if (domain === undefined) return false;
  return settings.relayZones.some((zone) => {
    const name = zone.toLowerCase();
    return domain === name || domain.endsWith(`.${name}`);
  });
}
