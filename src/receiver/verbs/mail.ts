/**
 * MAIL FROM. Source: RFC 5321 §4.1.1.2, RFC 1870 (SIZE), RFC 6152 and 3030 (BODY), RFC 3461 (RET, ENVID),
 * RFC 8689 (REQUIRETLS); texts tcpip-smtp.md §6.2.
 */
import type { EnvelopeRequests } from '../../ports/delivery-requests.ts';
import { isEnvelopeId, parseReturnText } from '../../smtp/delivery-requests.ts';
import { type PathArgument, parsePathArgument } from '../../smtp/path.ts';
import { reply } from '../../smtp/reply.ts';
import { extensionParameter, isReply, type SubmissionRequests } from '../extensions/index.ts';
import { policyText } from '../policy-event.ts';
import { messageRefusal } from '../rate-limits.ts';
import { isTooLarge } from '../receiver-settings.ts';
import { type SenderVerdict, senderVerdict } from '../sender-rules.ts';
import { type BodyKind, type MailTransaction, noteRefusal, type Session } from '../session.ts';
import { isOwnAddress, ownDomain } from '../submission.ts';
import { type Answer, answer, type SmtpVerb } from './verb.ts';

export const mail: SmtpVerb = {
  name: 'MAIL',
  takesUtf8: true,
  needsUser: true,
  needsGreeting: true,
  help: 'MAIL FROM:<sender> ...  Specifies the sender',
  handle(session, argument) {
    if (session.transaction !== undefined) return answer(reply(503, 'Sender already specified', '5.5.1'));
    const match = /^FROM:(.*)$/is.exec(argument);
    if (match === null) return answer(reply(501, 'Syntax error in parameters or arguments', '5.5.4'));
    const path = parsePathArgument(match[1]!, { utf8: true });
    if (path === 'syntax') return answer(reply(501, 'Syntax error in reverse-path', '5.1.7'));
    if (path === 'parameters') {
      return answer(reply(501, 'Syntax error in parameters or arguments', '5.5.4'));
    }
    if (path === 'tooLong') return answer(reply(554, 'Address too long', '5.1.7'));

    let body: BodyKind | undefined;
    let requests: EnvelopeRequests = {};
    let asked: SubmissionRequests = {};
    let declaredBytes = 0;
    for (const [name, value] of path.parameters) {
      if (name === 'SIZE' && session.isExtended) {
        if (!/^\d{1,20}$/.test(value))
          return answer(reply(501, 'Syntax error in parameters or arguments', '5.5.4'));
        // RFC 1870 §6.1: declared beyond the limit, refused before the data is sent.
        declaredBytes = Number(value);
        if (isTooLarge(declaredBytes, session.settings)) {
          return answer(reply(552, 'Message size exceeds the fixed limit', '5.3.4'));
        }
      } else if (name === 'BODY' && session.isExtended) {
        const kind = value.toUpperCase();
        if (kind !== '7BIT' && kind !== '8BITMIME' && kind !== 'BINARYMIME') {
          return answer(reply(501, 'Syntax error in parameters or arguments', '5.5.4'));
        }
        body = kind;
      } else if (name === 'AUTH' && session.isExtended && session.dependencies.openLoginDoor !== undefined) {
        // RFC 4954 §5: who is said to have sent it is believed of nobody, so that it is not passed on.
        if (!isAuthParameter(value))
          return answer(reply(501, 'Syntax error in parameters or arguments', '5.5.4'));
      } else if (isRequest(session, name)) {
        const request = requestOf(name, value);
        if (request === undefined)
          return answer(reply(501, 'Syntax error in parameters or arguments', '5.5.4'));
        requests = { ...requests, ...request };
      } else {
        const taken = extensionParameter(name, value, asked, session);
        if (isReply(taken)) return answer(taken);
        asked = taken;
      }
    }
    // RFC 6531 §3.5: such an address is one only where the client has said so.
    if (asked.smtpUtf8 !== true && /[^\x00-\x7f]/.test(path.path))
      return answer(reply(550, 'Address is not ASCII, and SMTPUTF8 was not asked for', '5.6.7'));
    const said = { body, requests: { ...requests, ...asked.envelope }, asked, declaredBytes };
    if (session.user !== undefined) return beginSubmission(session, path, said);
    const verdict = senderVerdict(session, path.path, path.mailbox);
    const decide = (known: SenderVerdict): Answer => begin(session, path.path, said, known);
    return verdict instanceof Promise ? verdict.then(decide) : decide(verdict);
  },
};

/** `<>`, or a mailbox as xtext: RFC 3461 §4. */
const isAuthParameter = (value: string): boolean =>
  value === '<>' || /^(?:[\x21-\x2a\x2c-\x3c\x3e-\x7e]|\+[0-9A-F]{2})+$/.test(value);

/** RFC 8689 §2: REQUIRETLS is for encrypted sessions alone. */
const isRequest = (session: Session, name: string): boolean =>
  session.isExtended &&
  (name === 'RET' || name === 'ENVID' || (name === 'REQUIRETLS' && session.tls !== undefined));

function requestOf(name: string, value: string): EnvelopeRequests | undefined {
  if (name === 'REQUIRETLS') return value === '' ? { requireTls: true } : undefined;
  if (name === 'ENVID') return isEnvelopeId(value) ? { envelopeId: value } : undefined;
  const returnText = parseReturnText(value);
  return returnText && { returnText };
}

type Said = Pick<MailTransaction, 'body' | 'requests' | 'asked' | 'declaredBytes'>;

/** RFC 6409 §4.2, §6.1: names without a domain are completed, and the sender is who has authenticated himself. */
async function beginSubmission(
  session: Session,
  { path, mailbox }: PathArgument,
  said: Said,
): Promise<Answer> {
  const whole = mailbox?.domain === '' ? `${path}@${ownDomain(session)}` : path;
  if (mailbox !== undefined && !(await isOwnAddress(session, whole))) {
    return answer(reply(553, `<${whole}>... Sender address is not yours`, '5.7.1'));
  }
  return begin(session, whole, said, 'accept');
}

/** Rule 5 of tcpip-smtp.md §3.3: MAIL FROM is refused, and the link closed. */
function begin(session: Session, path: string, said: Said, verdict: SenderVerdict): Answer {
  const tooMuch = messageRefusal(session);
  if (tooMuch !== undefined) return answer(tooMuch);
  if (verdict === 'tryLater')
    return answer(reply(451, `<${path}>... Sender domain cannot be resolved now`, '4.4.3'));
  if (verdict !== 'accept') {
    noteRefusal(session, verdict, { reversePath: path });
    return { reply: reply(553, policyText(verdict, session.settings), '5.1.7'), next: 'close' };
  }
  session.transaction = { reversePath: path, forwardPaths: new Map(), acceptances: 0, ...said };
  const { remark } = said.asked;
  // RFC 6710 §4.1: 2.3.6, what was asked was changed.
  if (remark !== undefined) return answer(reply(250, `<${path}>... Sender OK, ${remark}`, '2.3.6'));
  return answer(reply(250, `<${path}>... Sender OK`, '2.1.0'));
}
