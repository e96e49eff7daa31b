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
  isEnabled = false,
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
  });

/** A fresh copy of the records, in the order SHOW SERVICE lists them. */
export const defaultServices = (): readonly Service[] => [
  shipped('IMAP', 143, 'TCPIP$IMAP', 'TCPIP$IMAP_RUN.COM', []),
  shipped('IMAPS', 993, 'TCPIP$IMAP', 'TCPIP$IMAP_RUN.COM', ['TLS']),
  // POP is a nolisten service: one server process takes all connections itself. tcpip-smtp.md §1.4
  shipped('POP', 110, 'TCPIP$POP', 'TCPIP$POP_RUN.COM', []),
  shipped('POPS', 995, 'TCPIP$POP', 'TCPIP$POP_RUN.COM', ['TLS']),
  shipped('SMTP', 25, 'TCPIP$SMTP', 'TCPIP$SMTP_RECV_RUN.COM', ['LISTEN'], true),
  // Submission over TLS from the first byte: RFC 8314 §3.3.
  shipped('SMTPS', 465, 'TCPIP$SMTP', 'TCPIP$SMTP_RECV_RUN.COM', ['LISTEN', 'SUBMISSION', 'TLS']),
  shipped('SMTP_SUBMISSION', 587, 'TCPIP$SMTP', 'TCPIP$SMTP_RECV_RUN.COM', ['LISTEN', 'SUBMISSION']),
];
