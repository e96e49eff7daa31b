/** RCPT TO. Source: RFC 5321 §4.1.1.3, §3.6, RFC 3461 (NOTIFY, ORCPT); texts tcpip-smtp.md §6.2, relay rules §3.3. */
import type { RecipientRequests } from '../../ports/delivery-requests.ts';
import type { RecipientVerdict } from '../../ports/recipient-check.ts';
import { isOriginalRecipient, parseNotify } from '../../smtp/delivery-requests.ts';
import { toALabels } from '../../smtp/idna.ts';
import { type Mailbox, parsePathArgument } from '../../smtp/path.ts';
import { type Reply, reply } from '../../smtp/reply.ts';
import { greylistRefusal } from '../greylisting.ts';
import { policyText } from '../policy-event.ts';
import { recipientRefusal } from '../rate-limits.ts';
import { mayRelay } from '../relay-rules.ts';
import { logRefusal, noteRefusal, type Session } from '../session.ts';
import { type Answer, answer, type SmtpVerb } from './verb.ts';

export const rcpt: SmtpVerb = {
  name: 'RCPT',
  takesUtf8: true,
  needsGreeting: true,
  needsTransaction: true,
  help: 'RCPT TO:<recipient> ... Specifies the recipient.',
  async handle(session, argument) {
    const match = /^TO:(.*)$/is.exec(argument);
    if (match === null) return answer(reply(501, 'Syntax error in parameters or arguments', '5.5.4'));
    const path = parsePathArgument(match[1]!, { utf8: true });
    if (path === 'parameters') {
      return answer(reply(501, 'Syntax error in parameters or arguments', '5.5.4'));
    }
    if (path === 'syntax' || (path !== 'tooLong' && path.mailbox === undefined)) {
      return answer(reply(501, 'Syntax error in parameters or arguments', '5.1.3'));
    }
    if (path === 'tooLong') return answer(reply(554, 'Address too long', '5.1.3'));
    const requests = requestsOf(path.parameters, session);
    if (requests === 'unknown') return answer(reply(555, 'Command parameter not implemented', '5.5.4'));
    if (requests === 'syntax') return answer(reply(501, 'Syntax error in parameters or arguments', '5.5.4'));
    const transaction = session.transaction!;
    if (transaction.isChunked === true) return answer(reply(503, 'Bad command sequence', '5.5.1'));
    // RFC 6531 §3.5: MAIL had to say SMTPUTF8.
    if (transaction.asked.smtpUtf8 !== true && /[^\x00-\x7f]/.test(path.path))
      return answer(reply(553, 'Address is not ASCII, and SMTPUTF8 was not asked for', '5.6.7'));
    // RFC 5321 §4.5.3.1.10: the client sends the rest in another transaction.
    if (transaction.forwardPaths.size >= session.settings.recipientLimit) {
      return answer(reply(452, 'Too many recipients', '4.5.3'));
    }
    const tooMuch = recipientRefusal(session);
    if (tooMuch !== undefined) return answer(tooMuch);
    const verdict = await verdictOn(path.path, path.mailbox!, session);
    if (verdict === 'unknown' && !session.settings.checksDeliverability)
      return answer(reply(550, `<${path.path}> ... Addressee unknown`, '5.1.1'));
    const isRelay =
      verdict === 'remote' &&
      session.user === undefined &&
      !mayRelay(session.peer.address, path.mailbox!, session.settings);
    if (isRelay && !(await isMxOf(session, path.mailbox!))) return refuseRelay(session, path.path);
    const full = verdict === 'local' ? await fullRefusal(session, path.path) : undefined;
    if (full !== undefined) return answer(full);
    const notYet = greylistRefusal(session, path.path);
    if (notYet !== undefined) return answer(notYet);
    transaction.acceptances += 1;
    transaction.forwardPaths.set(path.path, requests);
    return answer(reply(250, `<${path.path}>... Recipient OK`, '2.1.5'));
  },
};

function requestsOf(
  parameters: ReadonlyMap<string, string>,
  { isExtended }: Session,
): RecipientRequests | undefined | 'unknown' | 'syntax' {
  if (parameters.size === 0) return undefined;
  let requests: RecipientRequests = {};
  for (const [name, value] of parameters) {
    if (!isExtended || (name !== 'NOTIFY' && name !== 'ORCPT')) return 'unknown';
    if (name === 'ORCPT') {
      if (!isOriginalRecipient(value)) return 'syntax';
      requests = { ...requests, originalRecipient: value };
    } else {
      const notify = parseNotify(value);
      if (notify === undefined) return 'syntax';
      requests = { ...requests, notify };
    }
  }
  return requests;
}

/**
 * Symbiont-Checks-Deliverability: nobody is told who is here, so nobody is looked up, and the time tells nothing either. Only
 * names that lead on to other hosts are looked at as always.
 */
async function verdictOn(
  path: string,
  { localPart, domain }: Mailbox,
  { settings, dependencies: { recipients } }: Session,
): Promise<RecipientVerdict> {
  const tellsNothing = settings.checksDeliverability && domain !== '' && !/[%!@"]/.test(localPart);
  return tellsNothing && (await recipients.check(`postmaster@${domain}`)) === 'local'
    ? 'local'
    : recipients.check(path);
}

/** RFC 5321 §4.2.3 (452, 552), RFC 3463 §3.3. Not where nobody is told who is here. */
async function fullRefusal(
  { settings, transaction, dependencies: { recipients } }: Session,
  path: string,
): Promise<Reply | undefined> {
  if (settings.checksDeliverability) return undefined;
  switch (await recipients.room(path, transaction?.declaredBytes ?? 0)) {
    case 'enough':
      return undefined;
    case 'full':
      return reply(452, `<${path}> ... Mailbox full, try again later`, '4.2.2');
    case 'never':
      return reply(552, `<${path}> ... Message is larger than the mailbox may be`, '5.2.3');
  }
}

/** Rule 4: two route-through attempts of a session are refused, the third closes it, and is told. */
function refuseRelay(session: Session, path: string): Answer {
  session.relayAttempts += 1;
  const closes = session.relayAttempts >= 3;
  if (closes) noteRefusal(session, 'SPAM-Relay', { forwardPath: path });
  else logRefusal(session, 'SPAM-Relay', { forwardPath: path });
  const refusal = reply(550, policyText('SPAM-Relay', session.settings), '5.7.1');
  return closes ? { reply: refusal, next: 'close' } : answer(refusal);
}

/** Relay-Based-On-Mx: this host is an MX of the destination. Route-through addresses name another host: never. */
async function isMxOf({ settings, dependencies }: Session, mailbox: Mailbox): Promise<boolean> {
  if (!settings.relay || !settings.relayBasedOnMx || /[%!@]/.test(mailbox.localPart)) return false;
  const found = await dependencies.resolver.mx(toALabels(mailbox.domain) ?? '');
  if (found.kind !== 'found') return false;
  for (const { exchange } of found.records) {
    if (exchange !== '' && (await dependencies.recipients.check(`postmaster@${exchange}`)) === 'local')
      return true;
  }
  return false;
}
