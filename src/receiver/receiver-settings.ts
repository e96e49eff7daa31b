import type { PolicyEvent } from './policy-event.ts';

/** What the receiver is told by the configuration. images/ fills it from the one table of settings. */
export interface ReceiverSettings {
  /** RECEIVE_TIMEOUT, default 5 minutes. */
  readonly receiveTimeoutMs: number;
  /** Longest time a message may take to come in, however steadily its bytes drip. */
  readonly dataTimeoutMs: number;
  /** SIZE, octets; 0: no limit. */
  readonly messageSizeLimit: number;
  readonly recipientLimit: number;
  /** HOP_COUNT_MAXIMUM: Received: fields. */
  readonly hopCountMaximum: number;
  /** Rejected commands after which the link is closed. */
  readonly errorLimit: number;
  /** OPTIONS=RELAY: without it the two lists below do not matter, and nobody relays. */
  readonly relay: boolean;
  /** Networks and addresses that may relay; default the loopback networks. */
  readonly goodClients: readonly string[];
  readonly badClients: readonly string[];
  readonly relayZones: readonly string[];
  /** This host being an MX of the destination is enough. */
  readonly relayBasedOnMx: boolean;
  /** Domains of block lists. */
  readonly rbls: readonly string[];
  readonly rejectUnbacktranslatable: boolean;
  readonly acceptUnqualifiedSenders: boolean;
  /** The domain in MAIL FROM is not looked up. */
  readonly acceptUnresolvableDomains: boolean;
  /** Patterns of addresses. */
  readonly rejectMailFrom: readonly string[];
  readonly acceptMailFrom: readonly string[];
  /** Symbiont-Checks-Deliverability: unknown local users are taken at RCPT, and returned later. */
  readonly checksDeliverability: boolean;
  /** Check-Senders: mail of strangers is checked with SPF, DKIM, DMARC and ARC. */
  readonly checksSenders: boolean;
  /** What may come of mail that fails the policy of its author's domain. */
  readonly dmarcPolicy: 'OBSERVE' | 'QUARANTINE' | 'REJECT';
  /** Where it goes. */
  readonly quarantineFolder: string;
  /** Domains whose ARC seal vouches for mail that fails. */
  readonly trustedSealers: readonly string[];
  /** Greylisting: strangers that were never here are asked to come again. */
  readonly greylists: boolean;
  readonly greylistDelayMs: number;
  /** Of a program that judges mail of strangers. */
  readonly filterUrl: string | undefined;
  /** How long it is waited for; then the mail is taken. */
  readonly filterTimeoutMs: number;
  /** A minute; 0: as many as they like. */
  readonly rateLimits: {
    readonly clientConnections: number;
    readonly clientMessages: number;
    readonly clientRecipients: number;
    readonly clientErrors: number;
    readonly userMessages: number;
    readonly userRecipients: number;
  };
  /** Replies to errors of strangers come later and later. */
  readonly tarpits: boolean;
  /** SPAM-Action: operators hear of refusals. */
  readonly tellsOperators: boolean;
  /** SPAM-Action: refusals are noted in the accounting file. */
  readonly keepsAccounts: boolean;
  /** Security: FRIENDLY tells more. */
  readonly friendly: boolean;
  /** RECV_TRACE: every command and reply goes to the log. */
  readonly traces: boolean;
  /** The HELO-era product: no EHLO, and nothing that came with it. */
  readonly classic: boolean;
  /** The domain of addresses here, in the place of the host. */
  readonly substituteDomain: string | undefined;
  /** Who may say for whom it speaks. */
  readonly xclientClients: readonly string[];
  /** Names of SASL, upper case. */
  readonly authMechanisms: readonly string[];
  /** PLAIN and LOGIN without TLS, too. */
  readonly authWithoutTls: boolean;
  /** Texts of the site. */
  readonly policyTexts: Readonly<Partial<Record<PolicyEvent, string>>>;
}

/** Whether a message of so many octets, declared or received, is too large. */
export const isTooLarge = (
  sizeBytes: number,
  { messageSizeLimit }: Pick<ReceiverSettings, 'messageSizeLimit'>,
): boolean => messageSizeLimit !== 0 && sizeBytes > messageSizeLimit;

export const defaultReceiverSettings: ReceiverSettings = {
  receiveTimeoutMs: 5 * 60_000,
  dataTimeoutMs: 60 * 60_000,
  messageSizeLimit: 150 * 1024 * 1024,
  recipientLimit: 10_000,
  hopCountMaximum: 16,
  errorLimit: 20,
  relay: true,
  goodClients: ['127.0.0.0/8', '::1/128'],
  badClients: [],
  relayZones: [],
  relayBasedOnMx: false,
  rbls: [],
  rejectUnbacktranslatable: false,
  acceptUnqualifiedSenders: false,
  acceptUnresolvableDomains: true,
  rejectMailFrom: [],
  acceptMailFrom: [],
  checksDeliverability: false,
  checksSenders: true,
  dmarcPolicy: 'QUARANTINE',
  quarantineFolder: 'JUNK',
  trustedSealers: [],
  greylists: false,
  greylistDelayMs: 5 * 60_000,
  filterUrl: undefined,
  filterTimeoutMs: 20_000,
  rateLimits: {
    clientConnections: 120,
    clientMessages: 600,
    clientRecipients: 3_000,
    clientErrors: 60,
    userMessages: 120,
    userRecipients: 1_200,
  },
  tarpits: true,
  tellsOperators: true,
  keepsAccounts: false,
  friendly: false,
  traces: false,
  classic: false,
  xclientClients: [],
  substituteDomain: undefined,
  authMechanisms: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'PLAIN', 'LOGIN'],
  authWithoutTls: false,
  policyTexts: {},
};
