/**
 * What clients that do too much are told: come again later, never that they are refused for good. Good-Clients are counted by
 * nobody; who has authenticated himself is counted by his name, wherever he comes from.
 */
import { type Reply, reply } from '../smtp/reply.ts';
import { clientKey } from './client-rates.ts';
import { tooManyFromAddress } from './closing-replies.ts';
import { isStranger, noteRefusal, type Session } from './session.ts';

/** At the greeting: connections, and errors of those before. */
export function connectionRefusal(session: Session): Reply | undefined {
  const { rates } = session.dependencies;
  const { rateLimits } = session.settings;
  if (rates === undefined || !isStranger(session)) return undefined;
  const key = clientKey(session.peer.address);
  const connections = rates.count('connections', key);
  const isTooMuch =
    exceeds(connections, rateLimits.clientConnections) ||
    exceeds(rates.seen('errors', key), rateLimits.clientErrors);
  if (!isTooMuch) return undefined;
  noteRefusal(session, 'Rate');
  return tooManyFromAddress(session);
}

/** At MAIL. */
export const messageRefusal = (session: Session): Reply | undefined =>
  refusal(session, 'messages', reply(450, 'Too many messages, try again later', '4.7.1'));

/** At RCPT. RFC 5321 §4.5.3.1.10: what is beyond goes into another transaction. */
export const recipientRefusal = (session: Session): Reply | undefined =>
  refusal(session, 'recipients', reply(452, 'Too many recipients, try again later', '4.5.3'));

function refusal(session: Session, kind: 'messages' | 'recipients', answer: Reply): Reply | undefined {
  const { rates } = session.dependencies;
  const key = keyOf(session);
  if (rates === undefined || key === undefined) return undefined;
  const { rateLimits } = session.settings;
  const limits = {
    messages: [rateLimits.clientMessages, rateLimits.userMessages],
    recipients: [rateLimits.clientRecipients, rateLimits.userRecipients],
  } as const;
  const limit = limits[kind][session.user === undefined ? 0 : 1];
  // What is refused is not counted: who waits a minute may go on.
  if (limit === 0 || rates.seen(kind, key) < limit) {
    rates.count(kind, key);
    return undefined;
  }
  noteRefusal(session, 'Rate');
  return answer;
}

/** An error of the client. @returns how long its reply is kept back, milliseconds */
export function errorDelayMs(session: Session, errors: number): number {
  if (!isStranger(session)) return 0;
  session.dependencies.rates?.count('errors', clientKey(session.peer.address));
  if (!session.settings.tarpits || errors < PATIENT_ERRORS) return 0;
  return Math.min(1_000 * 2 ** (errors - PATIENT_ERRORS), LONGEST_DELAY_MS);
}

/** Mistakes that cost nothing: a name mistyped, an extension we do not have. */
const PATIENT_ERRORS = 3;
/** A client waits five minutes for a reply; ours costs one open connection. RFC 5321 §4.5.3.2 */
const LONGEST_DELAY_MS = 15_000;

function keyOf(session: Session): string | undefined {
  if (session.user !== undefined) return `user ${session.user.userName}`;
  return isStranger(session) ? clientKey(session.peer.address) : undefined;
}

const exceeds = (count: number, limit: number): boolean => limit !== 0 && count > limit;
