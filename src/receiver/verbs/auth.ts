/**
 * AUTH: an exchange of SASL over lines of base64, at the login door of the node. Who is in may relay, and sends under his name.
 * Source: RFC 4954.
 */
import { decodeBase64 } from '../../sasl/index.ts';
import { reply } from '../../smtp/reply.ts';
import { SaslLogin, type SaslState } from '../../system/sasl-login.ts';
import { lacksTls, offeredMechanisms, saslChannel, usableMechanisms } from '../../system/sasl-policy.ts';
import type { Session } from '../session.ts';
import { type Answer, answer, type SmtpVerb } from './verb.ts';

/** RFC 4954 §4: a line of an exchange. */
export const LONGEST_AUTH_LINE = 12_288;

const cannotDecode = reply(501, 'Cannot decode response', '5.5.2');
const failed = reply(535, 'Authentication credentials invalid', '5.7.8');

/** What EHLO says behind AUTH; empty where nobody can authenticate himself. */
export function offeredBy(session: Session): readonly string[] {
  const { settings, dependencies, tls, user } = session;
  if (dependencies.openLoginDoor === undefined || user !== undefined) return [];
  return offeredMechanisms(settings, tls).map(({ name }) => name);
}

export const auth: SmtpVerb = {
  name: 'AUTH',
  isExtension: true,
  needsGreeting: true,
  help: 'AUTH mechanism ... Identifies the client.',
  handle(session, argument) {
    const { openLoginDoor } = session.dependencies;
    if (openLoginDoor === undefined) return answer(reply(502, 'Command not implemented', '5.5.1'));
    const match = /^([A-Za-z0-9_-]{1,20})(?: (\S+))?$/.exec(argument);
    if (match === null) return answer(reply(501, 'Syntax error in parameters or arguments', '5.5.4'));
    if (!session.isExtended || session.user !== undefined || session.transaction !== undefined)
      return answer(reply(503, 'Bad command sequence', '5.5.1'));
    const name = match[1]!.toUpperCase();
    const mechanism = usableMechanisms(session.settings, session.tls).find((each) => each.name === name);
    if (mechanism === undefined) return answer(reply(504, 'Unrecognized authentication type', '5.5.4'));
    if (lacksTls(mechanism, session.settings, session.tls))
      return answer(reply(538, 'Encryption required for requested authentication mechanism', '5.7.11'));
    // RFC 4954 §4: `=` is an initial response without octets.
    const initial = match[2] === undefined ? undefined : decodeBase64(match[2] === '=' ? '' : match[2]);
    if (match[2] !== undefined && initial === undefined) return answer(cannotDecode);
    session.logins ??= openLoginDoor({
      source: { kind: 'network', address: session.peer.address },
      mode: 'NETWORK',
      ...session.service.process,
    });
    session.exchange = new SaslLogin(mechanism, saslChannel(session.settings, session.tls), session.logins);
    return goOn(session, initial);
  },
};

/** A line of the client within an exchange. */
export function authResponse(session: Session, line: string): Answer | Promise<Answer> {
  if (line === '*') return endExchange(session, reply(501, 'Authentication canceled', '5.7.0'));
  const response = decodeBase64(line);
  return response === undefined ? endExchange(session, cannotDecode) : goOn(session, response);
}

/** RFC 4954 §4: the exchange is over, the client may begin another. */
function endExchange(session: Session, why: Answer['reply']): Answer {
  session.exchange = undefined;
  return answer(why);
}

async function goOn(session: Session, response: Uint8Array | undefined): Promise<Answer> {
  try {
    return conclude(session, await session.exchange!.respond(response));
  } catch (error) {
    session.dependencies.log.error({ err: error }, 'nobody can be authenticated');
    return endExchange(session, reply(454, 'Temporary authentication failure', '4.7.0'));
  }
}

function conclude(session: Session, state: SaslState): Answer {
  const { log } = session.dependencies;
  const client = session.peer.address;
  switch (state.kind) {
    case 'challenge':
      return answer(reply(334, Buffer.from(state.data).toString('base64')));
    case 'malformed':
      return endExchange(session, cannotDecode);
    case 'refused':
      // Who was tried may be a password in the wrong place: the alarm of the door says what may be said.
      log.info({ client }, 'authentication failed');
      return { ...endExchange(session, failed), ...(state.isOver ? { next: 'close' as const } : {}) };
    case 'in': {
      const { account } = state;
      // As with POP: whom the manager has taken mail from has none here either.
      if (account.flags.includes('DISMAIL')) return endExchange(session, failed);
      session.user = account;
      log.info({ client, user: account.userName }, 'authenticated');
      return endExchange(session, reply(235, 'Authentication succeeded', '2.7.0'));
    }
    default:
      return state satisfies never;
  }
}
