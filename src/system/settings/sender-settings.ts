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
} as const satisfies Record<string, SettingDefinition>;
