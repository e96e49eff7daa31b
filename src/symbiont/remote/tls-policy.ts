/**
 * How much TLS a destination gets: the general setting, and the zones that are named beside it; the most specific counts.
 * Source: RFC 7435 (opportunistic security), RFC 3207 §4.1.
 */
import type { SymbiontSettings } from '../settings.ts';

/**
 * `dane`: not without, and the certificate is one of the TLSA records. `opportunistic`: where the host has it and the handshake succeeds; any certificate. `required`: not without; any
 * certificate. `verified`: not without, and the certificate is one of the host.
 */
export type TlsLevel = 'none' | 'opportunistic' | 'required' | 'verified' | 'dane';

/**
 * @param nextHop  the destination's domain, or the gateway mail goes through; lower case
 * @param unnamed  what counts for one that stands in no list; default Outbound-TLS
 */
export function tlsLevel(
  nextHop: string,
  settings: SymbiontSettings,
  unnamed = settings.outboundTls.toLowerCase() as TlsLevel,
): TlsLevel {
  const { outboundTlsNone, outboundTlsRequired, outboundTlsVerified } = settings;
  if (outboundTlsNone.length + outboundTlsRequired.length + outboundTlsVerified.length === 0) return unnamed;
  const named = (
    [
      ['verified', outboundTlsVerified],
      ['required', outboundTlsRequired],
      ['none', outboundTlsNone],
    ] as const
  )
    .map(([level, zones]) => ({ level, length: longestZone(nextHop, zones) }))
    // In the order of strictness: of two that name the same zone the stricter counts.
    .reduce((best, each) => (each.length > best.length ? each : best));
  return named.length === 0 ? unnamed : named.level;
}

/** A zone is a domain and everything below it, as in Relay-Zones. 0: none of them. */
const longestZone = (domain: string, zones: readonly string[]): number =>
  zones
    .map((zone) => zone.toLowerCase())
    .filter((zone) => domain === zone || domain.endsWith(`.${zone}`))
    .reduce((longest, zone) => Math.max(longest, zone.length), 0);
