/**
 * One SMTP session as its verbs see it: who the client is, what it has said, and the mail transaction being built.
 * Source: RFC 5321 §3, §4.1.4.
 */
import type { MessageVerifier } from '../message-authentication/index.ts';
import type { Accounting } from '../ports/accounting.ts';
import type { Clock } from '../ports/clock.ts';
import type { EnvelopeRequests, RecipientRequests } from '../ports/delivery-requests.ts';
import type { Greylist } from '../ports/greylist.ts';
import type { Log } from '../ports/log.ts';
import type { MessageFilter } from '../ports/message-filter.ts';
import type { Spool } from '../ports/message-text.ts';
import type { QueueManager } from '../ports/queue-manager.ts';
import type { RecipientCheck } from '../ports/recipient-check.ts';
import type { Resolver } from '../ports/resolver.ts';
import type { SecureConnection, ServerTls } from '../ports/server-tls.ts';
import type { Account } from '../ports/system-store.ts';
import type { LoginAttempts, LoginPeer } from '../system/login-door.ts';
import type { Outage } from '../system/outage.ts';
import type { SaslLogin } from '../system/sasl-login.ts';
import type { ClientRates } from './client-rates.ts';
import type { Crowd } from './crowd.ts';
import type { SubmissionRequests } from './extensions/extension.ts';
import type { PolicyEvents, RefusalEvent } from './policy-event.ts';
import type { ReceiverSettings } from './receiver-settings.ts';
import type { RefusalCounter } from './refusal-counts.ts';
import { longestMatch } from './relay-rules.ts';

export interface Peer {
  readonly address: string;
  readonly port: number;
  /** Name found for the address; the address in brackets where there is none. */
  readonly name?: string;
}

export interface ReceiverDependencies {
  readonly queueManager: Pick<QueueManager, 'submit'> & Partial<Pick<QueueManager, 'sendMail'>>;
  readonly spool: Spool;
  readonly recipients: RecipientCheck;
  /** For the rules that ask it; no other asks. */
  readonly resolver: Resolver;
  /** Who sent a message; asked about those of strangers. */
  readonly verifier: MessageVerifier;
  /** Judges mail of strangers, where the settings name one. */
  readonly filter?: MessageFilter;
  /** Who has come before, for those that are asked to come again. */
  readonly greylist?: Greylist;
  /** What clients did, for all sessions; without it nothing is limited. */
  readonly rates?: Pick<ClientRates, 'count' | 'seen'>;
  /** Strangers that are connected, for all sessions; without it nobody has to make room. */
  readonly crowd?: Crowd;
  readonly events: Pick<PolicyEvents, 'note'>;
  /** Where SPAM-Action says ACCOUNTING. */
  readonly accounting?: Accounting;
  /** For the metrics of the node. */
  readonly refusals?: Pick<RefusalCounter, 'count'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly tls: ServerTls;
  /** Where clients authenticate themselves; absent: they cannot. */
  readonly openLoginDoor?: (peer: LoginPeer) => LoginAttempts;
  /** Whether mail can be stored, for all sessions of the process. */
  readonly storage: Pick<Outage, 'failed' | 'worked'>;
  /** Fully qualified, for greetings and Received:. */
  readonly hostName: string;
  /** `V1.0, OpenVMS V8.4 x86`: what stands in the greeting and in Received:. */
  readonly versionInfo: string;
  /** At once where nothing has to be asked for. */
  readonly settings: () => ReceiverSettings | Promise<ReceiverSettings>;
  /** The node is being stopped: sessions end at the next quiet moment, with 421. */
  readonly stopping?: AbortSignal;
}

/** What the service is for that the client came to: flags of its record. */
export interface ReceiverService {
  /** TLS: the handshake comes first, before the greeting. RFC 8314 §3.3 */
  readonly isSecure: boolean;
  /** SUBMISSION: for users of ours alone. RFC 6409 */
  readonly isSubmission: boolean;
  /** LMTP: LHLO instead of EHLO, and the text is answered once for each recipient. RFC 2033 */
  readonly isLmtp: boolean;
  /** Of the process that serves it, for alarms. */
  readonly process: Pick<LoginPeer, 'processName' | 'pid'>;
}

export const plainService: ReceiverService = {
  isSecure: false,
  isSubmission: false,
  isLmtp: false,
  process: { processName: 'TCPIP$SMTP', pid: '00000000' },
};

