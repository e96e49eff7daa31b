/**
 * A command line: the verb in it, whether it may be said now, and what is answered. Whatever no verb knows is the same to a
 * client: unrecognized. Source: RFC 5321 §4.1, §4.5.1; RFC 6531 §3.3.
 */
import { reply } from '../smtp/reply.ts';
import type { Session } from './session.ts';
import { failureReply } from './storage-failure.ts';
import { verbs } from './verbs/index.ts';
import type { Answer, SmtpVerb } from './verbs/verb.ts';

const unrecognized: Answer = { reply: reply(500, 'Syntax error, command unrecognized', '5.5.2') };

/** @param line  without CRLF, an octet a character */
export function answerTo(session: Session, line: string): Answer | Promise<Answer> {
  const command = commandText(line);
  if (command === undefined) return unrecognized;
  const match = /^([A-Za-z]+)(?: (.*))?$/s.exec(command.trimEnd());
  const verb = match === null ? undefined : verbs.get(match[1]!.toUpperCase());
  const isOfOther = (verb?.isOfLmtp ?? session.service.isLmtp) !== session.service.isLmtp;
  if (verb === undefined || isOfOther) return unrecognized;
  // Only addresses may be other than ASCII. RFC 6531 §3.3
  if (verb.takesUtf8 !== true && command !== line) return unrecognized;
  const argument = match?.[2] ?? '';
  return refusalOf(session, verb, argument) ?? handled(session, verb, argument);
}

/** What the flags of the verb's table entry say. */
function refusalOf(session: Session, verb: SmtpVerb, argument: string): Answer | undefined {
  const { service, settings, user } = session;
  if (verb.isExtension === true && settings.classic) return unrecognized;
  // RFC 6409 §4.3, RFC 4954 §6.
  if (verb.needsUser === true && service.isSubmission && user === undefined)
    return { reply: reply(530, 'Authentication required', '5.7.0') };
  if (verb.takesNothing === true && argument !== '') return unrecognized;
  const isTooEarly =
    (verb.needsGreeting === true && session.greetedAs === undefined) ||
    (verb.needsTransaction === true && session.transaction === undefined);
  return isTooEarly ? { reply: reply(503, 'Bad command sequence', '5.5.1') } : undefined;
}

function handled(session: Session, verb: SmtpVerb, argument: string): Answer | Promise<Answer> {
  const failed = (error: unknown): Answer => ({ reply: failureReply(error, session.dependencies) });
  try {
    const answer = verb.handle(session, argument);
    return answer instanceof Promise ? answer.catch(failed) : answer;
  } catch (error) {
    return failed(error);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The line as characters; undefined: it holds controls, or octets that are no UTF-8. RFC 5321 §2.4, RFC 6531 §3.3 */
function commandText(octets: string): string | undefined {
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(octets)) return undefined;
  if (!/[\x80-\xff]/.test(octets)) return octets;
  try {
    return utf8.decode(Buffer.from(octets, 'latin1'));
  } catch {
    return undefined;
  }
}

/**
 * For a trace. What begins with no verb may be anything: AUTH misspelt, or what a client sends behind an AUTH that was refused,
 * without waiting for the reply.
 */
export function withoutSecrets(line: string): string {
  const verb = /^[A-Za-z]+(?=\s|$)/.exec(line)?.[0];
  if (verb === undefined || !verbs.has(verb.toUpperCase())) return '***';
  return line.replace(/^(AUTH\s+\S+\s).+/is, '$1***');
}
