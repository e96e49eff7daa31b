/**
 * The IMAP configuration: the fields of TCPIP$IMAP.CONF, and what they say now. Those marked `own` are not of the product.
 * Source: tcpip-smtp.md §7.3.
 */
import type { SystemStore } from '../../ports/system-store.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { fileValues } from './kept-configuration-file.ts';
import { whatIsWrong } from './setting-check.ts';
import type { FieldDefinition } from './setting-definition.ts';
import { parseSetting } from './setting-values.ts';

const source = 'tcpip-smtp.md §7.3';

const imapFields = {
  gatewayNode: {
    field: 'Gateway-Node',
    type: 'text',
    default: '',
    form: 'domain',
    meaning:
      'domain of users here in mail of this node; without it the substitute domain of SMTP, or this host',
    source,
  },
  maxConnections: {
    field: 'Max-Connections',
    type: 'number',
    default: '0',
    maximum: 100_000,
    meaning:
      'most connections to IMAP and IMAPS together; 0: as many as their limits allow (SET SERVICE/LIMIT)',
    source,
  },
  maxUserConnections: {
    field: 'Max-User-Connections',
    type: 'number',
    default: '50',
    minimum: 1,
    maximum: 100_000,
    meaning: 'most sessions of one user; a mail program has up to five',
    source: 'own',
  },
  maxAddressConnections: {
    field: 'Max-Address-Connections',
    type: 'number',
    default: '500',
    minimum: 1,
    maximum: 100_000,
    meaning: 'most connections from one address; of IPv6 from one network of 64 bits',
    source: 'own',
  },
  idleMs: {
    field: 'Link-Idle-Timeout',
    type: 'minutes',
    default: '30',
    unit: 'minutes',
    minimum: 30,
    meaning: 'how long a client that has logged in may be silent, in IDLE, too',
    source: 'own',
  },
  appendLimit: {
    field: 'Append-Limit',
    type: 'number',
    default: '268435456',
    unit: 'octets',
    minimum: 1,
    meaning: 'largest message that a client may put into a folder',
    source: 'own',
  },
  serverTrace: {
    field: 'Server-Trace',
    type: 'boolean',
    default: 'FALSE',
    meaning: 'the dialogues with clients go to NODE.LOG, without passwords and messages',
    source,
  },
} as const satisfies Record<string, FieldDefinition>;

const NO_DECNET = 'there is no DECnet';
const UNCHANGED = 'a message stays as it is under its number';

export const imapConfigurationFile: ConfigurationFile = {
  component: 'IMAP',
  names: ['TCPIP$IMAP.CONF'],
  definitions: Object.values(imapFields),
  absent: {
    'Decnet-Rewrite': NO_DECNET,
    'Quoted-Decnet-Rewrite': NO_DECNET,
    'Ignore-Mail11-Headers': UNCHANGED,
    'Send-ID-Headers': UNCHANGED,
    'Personal-Name': 'the personal name of a sender is always shown',
    'Purge-Reclaim': 'sessions of IMAP do not purge the wastebasket',
    'Max-Servers': 'one server process serves all',
    'Message-Cache-Size': 'what is read of messages is kept in the mail database',
    'Enable-Full-Folder-Notation': 'names of folders have one form',
    'Log-Level': 'NODE.LOG has one level for all servers',
  },
};

/** Times in milliseconds. */
export interface ImapFields {
  readonly gatewayNode: string | undefined;
  /** 0: no limit. */
  readonly maxConnections: number;
  readonly maxUserConnections: number;
  readonly maxAddressConnections: number;
  readonly idleMs: number;
  readonly appendLimit: number;
  readonly serverTrace: boolean;
}

/** @param stored  all settings of the system store; what makes no sense is passed over */
export function imapFieldsFrom(stored: ReadonlyMap<string, string>): ImapFields {
  const file = fileValues(imapConfigurationFile, stored);
  const values = Object.entries<FieldDefinition>(imapFields).map(([name, definition]) => {
    const text = file.get(definition.field);
    const isGood = text !== undefined && whatIsWrong(definition, text) === undefined;
    return [name, parseSetting(definition.type, isGood ? text : definition.default)];
  });
  return Object.fromEntries(values) as unknown as ImapFields;
}

/** Throws what the store throws. */
export const readImapFields = async (store: SystemStore): Promise<ImapFields> =>
  imapFieldsFrom(await store.settings());
