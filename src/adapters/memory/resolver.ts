/** A DNS in a table, for tests and for nodes that shall ask nobody. */
import type { MxRecord, Resolution, Resolver, TlsaRecord } from '../../ports/resolver.ts';

export interface DnsTable {
  readonly mx?: Readonly<Record<string, readonly MxRecord[] | 'temporary'>>;
  readonly addresses?: Readonly<Record<string, readonly string[] | 'temporary'>>;
  readonly names?: Readonly<Record<string, readonly string[]>>;
  readonly txt?: Readonly<Record<string, readonly string[] | 'temporary'>>;
  readonly tlsa?: Readonly<Record<string, readonly TlsaRecord[] | 'temporary'>>;
}

/**
 * A name in any of the tables exists: asked for another type it answers `noData`. The table may change while in use.
 * @param isValidated  DNSSEC vouches for all of it
 */
export function createMemoryResolver(table: DnsTable, isValidated = false): Resolver {
  const exists = (name: string): boolean =>
    [table.mx, table.addresses, table.names, table.txt, table.tlsa].some(
      (each) => each !== undefined && Object.hasOwn(each, name),
    );
  const answer = <T>(records: readonly T[] | 'temporary' | undefined, name: string): Resolution<T> => {
    if (records === 'temporary') return { kind: 'temporary', reason: 'no name server answered' };
    if (records !== undefined && records.length > 0)
      return { kind: 'found', records, ...(isValidated ? { isValidated } : {}) };
    return exists(name) ? { kind: 'noData' } : { kind: 'noSuchName' };
  };
  return {
    mx: async (domain) => answer(own(table.mx, domain), domain),
    addresses: async (host) => answer(own(table.addresses, host), host),
    names: async (address) => answer(own(table.names, address), address),
    txt: async (name) => answer(own(table.txt, name), name),
    tlsa: async (name) => answer(own(table.tlsa, name), name),
  };
}

/** Whoever types `constructor` asks for a host of that name. */
const own = <T>(table: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
