/** Settings of the receiver: how it finds out who really sent a message, and what comes of it. All of them are ours. */
import type { SettingDefinition } from './setting-definition.ts';

const source = 'own';

export const senderSettings = {
  checkSenders: {
    field: 'Check-Senders',
    qualifier: 'CHECK_SENDERS',
    type: 'boolean',
    default: 'TRUE',
    meaning: 'mail of clients that may not relay is checked with SPF, DKIM, DMARC and ARC',
    source,
  },
  dmarcPolicy: {
    field: 'Dmarc-Policy',
    qualifier: 'DMARC_POLICY',
    type: 'text',
    default: 'QUARANTINE',
    words: ['OBSERVE', 'QUARANTINE', 'REJECT'],
    meaning:
      "what is done at most with mail that fails its author's policy: OBSERVE (nothing), QUARANTINE or REJECT",
    source,
  },
  quarantineFolder: {
    field: 'Quarantine-Folder',
    qualifier: 'QUARANTINE_FOLDER',
    type: 'text',
    default: 'JUNK',
    form: 'folder',
    meaning: 'folder of the recipient that suspicious mail is filed in',
    source,
  },
  trustedArcSealers: {
    field: 'Trusted-Arc-Sealers',
    qualifier: 'TRUSTED_ARC_SEALERS',
    type: 'list',
    default: '',
    form: 'domain',
    meaning: 'domains, as of mailing lists, whose ARC seal is believed where DMARC fails',
    source,
  },
  arcSeal: {
    field: 'Arc-Seal',
    qualifier: 'ARC_SEAL',
    type: 'boolean',
    default: 'TRUE',
    meaning:
      'mail of strangers that is forwarded to other hosts is sealed, where there is a DKIM key of this host',
    source,
  },
  clientConnectionRate: {
    field: 'Client-Connection-Rate',
    qualifier: 'CLIENT_CONNECTION_RATE',
    type: 'number',
    default: '120',
    meaning: 'connections a client (an address; of IPv6 a network of 64 bits) may make a minute; 0: no limit',
    source,
  },
  clientMessageRate: {
    field: 'Client-Message-Rate',
    qualifier: 'CLIENT_MESSAGE_RATE',
    type: 'number',
    default: '600',
    meaning: 'messages a client may send a minute; 0: no limit',
    source,
  },
  clientRecipientRate: {
    field: 'Client-Recipient-Rate',
    qualifier: 'CLIENT_RECIPIENT_RATE',
    type: 'number',
    default: '3000',
    meaning: 'recipients a client may name a minute; 0: no limit',
    source,
  },
  clientErrorRate: {
    field: 'Client-Error-Rate',
    qualifier: 'CLIENT_ERROR_RATE',
    type: 'number',
    default: '60',
    meaning: 'errors a minute after which a client gets no connection; 0: no limit',
    source,
  },
  userMessageRate: {
    field: 'User-Message-Rate',
    qualifier: 'USER_MESSAGE_RATE',
    type: 'number',
    default: '120',
    meaning: 'messages an authenticated user may send a minute; 0: no limit',
    source,
  },
  userRecipientRate: {
    field: 'User-Recipient-Rate',
    qualifier: 'USER_RECIPIENT_RATE',
    type: 'number',
    default: '1200',
    meaning: 'recipients an authenticated user may name a minute; 0: no limit',
    source,
  },
  tarpit: {
    field: 'Tarpit',
    qualifier: 'TARPIT',
    type: 'boolean',
    default: 'TRUE',
    meaning: 'replies to errors of clients that may not relay come later and later',
    source,
  },
} as const satisfies Record<string, SettingDefinition>;
