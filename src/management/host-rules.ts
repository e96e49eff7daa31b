/** /ACCEPT and /REJECT: what is written becomes addresses and `net/prefix`. Source: tcpip-smtp.md §1.4. */
import { isIP, isIPv4 } from 'node:net';
import type { ParsedCommand } from '../command-definition/index.ts';
import { type Condition, condition } from '../condition/index.ts';
import type { HostRules } from '../ports/system-store.ts';
import { TCPIP } from './messages.ts';

const MOST_HOSTS = 32;
const MOST_NETWORKS = 16;

type Resolve = (name: string) => Promise<readonly string[]>;

/** The rules after a command: what it does not mention stays. Throws INVQUAL. */
export async function changedRules(
  command: ParsedCommand,
  qualifier: 'ACCEPT' | 'REJECT',
  before: HostRules,
  resolve: Resolve,
): Promise<HostRules> {
  let { hosts, networks } = before;
  if (command.present(`${qualifier}.NOHOSTS`)) hosts = [];
  if (command.present(`${qualifier}.NONETWORKS`)) networks = [];
  if (command.present(`${qualifier}.HOSTS`)) {
    const added = await Promise.all(
      command.values(`${qualifier}.HOSTS`).map((host) => hostAddresses(host, qualifier, resolve)),
    );
    hosts = [...new Set([...hosts, ...added.flat()])];
  }
  if (command.present(`${qualifier}.NETWORKS`)) {
    const added = command.values(`${qualifier}.NETWORKS`).map((each) => network(each) ?? invalid(qualifier));
    networks = [...new Set([...networks, ...added])];
  }
  if (hosts.length > MOST_HOSTS || networks.length > MOST_NETWORKS) invalid(qualifier);
  return { hosts, networks };
}

function invalid(qualifier: string): never {
  throw invalidQualifier(qualifier);
}
export const invalidQualifier = (qualifier: string): Condition =>
  condition(TCPIP.SERVERROR).with(condition(TCPIP.INVQUAL, qualifier));

async function hostAddresses(host: string, qualifier: string, resolve: Resolve): Promise<readonly string[]> {
  if (host === '*' || isIP(host) !== 0) return [host.toLowerCase()];
  const addresses = await resolve(host.toLowerCase());
  return addresses.length === 0 ? invalid(qualifier) : addresses;
}

/** `net:mask`, `net/prefix`, or a net with the mask of its class. */
function network(text: string): string | undefined {
  const [, net = '', prefix] = /^([0-9A-F:.]+)\/(\d{1,3})$/i.exec(text) ?? [];
  if (prefix !== undefined) {
    const longest = isIP(net) === 6 ? 128 : 32;
    return isIP(net) !== 0 && Number(prefix) <= longest
      ? `${net.toLowerCase()}/${Number(prefix)}`
      : undefined;
  }
  const [address = '', mask, ...more] = text.split(':');
  if (!isIPv4(address) || more.length > 0) return undefined;
  if (mask === undefined) return `${address}/${classPrefix(address)}`;
  const length = isIPv4(mask) ? maskLength(mask) : undefined;
  return length === undefined ? undefined : `${address}/${length}`;
}

const octets = (address: string): number[] => address.split('.').map(Number);

function classPrefix(address: string): number {
  const [first = 0] = octets(address);
  return first < 128 ? 8 : first < 192 ? 16 : 24;
}

/** Ones that stand together at the left. */
function maskLength(mask: string): number | undefined {
  const bits = octets(mask)
    .map((each) => each.toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined;
}
