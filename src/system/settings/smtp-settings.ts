/**
 * The SMTP configuration: one table of settings, behind SET and SHOW CONFIGURATION SMTP now and TCPIP$SMTP.CONF later.
 * Receiver and symbiont read it with `readSmtpSettings` (stored-settings.ts). Names are the fields of TCPIP$SMTP.CONF.
 * Source: tcpip-smtp.md §2.3, §3, §4.
 */
import type { SettingType } from './setting-values.ts';

export interface SettingDefinition {
  /** Field of TCPIP$SMTP.CONF, and name in TCPIP$CONFIGURATION.DAT. */
  readonly field: string;
  readonly type: SettingType;
  /** As it would be written; '' is undefined, or an empty list. */
  readonly default: string;
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly meaning: string;
  readonly source: string;
}

const section = 'tcpip-smtp.md §3.1';

/** /NOLOG: the symbiont writes its log to the null device. */
export const NO_LOG_FILE = 'NL:';

export const smtpSettings = {
  initialIntervalMs: {
    field: 'Initial-Interval',
    type: 'delta',
    default: '0 00:30:00.00',
    meaning: 'wait after the first failure of a delivery',
    source: section,
  },
  retryIntervalMs: {
    field: 'Retry-Interval',
    type: 'delta',
    default: '0 01:00:00.00',
    meaning: 'wait after each further failure',
    source: section,
  },
  maximumIntervalMs: {
    field: 'Maximum-Interval',
    type: 'delta',
    default: '3 00:00:00.00',
    meaning: 'age at which a message is returned',
    source: section,
  },
  addressRetries: {
    field: 'Address-Retries',
    type: 'number',
    default: '16',
    minimum: 1,
    meaning: 'most addresses of a destination tried in one attempt',
    source: section,
  },
  hopCountMaximum: {
    field: 'Hop-Count-Maximum',
    type: 'number',
    default: '16',
    minimum: 1,
    meaning: 'Received: headers allowed',
    source: section,
  },
  queues: {
    field: 'Num-Of-Queues',
    type: 'number',
    default: '1',
    minimum: 1,
    maximum: 10,
    meaning: 'execution queues; counts from the next START MAIL',
    source: section,
  },
  sendTimeoutInitialMs: {
    field: 'Send-Timeout-Init',
    type: 'minutes',
    default: '5',
    unit: 'minutes',
    minimum: 1,
    meaning: 'wait for the greeting and the reply to EHLO',
    source: section,
  },
  sendTimeoutMailMs: {
    field: 'Send-Timeout-Mail',
    type: 'minutes',
    default: '5',
    unit: 'minutes',
    minimum: 1,
    meaning: 'wait for the reply to MAIL',
    source: section,
  },
  sendTimeoutReceiptMs: {
    field: 'Send-Timeout-Rcpt',
    type: 'minutes',
    default: '5',
    unit: 'minutes',
    minimum: 1,
    meaning: 'wait for the reply to RCPT',
    source: section,
  },
  sendTimeoutDataMs: {
    field: 'Send-Timeout-Data',
    type: 'minutes',
    default: '3',
    unit: 'minutes',
    minimum: 1,
    meaning: 'wait for the reply to DATA, and for the peer to take a block',
    source: section,
  },
  sendTimeoutTerminationMs: {
    field: 'Send-Timeout-Term',
    type: 'minutes',
    default: '10',
    unit: 'minutes',
    minimum: 1,
    meaning: 'wait for the reply to the final dot',
    source: section,
  },
  receiveTimeoutMs: {
    field: 'Receive-Timeout',
    type: 'minutes',
    default: '5',
    unit: 'minutes',
    minimum: 1,
    meaning: 'receiver: wait for the client',
    source: section,
  },
  alternateGateway: {
    field: 'Alternate-Gateway',
    type: 'text',
    default: '',
    meaning: 'relay for mail outside the zone',
    source: section,
  },
  generalGateway: {
    field: 'General-Gateway',
    type: 'text',
    default: '',
    meaning: 'gateway to networks without SMTP (user!host)',
    source: section,
  },
  zone: {
    field: 'Zone',
    type: 'text',
    default: '',
    meaning: 'domain inside which the alternate gateway is not used',
    source: section,
  },
  substituteDomain: {
    field: 'Substitute-Domain',
    type: 'text',
    default: '',
    meaning: 'domain put in place of the host in outbound addresses',
    source: section,
  },
  eightBit: {
    field: 'EightBit',
    type: 'boolean',
    // Deviation: OpenVMS has NOEIGHT_BIT; 8BITMIME is offered, so the eighth bit has to live. RFC 6152.
    default: 'TRUE',
    meaning: 'keep the eighth bit',
    source: section,
  },
  relay: {
    field: 'Relay',
    type: 'boolean',
    // Deviation: OpenVMS has NORELAY; with the default of Good-Clients only this machine itself may relay.
    default: 'TRUE',
    meaning: 'accept mail for third parties, as Good-Clients and Relay-Zones allow',
    source: section,
  },
  headerPlacement: {
    field: 'Header-Placement',
    type: 'text',
    default: 'BOTTOM',
    meaning: 'RFC 5322 headers in the delivered body: BOTTOM, TOP or NONE',
    source: section,
  },
  goodClients: {
    field: 'Good-Clients',
    type: 'list',
    default: '127.0.0.0/8, ::1/128',
    meaning: 'clients that may relay',
    source: 'tcpip-smtp.md §3.3; the default is ours',
  },
  badClients: {
    field: 'Bad-Clients',
    type: 'list',
    default: '',
    meaning: 'clients that are refused',
    source: 'tcpip-smtp.md §3.3',
  },
  relayZones: {
    field: 'Relay-Zones',
    type: 'list',
    default: '',
    meaning: 'destination domains that any client may relay to',
    source: 'tcpip-smtp.md §3.3',
  },
  messageSizeLimit: {
    field: 'Message-Size-Limit',
    type: 'number',
    default: '104857600',
    unit: 'bytes',
    meaning: 'largest message accepted (RFC 1870 SIZE); 0: no limit',
    source: 'own',
  },
  postmaster: {
    field: 'Postmaster',
    type: 'text',
    default: 'TCPIP$SMTP',
    meaning: "account that gets the postmaster's mail",
    source: 'tcpip-smtp.md §3.2, §5.8',
  },
  postmasterAlias: {
    field: 'Postmaster-Alias',
    type: 'text',
    default: '',
    meaning: 'user part shown as sender of bounces',
    source: 'tcpip-smtp.md §4',
  },
  logFile: {
    field: 'Log-File',
    type: 'text',
    default: 'SYS$SPECIFIC:[TCPIP$SMTP]TCPIP$SMTP_LOGFILE.LOG',
    meaning: 'log of the symbiont',
    source: section,
  },
  logLevel: {
    field: 'Log-Level',
    type: 'number',
    default: '1',
    meaning: 'detail of the log of the symbiont: 1, 2, 3, 5',
    source: 'tcpip-smtp.md §4',
  },
  altgateAlways: {
    field: 'Altgate-Always',
    type: 'boolean',
    default: 'FALSE',
    meaning: 'everything not local goes to the alternate gateway',
    source: 'tcpip-smtp.md §4',
  },
  mxIfNoAltgate: {
    field: 'Mx-If-Noaltgate',
    type: 'boolean',
    default: 'FALSE',
    meaning: 'use MX when the alternate gateway cannot be reached',
    source: 'tcpip-smtp.md §4',
  },
  noMx: {
    field: 'No-Mx',
    type: 'boolean',
    default: 'FALSE',
    meaning: 'no MX look-ups',
    source: 'tcpip-smtp.md §4',
  },
  inboundNoXvms: {
    field: 'Inbound-Noxvms',
    type: 'boolean',
    default: 'FALSE',
    meaning: 'do not use X-VMS-To: and X-VMS-Cc: of arriving mail',
    source: 'tcpip-smtp.md §4',
  },
  noSubstituteDomainInbound: {
    field: 'No-Subs-Domain-Inbound',
    type: 'boolean',
    default: 'FALSE',
    meaning: 'the substitute domain does not make an inbound address local',
    source: 'tcpip-smtp.md §4',
  },
} as const satisfies Record<string, SettingDefinition>;
