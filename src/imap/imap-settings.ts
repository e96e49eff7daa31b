/** How the IMAP server behaves, read anew for each connection. Source: tcpip-smtp.md §7.3. */
import type { SaslPolicy } from '../system/sasl-policy.ts';
import type { ImapFields } from '../system/settings/index.ts';

/** TCPIP$IMAP.CONF, and what the node has for all its services: how clients authenticate themselves. */
export type ImapSettings = SaslPolicy & Omit<ImapFields, 'gatewayNode'>;
