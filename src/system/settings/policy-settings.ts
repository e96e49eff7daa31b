/**
 * Settings of the receiver: who may send what where. Source: tcpip-smtp.md §3.3.
 * Policy of the product's V5.7 file; the qualifiers of SET CONFIGURATION SMTP are ours.
 */
import type { SettingDefinition } from './setting-definition.ts';

const source = 'tcpip-smtp.md §3.3';

/** What a refused client is told instead of the text of Security. */
const text = <Field extends string, Qualifier extends string>(field: Field, qualifier: Qualifier) =>
  ({
    field,
    qualifier,
    type: 'text',
    default: '',
    form: 'reply',
    meaning: 'what the client is told, instead of the text that belongs to Security',
    source,
  }) as const;

export const policySettings = {
  goodClients: {
    field: 'Good-Clients',
    qualifier: 'GOOD_CLIENTS',
    type: 'list',
    // Deviation: undefined on OpenVMS; see Relay.
    default: '127.0.0.0/8, ::1/128',
    form: 'client',
    meaning: 'clients that may relay',
    source,
  },
  badClients: {
    field: 'Bad-Clients',
    qualifier: 'BAD_CLIENTS',
    type: 'list',
    default: '',
    form: 'client',
    meaning: 'clients that are refused',
    source,
  },
  relayZones: {
    field: 'Relay-Zones',
    qualifier: 'RELAY_ZONES',
    type: 'list',
    default: '',
    form: 'domain',
    meaning: 'destination domains that any client may relay to',
    source,
  },
  relayBasedOnMx: {
    field: 'Relay-Based-On-Mx',
    qualifier: 'RELAY_BASED_ON_MX',
    type: 'boolean',
    default: 'FALSE',
    meaning: 'relay where this host is an MX of the destination',
    source,
  },
  rbls: {
    field: 'RBLs',
    qualifier: 'RBLS',
    type: 'list',
    default: '',
    form: 'domain',
    meaning: 'block lists of clients: domains',
    source,
  },
  rejectUnbacktranslatable: {
    field: 'Reject-Unbacktranslatable-IP',
    qualifier: 'REJECT_UNBACKTRANSLATABLE_IP',
    type: 'boolean',
    default: 'FALSE',
    meaning: 'refuse clients whose address has no name',
    source,
  },
  acceptUnqualifiedSenders: {
    field: 'Accept-Unqualified-Senders',
    qualifier: 'ACCEPT_UNQUALIFIED_SENDERS',
    type: 'boolean',
    default: 'FALSE',
    meaning: 'MAIL FROM without a domain is taken',
    source,
  },
  acceptUnresolvableDomains: {
    field: 'Accept-Unresolvable-Domains',
    qualifier: 'ACCEPT_UNRESOLVABLE_DOMAINS',
    type: 'boolean',
    // Deviation: OpenVMS has FALSE. Mail is not to be refused for a name server, unless somebody asks for it.
    default: 'TRUE',
    meaning: 'no look-up of the domain in MAIL FROM',
    source,
  },
  rejectMailFrom: {
    field: 'Reject-Mail-From',
    qualifier: 'REJECT_MAIL_FROM',
    type: 'list',
    default: '',
    form: 'pattern',
    meaning: 'senders that are refused; * any string, % one character',
    source,
  },
  acceptMailFrom: {
    field: 'Accept-Mail-From',
    qualifier: 'ACCEPT_MAIL_FROM',
    type: 'list',
    default: '',
    form: 'pattern',
    meaning: 'exceptions to Reject-Mail-From',
    source,
  },
  checksDeliverability: {
    field: 'Symbiont-Checks-Deliverability',
    qualifier: 'SYMBIONT_CHECKS_DELIVERABILITY',
    type: 'boolean',
    // Deviation: OpenVMS has TRUE. A bounce to a forged sender is mail that nobody asked for.
    default: 'FALSE',
    meaning: 'unknown local users are taken at RCPT and returned by the symbiont',
    source,
  },
  security: {
    field: 'Security',
    qualifier: 'SECURITY',
    type: 'text',
    default: 'SECURE',
    words: ['SECURE', 'FRIENDLY'],
    meaning: 'FRIENDLY tells refused clients why',
    source,
  },
  spamAction: {
    field: 'SPAM-Action',
    qualifier: 'SPAM_ACTION',
    type: 'text',
    default: 'OPCOM',
    words: ['NONE', 'OPCOM', 'ACCOUNTING'],
    meaning: 'where it is told that a client was refused: NONE, OPCOM or ACCOUNTING',
    source,
  },
  unbacktranslatableText: text('Unbacktranslatable-IP-Text', 'UNBACKTRANSLATABLE_IP_TEXT'),
  badClientsText: text('Bad-Clients-Text', 'BAD_CLIENTS_TEXT'),
  clientInRblText: text('Client-In-RBL-Text', 'CLIENT_IN_RBL_TEXT'),
  rejectMailFromText: text('Reject-Mail-From-Text', 'REJECT_MAIL_FROM_TEXT'),
  unqualifiedSenderText: text('Unqualified-Sender-Text', 'UNQUALIFIED_SENDER_TEXT'),
  unresolvableDomainText: text('Unresolvable-Domain-Text', 'UNRESOLVABLE_DOMAIN_TEXT'),
  spamRelayText: text('SPAM-Relay-Text', 'SPAM_RELAY_TEXT'),
} as const satisfies Record<string, SettingDefinition>;
