/**
 * The one way in for everybody who gives a user name and a password: SMTP AUTH, POP, IMAP, SET PASSWORD. Break-in evasion,
 * the rules of the account, failures in the account, and the alarms of the security operators are all here.
 * Source: Guide to System Security, ch. 7 and Detecting Break-Ins.
 */
import { createHmac } from 'node:crypto';
import type { MessageDefinition } from '../condition/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import type { AccessMode, Account, SystemStore } from '../ports/system-store.ts';
import type { ScramVerifier } from '../sasl/index.ts';
import { type IntrusionRules, isEvaded, type LoginSource, noteFailure, noteSuccess } from './intrusion.ts';
import { LOGIN, refusalMessages } from './login-messages.ts';
import { type LoginParameters, readLoginParameters } from './login-parameters.ts';
import { isPasswordExpired, loginRefusal } from './login-rules.ts';
import { isPasswordOf, SCRAM_ITERATIONS, scramVerifierOf, withScramVerifier } from './passwords.ts';
import { type LoginEvent, securityAlarm } from './security-alarm.ts';

/** Where the system store keeps the secret. */
export const AUTHENTICATION_SECRET = 'AUTHENTICATION_SECRET';

export interface LoginDoorDeps {
  readonly systemStore: SystemStore;
  readonly clock: Clock;
  readonly opcom: Pick<OperatorCommunication, 'operatorMessage'>;
  readonly nodeName: string;
  /** Default: those SYSGEN has made active. */
  readonly parameters?: LoginParameters;
  /** Default: Math.random. */
  readonly random?: () => number;
  /** Whose account is meant by the name that was given: an address may be one. Default: its own. */
  readonly accountName?: (given: string) => Promise<string>;
  /** Known to this node alone, the same for ever: what SCRAM tells of users who are not there comes from it. */
  readonly secret?: () => Promise<string>;
}

/** Who stands at the door. */
export interface LoginPeer {
  readonly source: LoginSource;
  /** Whose hours of access count; absent: he is in already, and the password alone is asked for. */
  readonly mode?: AccessMode;
  /** Of the process that serves him: `TCPIP$SMTP_1`. */
  readonly processName: string;
  /** Eight hexadecimal digits. */
  readonly pid: string;
}

export type LoginResult =
  | { readonly kind: 'in'; readonly account: Account }
  /** Why is for the operators alone. `isOver`: no further attempt is to be taken, the connection ends. */
  | { readonly kind: 'refused'; readonly isOver: boolean };

/** One connection, or one command at a terminal. */
export interface LoginAttempts {
  /** Takes as long whether the user exists or not, is evaded or not. */
  attempt(userName: string, password: string): Promise<LoginResult>;
  /** SCRAM: what is kept of his password; the same made-up thing each time for a user who is not there, or has none. */
  verifier(userName: string): Promise<ScramVerifier>;
  /** SCRAM: whether the client has proved that it knows the password. */
  attemptByProof(userName: string, isRight: boolean): Promise<LoginResult>;
}

