/** How the IMAP server behaves, read anew for each connection. Source: tcpip-smtp.md §7.3. */
import type { LogicalNames } from '../system/logical-names.ts';
import type { SaslPolicy } from '../system/sasl-policy.ts';

/** With what the node has for all its services: how clients authenticate themselves. */
export interface ImapSettings extends SaslPolicy {
  /** Octets of the largest message a client may put into a folder. RFC 7889 */
  readonly appendLimit: number;
  /** Milliseconds an authenticated client may be silent. RFC 9051 §5.4: at least thirty minutes. */
  readonly idleMs: number;
}

const THIRTY_MINUTES = 1_800_000;
const LARGEST_MESSAGE = 268_435_456;

export function imapSettings(names: Pick<LogicalNames, 'lookup'>): Omit<ImapSettings, keyof SaslPolicy> {
  const limit = Number(names.lookup('TCPIP$IMAP_APPEND_LIMIT')?.values[0] ?? LARGEST_MESSAGE);
  return {
    appendLimit: Number.isSafeInteger(limit) && limit > 0 ? limit : LARGEST_MESSAGE,
    idleMs: THIRTY_MINUTES,
  };
}
