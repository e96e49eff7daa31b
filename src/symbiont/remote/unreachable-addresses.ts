/**
 * Addresses that did not answer lately: they are tried last, so that one that swallows connections does not cost every message
 * its time limit. Nothing is skipped for ever: when all are bad, all are tried. RFC 5321 §5.1 leaves the order among hosts that
 * cannot be reached to us.
 */
import type { Clock } from '../../ports/clock.ts';

export interface UnreachableAddresses {
  failed(address: string): void;
  answered(address: string): void;
  /** The same, those that did not answer lately behind the others. */
  inOrder<T extends { readonly address: string }>(addresses: readonly T[]): readonly T[];
}

const REMEMBERED_MS = 5 * 60_000;
const ADDRESSES_AT_MOST = 10_000;

export function createUnreachableAddresses(clock: Clock): UnreachableAddresses {
  const failures = new Map<string, number>();
  const isBad = (address: string): boolean => {
    const failedAt = failures.get(address);
    if (failedAt === undefined) return false;
    if (Math.abs(clock.now() - failedAt) < REMEMBERED_MS) return true;
    failures.delete(address);
    return false;
  };
  return {
    failed(address) {
      if (failures.size >= ADDRESSES_AT_MOST) failures.clear();
      failures.set(address, clock.now());
    },
    answered: (address) => void failures.delete(address),
    inOrder(addresses) {
      if (failures.size === 0) return addresses;
      const bad = addresses.filter(({ address }) => isBad(address));
      return bad.length === 0 ? addresses : [...addresses.filter((each) => !bad.includes(each)), ...bad];
    },
  };
}
