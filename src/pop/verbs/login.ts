/** USER, PASS, QUIT, STLS, CAPA, UTF8. Source: RFC 1939 §4, §7; RFC 2449; RFC 2595; RFC 6856; tcpip-smtp.md §7.1. */
import { offeredMechanisms } from '../../system/sasl-policy.ts';
import { enterWithPassword, exhausted } from '../enter.ts';
import type { Session } from '../session.ts';
import { saslCapability } from './auth.ts';
import { type Answer, error, lines, ok, type PopVerb } from './verb.ts';

const unauthenticated = ['authorization'] as const;
const always = ['authorization', 'transaction'] as const;

/** Passwords in clear, where they may be read on the way. RFC 8314 §3 */
function refusal(session: Session): Answer | undefined {
  if (session.settings.refusesPasswords) return error('The USER command has been administratively disabled.');
  if (!session.settings.authWithoutTls && session.tls === undefined)
    return error('Begin with STLS: passwords are not taken in clear.', 'AUTH');
  return undefined;
}

const user: PopVerb = {
  states: unauthenticated,
  parameters: [1, 1],
  keepsRest: true,
  async obey(session, [userName = '']) {
    const why = refusal(session);
    if (why !== undefined) return why;
    if (session.settings.isFriendly && !(await session.dependencies.isUser(userName)))
      return error(`User account "${userName}" is invalid.`);
    session.userName = userName;
    return ok(`Password required for "${userName}"`);
  },
};

const pass: PopVerb = {
  states: unauthenticated,
  parameters: [0, 1],
  keepsRest: true,
  async obey(session, [password = '']) {
    const why = refusal(session);
    if (why !== undefined) return why;
    const { userName } = session;
    session.userName = undefined;
    if (userName === undefined) return error('USER comes first.');
    const enough = exhausted(session);
    if (enough !== undefined) return enough;
    return enterWithPassword(session, userName, password, 'Username/password combination ok');
  },
};

const quit: PopVerb = {
  states: always,
  parameters: [0, 0],
  // RFC 1939 §6: whatever becomes of the messages, the maildrop is let go, and the connection ends.
  async obey(session) {
    return { ...(await updated(session)), next: 'close' };
  },
};

async function updated(session: Session): Promise<Answer> {
  const { dependencies, maildrop } = session;
  try {
    const left = (await maildrop?.update()) ?? 0;
    session.maildrop = undefined;
    if (left > 0) return error(`${left} messages not deleted`);
    return ok(`TCPIP POP server at ${dependencies.hostName} signing off.`);
  } catch (failure) {
    dependencies.log.error({ err: failure }, 'a maildrop could not be updated');
    return error('The mail file cannot be used now, messages are not deleted.', 'SYS/TEMP');
  }
}

const stls: PopVerb = {
  states: unauthenticated,
  parameters: [0, 0],
  obey(session) {
    if (session.tls !== undefined) return error('TLS is in use already.');
    if (!session.dependencies.tls.isAvailable) return error('There is no certificate now.', 'SYS/TEMP');
    return { ...ok('Begin TLS negotiation'), next: 'startTls' };
  },
};

const capa: PopVerb = {
  states: always,
  parameters: [0, 0],
  obey: (session) => ok('Capability list follows', lines(capabilities(session))),
};

function* capabilities(session: Session): Generator<string> {
  const { settings, dependencies } = session;
  yield 'TOP';
  yield 'UIDL';
  if (refusal(session) === undefined) yield 'USER';
  if (session.tls === undefined && dependencies.tls.isAvailable) yield 'STLS';
  yield* saslCapability(offeredMechanisms(settings, session.tls));
  yield 'PIPELINING';
  yield 'RESP-CODES';
  yield 'AUTH-RESP-CODE';
  if (settings.loginDelaySeconds > 0) yield `LOGIN-DELAY ${settings.loginDelaySeconds}`;
  // What was retrieved goes to the folder MAIL, where no client of POP sees it again.
  yield settings.leavesInNewmail || settings.usesMailFolder ? 'EXPIRE NEVER' : 'EXPIRE 0';
  yield 'UTF8';
  yield `IMPLEMENTATION vmsmail ${dependencies.versionInfo}`;
}

/** Headers go as they are stored, in UTF-8 where their senders wrote so, asked for or not. */
const utf8: PopVerb = { states: unauthenticated, parameters: [0, 0], obey: () => ok('UTF-8 it is') };

export const loginVerbs = { USER: user, PASS: pass, QUIT: quit, STLS: stls, CAPA: capa, UTF8: utf8 } as const;
