/** Names of hosts for node:https by the DNS of mail, not by the machine's idea of a host. */
import { isIP, type LookupFunction } from 'node:net';
import type { Resolver } from '../../ports/resolver.ts';

/** @param isAllowed  addresses that are not are as if they were not there; default: all are */
export function lookupBy(
  resolver: Pick<Resolver, 'addresses'>,
  isAllowed: (address: string) => boolean = () => true,
): LookupFunction {
  return (host, wanted, done) => {
    void resolver.addresses(host).then(
      (found) => {
        const records = found.kind === 'found' ? found.records : [];
        if (records.length === 0) return done(new Error('its host is not in the DNS'), '', 4);
        const all = records.filter(isAllowed).map((address) => ({ address, family: isIP(address) }));
        if (all.length === 0) return done(new Error('its host has no public address'), '', 4);
        return wanted.all === true ? done(null, all) : done(null, all[0]!.address, all[0]!.family);
      },
      (error: Error) => done(error, '', 4),
    );
  };
}