/** RFC 6152 §3, RFC 3030 §3. */
export type BodyKind = '7BIT' | '8BITMIME' | 'BINARYMIME';

export interface MailTransaction {
  readonly reversePath: string;
  /** In the order given, with what is asked for each; one that is named twice gets one copy, and the last word counts. */
  readonly forwardPaths: Map<string, RecipientRequests | undefined>;
  /** Without those of the recipients. */
  readonly requests: EnvelopeRequests;
  readonly body: BodyKind | undefined;
  readonly asked: SubmissionRequests;
  /** SIZE= of MAIL; 0 without one. RFC 1870 §6.1 */
  readonly declaredBytes: number;
  /** A first BDAT has come: no recipient follows, and no DATA. */
  isChunked?: boolean;
  /** RCPT commands that were taken, those that name somebody again among them. */
  acceptances: number;
}

export interface Session {
  readonly dependencies: ReceiverDependencies;
  readonly settings: ReceiverSettings;
  readonly service: ReceiverService;
  /** For whom is spoken: XCLIENT changes it. */
  peer: Peer;
  /** Who really is at the other end. */
  readonly connectedFrom: Peer;
  /** The connection under TLS, undefined while it is plain. */
  tls: SecureConnection | undefined;
  /** HELO or EHLO argument, undefined before. */
  greetedAs: string | undefined;
  isExtended: boolean;
  transaction: MailTransaction | undefined;
  /** Why the reply that comes next refuses the client; no longer once it was given. */
  refusedBy: RefusalEvent | undefined;
  /** Who has authenticated himself. */
  user: Account | undefined;
  /** Made with the first AUTH: failures of a connection count together. */
  logins: LoginAttempts | undefined;
  /** An AUTH under way: the next line belongs to it. */
  exchange: SaslLogin | undefined;
  /** Route-through attempts, refused so far. tcpip-smtp.md §3.3 rule 4. */
  relayAttempts: number;
  /** Whom `isVouchedFor` is about: it is asked several times for each message. */
  judgedPeer: Peer | undefined;
  /** One of Good-Clients. */
  isVouchedFor: boolean;
}

/** A client that has just come, and has said nothing. */
export const newSession = (
  dependencies: ReceiverDependencies,
  settings: ReceiverSettings,
  service: ReceiverService,
  peer: Peer,
): Session => ({
  dependencies,
  settings,
  service,
  peer,
  connectedFrom: peer,
  tls: undefined,
  greetedAs: undefined,
  isExtended: false,
  transaction: undefined,
  user: undefined,
  logins: undefined,
  exchange: undefined,
  relayAttempts: 0,
  refusedBy: undefined,
  judgedPeer: undefined,
  isVouchedFor: false,
});

/** How the product names the client: `pleased to meet you`. */
export const clientName = (session: Session): string => session.peer.name ?? `[${session.peer.address}]`;

/** Whom nothing vouches for: not one of Good-Clients, and without a password of ours. */
export function isStranger(session: Session): boolean {
  const { peer, settings, user } = session;
  if (user !== undefined) return false;
  if (session.judgedPeer !== peer) {
    session.judgedPeer = peer;
    session.isVouchedFor = longestMatch(peer.address, settings.goodClients) !== -1;
  }
  return !session.isVouchedFor;
}

/** Somebody was refused: the log has it. */
export function logRefusal(
  session: Session,
  event: RefusalEvent,
  detail: Readonly<Record<string, string>> = {},
): void {
  session.refusedBy = event;
  session.dependencies.log.warn({ client: session.peer.address, event, ...detail }, 'refused by the policy');
}

/** Somebody was refused: the log has it, and operators hear of it where SPAM-Action says so. */
export function noteRefusal(
  session: Session,
  event: RefusalEvent,
  detail: Readonly<Record<string, string>> = {},
): void {
  logRefusal(session, event, detail);
  const client = session.peer.address;
  const { events, accounting, clock } = session.dependencies;
  if (session.settings.tellsOperators) events.note(event, client);
  if (session.settings.keepsAccounts) {
    accounting?.note({
      at: clock.now(),
      type: 'USER',
      userName: 'TCPIP$SMTP',
      remoteNode: client,
      message: `Client ${client} refused: ${event}`,
    });
  }
}