export function openLoginDoor(deps: LoginDoorDeps, peer: LoginPeer): LoginAttempts {
  const { systemStore, clock, accountName = async (given) => given } = deps;
  let failures = 0;
  const alarm = (event: LoginEvent, userName: string, status: MessageDefinition): void => {
    const { nodeName } = deps;
    const text = securityAlarm({ event, at: clock.now(), nodeName, userName, status, ...peer });
    deps.opcom.operatorMessage('SECURITY', 'AUDIT$SERVER', text);
  };
  /** Asked for each time: what the manager has just written counts. */
  const look = async (userName: string) => {
    const parameters = deps.parameters ?? (await readLoginParameters(systemStore));
    const rules = { records: systemStore, parameters, random: deps.random ?? Math.random };
    const account = await systemStore.account(userName.toUpperCase());
    const evaded = await isEvaded(rules, peer.source, userName, clock.now(), parameters);
    return { account, rules, isEvaded: evaded };
  };
  /** What follows from it, for every way to prove who one is. */
  const judge = async (userName: string, given: Given): Promise<LoginResult> => {
    const { account, rules, isEvaded: evaded, isRight } = given;
    const { parameters } = rules;
    const refused = (): LoginResult => {
      failures += 1;
      return { kind: 'refused', isOver: failures >= parameters.LGI_RETRY_LIM };
    };
    if (evaded) return refused();
    if (account !== undefined && given.hasNoVerifier === true) {
      // Right or wrong, nobody can say: he must not become an intruder by his own password.
      alarm('failure', account.userName, LOGIN.NOVERIFIER);
      return refused();
    }
    if (account === undefined || !isRight) {
      const now = clock.now();
      const { becameIntruder, record } = await noteFailure(rules, peer.source, userName, now);
      // Of nobody too: what it costs to write that down would tell who is there.
      await systemStore.noteLoginFailure(userName);
      // Not where somebody tries many users: it is not about this one then.
      if (becameIntruder && record.isIntruder && parameters.LGI_BRK_DISUSER === 1)
        await disable(systemStore, userName);
      const status = account === undefined ? LOGIN.NOSUCHUSER : LOGIN.INVPWD;
      alarm(becameIntruder ? 'breakin' : 'failure', account?.userName ?? UNKNOWN_USER, status);
      return refused();
    }
    const status = peer.mode && whyNot(account, peer.mode, clock.now());
    if (status !== undefined) {
      // He knows the password: no break-in.
      alarm('failure', account.userName, status);
      return refused();
    }
    await noteSuccess(rules, peer.source, userName, clock.now());
    if (peer.mode !== undefined) await noteLogin(systemStore, account, peer.mode, clock.now());
    return { kind: 'in', account };
  };
  return {
    async attempt(given, password) {
      // First of all: whoever guesses is counted for the account, whatever he calls it.
      const userName = await accountName(given);
      // Asked before the password is looked at, which takes as long for everybody.
      const found = await look(userName);
      const isRight = await isPasswordOf(found.account, password);
      const result = await judge(userName, { ...found, isRight });
      if (result.kind === 'in') await addVerifier(systemStore, result.account, password);
      return result;
    },
    async verifier(given) {
      const userName = await accountName(given);
      const account = await systemStore.account(userName.toUpperCase());
      const madeUp = madeUpVerifier((await deps.secret?.()) ?? '', userName);
      return (account && scramVerifierOf(account)) ?? madeUp;
    },
    async attemptByProof(given, isRight) {
      const userName = await accountName(given);
      const found = await look(userName);
      const { account } = found;
      const hasNoVerifier =
        account !== undefined && account.passwordHash !== '' && scramVerifierOf(account) === undefined;
      return judge(userName, { ...found, isRight, hasNoVerifier });
    },
  };
}

interface Given {
  readonly rules: IntrusionRules;
  readonly account: Account | undefined;
  readonly isEvaded: boolean;
  readonly isRight: boolean;
  readonly hasNoVerifier?: boolean;
}

/** A password set by a version that knew no SCRAM, or one that counts otherwise: from now on SCRAM lets him in, too. */
async function addVerifier(systemStore: SystemStore, account: Account, password: string): Promise<void> {
  const { userName, passwordHash, flags } = account;
  if (scramVerifierOf(account)?.iterations === SCRAM_ITERATIONS) return;
  const more = await withScramVerifier(passwordHash, password, flags);
  await systemStore.replacePasswordHash(userName, passwordHash, more);
}

/** Three pairs of keys, as most accounts have. Nobody knows what they are keys to. */
function madeUpVerifier(secret: string, userName: string): ScramVerifier {
  const made = (what: string): Buffer =>
    createHmac('sha256', secret).update(`${what} ${userName.toUpperCase()}`).digest();
  const keys = [1, 2, 3].map((each) => ({
    storedKey: made(`stored ${each}`),
    serverKey: made(`server ${each}`),
  }));
  return { salt: made('salt').subarray(0, 16), iterations: SCRAM_ITERATIONS, keys };
}

/**
 * Programs that fetch mail log in all the time, and each note makes every process read accounts again: once in a while is
 * enough, but at once where failures are to be forgotten.
 */
async function noteLogin(
  systemStore: SystemStore,
  account: Account,
  mode: AccessMode,
  now: number,
): Promise<void> {
  const kind = mode === 'NETWORK' || mode === 'BATCH' ? 'nonInteractive' : 'interactive';
  const last = (kind === 'interactive' ? account.lastInteractive : account.lastNonInteractive) ?? 0;
  if ((account.loginFailures ?? 0) > 0 || now - last >= NOTED_EVERY_MS)
    await systemStore.noteLogin(account.userName, kind, now);
}

/** LGI_BRK_DISUSER: nobody gets in there until the manager says so. */
async function disable(systemStore: SystemStore, userName: string): Promise<void> {
  await systemStore.changeAccount(userName.toUpperCase(), (account) =>
    account.flags.includes('DISUSER') ? account : { ...account, flags: [...account.flags, 'DISUSER'] },
  );
}

const NOTED_EVERY_MS = 60_000;

/** What was typed may be a password in the wrong place: alarms never show it. */
const UNKNOWN_USER = '<login>';

function whyNot(account: Account, mode: AccessMode, instant: number): MessageDefinition | undefined {
  const refusal = loginRefusal(account, mode, instant);
  if (refusal !== undefined) return refusalMessages[refusal];
  // Only at a terminal could he set a new one.
  return mode !== 'LOCAL' && isPasswordExpired(account, instant) ? LOGIN.PWDEXPIRED : undefined;
}
