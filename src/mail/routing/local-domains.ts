/**
 * Which domains are this node: host name, its addresses, the substitute domain, TCPIP$SMTP_LOCAL_ALIASES.TXT.
 * Source: tcpip-smtp.md §5.3; RFC 5321 §4.1.3 (address literals).
 */
import { isIPv6 } from 'node:net';
import type { Clock } from '../../ports/clock.ts';
import { canonicalDomain } from './address-parts.ts';
import type { SmtpFiles } from './smtp-files.ts';

const LOCAL_ALIASES_FILE = 'TCPIP$SMTP_LOCAL_ALIASES.TXT';
/** The name of the file before V5.0; tcpip-smtp.md §5.3. */
const OLD_LOCAL_ALIASES_FILE = 'UCX$SMTP_LOCAL_ALIASES.TXT';

/** Deviation: the product reads the file when the queues start; we notice a change within this time. */
const ALIASES_LAST_MS = 5_000;

export interface LocalDomainSettings {
  readonly substituteDomain?: string;
  /** TCPIP$SMTP_NO_SUBS_DOMAIN_INBOUND */
  readonly noSubstituteDomainInbound?: boolean;
  /** TCPIP$SMTP_LOCAL_ALIAS_ONLY */
  readonly localAliasOnly?: boolean;
}

export interface LocalDomains {
  /** `domain` canonical (address-parts.ts); '' is local. */
  isLocal(domain: string): Promise<boolean>;
  /** Whether mail for a host of that name would come here: what LOCAL_ALIAS_ONLY makes of addresses does not matter. */
  isThisHost(domain: string): Promise<boolean>;
  /** The name this node signs with. */
  readonly hostName: string;
}

export function createLocalDomains(deps: {
  readonly hostName: string;
  /** Short node name: `user@node` is local too. */
  readonly nodeName?: string;
  /** IP addresses of this machine, for literals `[192.0.2.1]`. */
  readonly addresses?: () => readonly string[];
  readonly settings: () => LocalDomainSettings;
  readonly files: SmtpFiles;
  readonly clock: Clock;
}): LocalDomains {
  const names = new Set([canonicalDomain(deps.hostName)]);
  if (deps.nodeName !== undefined) names.add(canonicalDomain(deps.nodeName));
  let aliases: Promise<ReadonlySet<string>> | undefined;
  let aliasesReadAt = 0;

  const readAliases = async (): Promise<ReadonlySet<string>> => {
    const records =
      (await deps.files.records(LOCAL_ALIASES_FILE)) ?? (await deps.files.records(OLD_LOCAL_ALIASES_FILE));
    return new Set((records ?? []).map((each) => canonicalDomain(each.replace(/\s*!.*$/, ''))));
  };
  const currentAliases = (): Promise<ReadonlySet<string>> => {
    // A clock set back must not keep old aliases alive.
    if (aliases === undefined || Math.abs(deps.clock.now() - aliasesReadAt) > ALIASES_LAST_MS) {
      aliasesReadAt = deps.clock.now();
      const read = readAliases();
      aliases = read;
      // A file that cannot be read now is tried anew for the next address.
      read.catch(() => {
        if (aliases === read) aliases = undefined;
      });
    }
    return aliases;
  };

  const isThisHost = async (domain: string): Promise<boolean> => {
    if (domain === '' || names.has(domain)) return true;
    if (domain.startsWith('[')) return isOwnLiteral(domain, deps.addresses?.() ?? []);
    const { substituteDomain, noSubstituteDomainInbound } = deps.settings();
    if (substituteDomain !== undefined && noSubstituteDomainInbound !== true) {
      if (canonicalDomain(substituteDomain) === domain) return true;
    }
    return (await currentAliases()).has(domain);
  };
  return {
    hostName: deps.hostName,
    isThisHost,
    async isLocal(domain) {
      if (domain !== '' && deps.settings().localAliasOnly === true) {
        const named = await currentAliases();
        // Deviation: a file that names nothing would leave this node without a name, and its mail in a circle.
        if (named.size > 0) return named.has(domain);
      }
      return isThisHost(domain);
    },
  };
}

/**
 * The address inside `[192.0.2.1]` or `[IPv6:2001:db8::1]` in its one canonical form (RFC 5952), undefined when it is no
 * literal. RFC 5321 §4.1.3
 */
export function literalAddress(domain: string): string | undefined {
  const match = /^\[(?:ipv6:)?([0-9a-f.:]+)\]$/i.exec(domain);
  return match === null ? undefined : canonicalAddress(match[1]!.toLowerCase());
}

/** IPv6 as short as it goes; an IPv4 address inside IPv6 is that IPv4 address. What is no address stays as it is. */
function canonicalAddress(address: string): string {
  if (!isIPv6(address) || address.includes('%')) return address;
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(short);
  if (mapped === null) return short;
  const bits = Number.parseInt(mapped[1]!, 16) * 0x1_0000 + Number.parseInt(mapped[2]!, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
}

function isOwnLiteral(domain: string, own: readonly string[]): boolean {
  const address = literalAddress(domain);
  return address !== undefined && own.some((each) => canonicalAddress(each.toLowerCase()) === address);
}
