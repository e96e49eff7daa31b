/** What the machine says of name servers and hosts. Source: resolv.conf(5), hosts(5). */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { NameServer } from './name-server.ts';

export interface SystemNameServers {
  readonly servers: readonly NameServer[];
  /** `options trust-ad`: the way to the servers is safe, and they validate. */
  readonly trustsAuthenticData: boolean;
}

const RESOLV_CONF = '/etc/resolv.conf';
const HOSTS = '/etc/hosts';

/** Without a readable file: a server on this machine, as resolv.conf(5) has it. */
export function systemNameServers(file = RESOLV_CONF): SystemNameServers {
  const lines = linesOf(file);
  const servers = lines.flatMap(([word, address = '']) =>
    word === 'nameserver' && isIP(address.replace(/%.*$/, '')) !== 0 ? [{ address, port: 53 }] : [],
  );
  return {
    servers: servers.length > 0 ? servers : [{ address: '127.0.0.1', port: 53 }],
    trustsAuthenticData: lines.some(
      ([word, ...options]) => word === 'options' && options.includes('trust-ad'),
    ),
  };
}

/** Addresses of a host in the hosts file, IPv6 first. */
export const addressesInHosts = (host: string, file = HOSTS): readonly string[] =>
  linesOf(file)
    .filter(
      ([address = '', ...names]) => isIP(address) !== 0 && names.some((each) => each.toLowerCase() === host),
    )
    .map(([address = '']) => address)
    .sort((a, b) => Number(b.includes(':')) - Number(a.includes(':')));

function linesOf(file: string): readonly (readonly string[])[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) =>
        line
          .replace(/[#;].*$/, '')
          .trim()
          .split(/\s+/),
      );
  } catch {
    return [];
  }
}
