/** Which clients are proxies: Proxy-Clients of the settings, as they are now. */
import { BlockList, isIP } from 'node:net';
import type { SmtpSettings } from '../../system/settings/index.ts';
import type { CurrentSettings } from './current-settings.ts';

/** Answers at once where the settings need not be read. */
export function proxyClients(settings: CurrentSettings): (address: string) => boolean | Promise<boolean> {
  let last: { readonly of: SmtpSettings; readonly list: BlockList | undefined } | undefined;
  const isProxy = (address: string, now: SmtpSettings): boolean => {
    if (last?.of !== now) last = { of: now, list: listOf(now.proxyClients) };
    return last.list?.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') ?? false;
  };
  return (address) => {
    const now = settings.unchanged();
    return now === undefined
      ? settings.refresh().then((read) => isProxy(address, read))
      : isProxy(address, now);
  };
}

/** Undefined where there is none. */
function listOf(clients: readonly string[]): BlockList | undefined {
  if (clients.length === 0) return undefined;
  const list = new BlockList();
  for (const client of clients) {
    const [address = '', bits] = client.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
