/** LOGIN and AUTHENTICATE. Source: RFC 9051 §6.2.2, §6.2.3; RFC 4959. */
import { exchangeSasl } from '../../mail-access/sasl-exchange.ts';
import type { Account } from '../../ports/system-store.ts';
import { decodeBase64 } from '../../sasl/index.ts';
import { SaslLogin } from '../../system/sasl-login.ts';
import { lacksTls, saslChannel, usableMechanisms } from '../../system/sasl-policy.ts';
import { capabilities, lacksLogin } from '../capabilities.ts';
import type { Session } from '../session.ts';
import { type Answer, bad, type Dialogue, type ImapVerb, no, notAuthenticated } from './verb.ts';

const IN_CLEAR = 'Begin with STARTTLS: passwords are not taken in clear.';

const login: ImapVerb = {
  states: notAuthenticated,
  async obey(session, cursor, dialogue) {
    cursor.space();
    const userName = cursor.astring().toString();
    cursor.space();
    const password = cursor.astring().toString();
    cursor.end();
    if (lacksLogin(session)) return no(IN_CLEAR, 'PRIVACYREQUIRED');
    const result = await session.attempts.attempt(userName, password);
    return result.kind === 'in' ? enter(session, result.account) : refused(dialogue, result.isOver);
  },
};

const authenticate: ImapVerb = {
  states: notAuthenticated,
  async obey(session, cursor, dialogue) {
    cursor.space();
    const name = cursor.atom().toUpperCase();
    const response = cursor.takes(' ') ? cursor.match(/[A-Za-z0-9+/=]+/y, 'base64') : undefined;
    cursor.end();
    const { settings, tls } = session;
    const mechanism = usableMechanisms(settings, tls).find((each) => each.name === name);
    if (mechanism === undefined) return no('There is no such mechanism here.', 'CANNOT');
    if (lacksTls(mechanism, settings, tls)) return no(IN_CLEAR, 'PRIVACYREQUIRED');
    // RFC 4959 §3: `=` is an initial response without octets.
    const initial = response === undefined ? undefined : decodeBase64(response === '=' ? '' : response);
    if (response !== undefined && initial === undefined) return bad('That is no base64.');
    const exchange = new SaslLogin(mechanism, saslChannel(settings, tls), session.attempts);
    const state = await exchangeSasl(exchange, initial, async (challenge) => {
      const line = await dialogue.ask(challenge);
      return line.kind === 'line' ? line.text : undefined;
    });
    if (state === 'cancelled') return bad('Authentication cancelled.');
    if (state === 'malformed') return bad('That is not what the mechanism wants.');
    return state.kind === 'in' ? enter(session, state.account) : refused(dialogue, state.isOver);
  },
};

async function enter(session: Session, { userName, flags }: Account): Promise<Answer> {
  if (flags.includes('DISMAIL')) return no('Mail is not for this account.', 'AUTHORIZATIONFAILED');
  const { openMailboxes, domain, counts } = session.dependencies;
  const leave = counts.enterUser(userName, session.settings.maxUserConnections);
  if (leave === undefined) return no('There are too many sessions of yours.', 'LIMIT');
  try {
    session.login = { userName, mailboxes: await openMailboxes(userName), domain: await domain(), leave };
  } catch (failure) {
    leave();
    throw failure;
  }
  return { status: 'OK', code: `CAPABILITY ${capabilities(session)}`, text: 'Logged in' };
}

/** One text for all reasons: whether there is such a user is nobody's business. RFC 9051 §11.7 */
function refused(dialogue: Dialogue, isOver: boolean): Answer {
  if (isOver) dialogue.say('* BYE Too many attempts to log in.\r\n');
  return { ...no('User authorization failure', 'AUTHENTICATIONFAILED'), next: isOver ? 'close' : undefined };
}

export const loginVerbs = { LOGIN: login, AUTHENTICATE: authenticate } as const;
