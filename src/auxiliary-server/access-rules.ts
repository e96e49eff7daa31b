/**
 * /ACCEPT and /REJECT of a service: which clients may connect. Source: tcpip-smtp.md §1.4.
 *
 * The most specific rule decides, and on one level a refusal wins: a host named in /REJECT, one named in /ACCEPT, a
 * network in /REJECT, one in /ACCEPT, then /REJECT=HOSTS=*. Whoever is named nowhere is refused as soon as /ACCEPT names
 * anybody. Hosts are addresses here; SET SERVICE translates names when it writes the record.
 */
import { BlockList, isIP } from 'node:net';
import type { HostRules, Service } from '../ports/system-store.ts';

export interface AccessRules {
  allows(address: string): boolean;
  /** Entries that are neither address nor network: they match nobody. */
  readonly unusable: readonly string[];
}

export function createAccessRules({ accept, reject }: Pick<Service, 'accept' | 'reject'>): AccessRules {
  if ([accept, reject].every((each) => each.hosts.length + each.networks.length === 0)) {
    return { allows: () => true, unusable: [] };
  }
  const unusable: string[] = [];
  const lists = (rules: HostRules) => ({
    hosts: hostList(rules.hosts, unusable),
    networks: networkList(rules.networks, unusable),
  });
  const accepted = lists(accept);
  const rejected = lists(reject);
  const isRestricted = isRestricting(accept);
  const rejectsAll = reject.hosts.includes('*');
  return {
    unusable,
    allows(address) {
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (rejected.hosts.check(address, family)) return false;
      if (accepted.hosts.check(address, family)) return true;
      if (rejected.networks.check(address, family)) return false;
      if (accepted.networks.check(address, family)) return true;
      return !rejectsAll && !isRestricted;
    },
  };
}

/** `HOSTS=*` accepts all, and `0.0.0.0` is what SHOW SERVICE prints for "no restriction". */
const isRestricting = (accept: HostRules): boolean =>
  accept.networks.length > 0 || accept.hosts.some((each) => each !== '*' && each !== '0.0.0.0')
    ? !accept.hosts.includes('*')
    : false;

function hostList(hosts: readonly string[], unusable: string[]): BlockList {
  const list = new BlockList();
  for (const host of hosts) {
    const family = isIP(host);
    if (family === 0) {
      if (host !== '*') unusable.push(host);
    } else list.addAddress(host, family === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** `net/prefix`. */
function networkList(networks: readonly string[], unusable: string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const slash = network.lastIndexOf('/');
    const address = slash === -1 ? network : network.slice(0, slash);
    const family = isIP(address);
    const longest = family === 6 ? 128 : 32;
    const prefix = slash === -1 ? longest : Number(network.slice(slash + 1));
    const isUsable = family !== 0 && Number.isInteger(prefix) && prefix >= 0 && prefix <= longest;
    if (!isUsable) unusable.push(network);
    else list.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
