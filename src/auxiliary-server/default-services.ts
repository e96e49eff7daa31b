/**
 * The service database as shipped: SMTP is enabled, the others wait for their servers.
 * Source: tcpip-smtp.md §1.4, §1.5.
 */
import type { Service } from '../ports/system-store.ts';
import { newService } from '../system/new-service.ts';

/** Connections at a time. Deviation: the product ships 10, one process each; warm processes bear far more. */
const LIMIT = 4000;

const shipped = (
  name: string,
  port: number,
  processName: string,
  file: string,
  flags: readonly string[],
  { isEnabled = false, inactivity }: { readonly isEnabled?: boolean; readonly inactivity?: number } = {},
): Service =>
  newService({
    name,
    port,
    processName,
    userName: processName,
    file: `TCPIP$SYSTEM:${file}`,
    flags,
    limit: LIMIT,
    enabled: isEnabled,
    enabledAtStart: isEnabled,
    ...(inactivity === undefined ? {} : { inactivity }),
  });

/**
 * Deviation: no /INACTIVITY. The five minutes of other services would cut off who has logged in long before the ten minutes
 * that RFC 1939 §3 grants him, or the thirty of RFC 9051 §5.4: these servers watch over them themselves.
 */
const OWN_LIMIT = { inactivity: 0 };

/** A fresh copy of the records, in the order SHOW SERVICE lists them. */
export const defaultServices = (): readonly Service[] => [
  shipped('IMAP', 143, 'TCPIP$IMAP', 'TCPIP$IMAP_RUN.COM', [], OWN_LIMIT),
  shipped('IMAPS', 993, 'TCPIP$IMAP', 'TCPIP$IMAP_RUN.COM', ['TLS'], OWN_LIMIT),
  // POP is a nolisten service: one server process takes all connections itself. tcpip-smtp.md §1.4
  shipped('POP', 110, 'TCPIP$POP', 'TCPIP$POP_RUN.COM', [], OWN_LIMIT),
  shipped('POPS', 995, 'TCPIP$POP', 'TCPIP$POP_RUN.COM', ['TLS'], OWN_LIMIT),
  shipped('SMTP', 25, 'TCPIP$SMTP', 'TCPIP$SMTP_RECV_RUN.COM', ['LISTEN'], { isEnabled: true }),
  // Submission over TLS from the first byte: RFC 8314 §3.3.
  shipped('SMTPS', 465, 'TCPIP$SMTP', 'TCPIP$SMTP_RECV_RUN.COM', ['LISTEN', 'SUBMISSION', 'TLS']),
  shipped('SMTP_SUBMISSION', 587, 'TCPIP$SMTP', 'TCPIP$SMTP_RECV_RUN.COM', ['LISTEN', 'SUBMISSION']),
];
