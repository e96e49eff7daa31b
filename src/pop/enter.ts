/** From a user name and a password to an open maildrop. Source: RFC 1939 §4; RFC 2449 §8; RFC 3206; tcpip-smtp.md §7.1. */
import type { Account } from '../ports/system-store.ts';
import { Maildrop } from './maildrop.ts';
import type { Session } from './session.ts';
import { type Answer, error, ok } from './verbs/verb.ts';

/** Two attempts, as the product has it. */
const MOST_ATTEMPTS = 2;

/** @param success  what is said where the maildrop is open */
export async function enterWithPassword(
  session: Session,
  userName: string,
  password: string,
  success: string,
): Promise<Answer> {
  const login = await session.attempts.attempt(userName, password);
  if (login.kind === 'refused') return refused(session, login.isOver, { userName, proof: 'password' });
  return enter(session, login.account, success);
}

/** Who has had all attempts is not heard again, and the connection ends. Undefined: there is one left. */
export const exhausted = (session: Session): Answer | undefined =>
  session.failures < MOST_ATTEMPTS ? undefined : lastAnswer;

/** What somebody says who he is, and by what. */
export interface Claim {
  /** '' where the mechanism keeps it. */
  readonly userName: string;
  readonly proof: 'password' | 'MD5 digest';
}

/** Somebody was not let in: counted. @param isOver  no more is to be tried: the connection ends */
export function refused(session: Session, isOver: boolean, { userName, proof }: Claim): Answer {
  session.failures += 1;
  session.dependencies.statistics.authFailures += 1;
  if (isOver) return lastAnswer;
  if (userName === '') return error('access denied', 'AUTH');
  return error(
    session.settings.isFriendly
      ? `${proof} supplied for "${userName}" is incorrect.`
      : `Access to user account "${userName}" denied.`,
    'AUTH',
  );
}

const lastAnswer: Answer = {
  ...error('Max # of authentication attempts exceeded.', 'AUTH'),
  next: 'close',
};

/** The password, or whatever it was, was right. */
export async function enter(session: Session, account: Account, success: string): Promise<Answer> {
  const { locks, mail, hostName, versionInfo, domain, clock } = session.dependencies;
  const { userName, flags } = account;
  if (flags.includes('DISMAIL')) return error(`Access to user account "${userName}" denied.`, 'AUTH');
  if (!locks.take(userName)) return error('maildrop already locked', 'IN-USE');
  try {
    if (!locks.isPatient(userName, clock.now(), session.settings.loginDelaySeconds)) {
      locks.release(userName);
      return error('minimum time between mail checks has not passed', 'LOGIN-DELAY');
    }
    session.maildrop = await Maildrop.open({
      mail,
      user: { userName, privileges: new Set() },
      settings: session.settings,
      domain: await domain(),
      serverText: `${hostName} TCPIP POP ${versionInfo}`,
      rest: () => session.others.rest(),
    });
  } catch (failure) {
    locks.release(userName);
    throw failure;
  }
  session.login = { userName, privileges: new Set(account.privileges) };
  return ok(success);
}
