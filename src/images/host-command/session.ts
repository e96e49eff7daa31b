/** `vmsmail dcl`, `mail` and `tcpip`: a session on this machine as one of the node's users. DESIGN §6. */
import type { Readable } from 'node:stream';
import { openSqliteSystemStore } from '../../adapters/sqlite/system-store/index.ts';
import { isSuccess } from '../../condition/index.ts';
import type { DclSession } from '../../dcl/index.ts';
import type { HostFile } from '../../mail/shell/index.ts';
import type { Account } from '../../ports/system-store.ts';
import { accountNameOfLogin } from '../../system/account-names.ts';
import { loginRefusal } from '../../system/login-rules.ts';
import { loginName } from '../login.ts';
import { nodeRoot, rootExists } from '../node-root.ts';
import { packageVersion } from '../package-version.ts';
import { tellOfLastLogin, tellOfNewMail, tellOfPassword } from '../parts/login-line.ts';
import { RegisteredTerminal } from '../parts/registered-terminal.ts';
import { createSession } from '../parts/session-part.ts';
import { complain } from './display.ts';
import { hostFileIndex, openHostAttachments, openHostFile, quotedAttachments } from './host-files.ts';
import { openSessionNode } from './session-node.ts';
import { openSessionStreams, type SessionStreams } from './session-streams.ts';

export interface SessionOptions {
  readonly root: string;
  readonly user?: string;
  /** Read instead of the terminal or standard input. */
  readonly input?: Readable | undefined;
  /** Files of this machine that /ATTACHMENT may name, by those words. */
  readonly hostFiles?: ReadonlyMap<string, HostFile>;
  /** Nobody is there any more; the session ends by itself. */
  readonly onHangup?: () => void;
  /** Neither SYLOGIN.COM nor LOGIN.COM. */
  readonly nocommand?: boolean;
}

/** Time a session has to end in when nobody is there any more. */
const GONE_GRACE_MS = 5_000;
/** The longest a timer of the host goes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A word of the shell as DCL has to see it: quoted where DCL would change or misread it. */
function quoted(word: string): string {
  const qualifier = /^(\/[A-Za-z_]+[=:])(.+)$/s.exec(word);
  if (qualifier !== null)
    return qualifier[1]! + (qualifier[2]!.startsWith('(') ? qualifier[2]! : quoted(qualifier[2]!));
  if (/^\/[A-Za-z_]+$/.test(word)) return word;
  return `"${word.replaceAll('"', '""')}"`;
}

/** Somebody at a terminal logs in; piped commands are a job. */
export const dclSession = (words: readonly string[], options: SessionOptions): Promise<number> =>
  inSession(options, async ({ session, account, terminal, output, newMailCount, noteLogin }) => {
    const isLocked = account.flags.some((flag) => flag === 'CAPTIVE' || flag === 'RESTRICTED');
    if (words.length === 0 || isLocked) {
      if (terminal !== undefined) {
        await tellOfLastLogin(account, output);
        await noteLogin();
        await tellOfPassword(account, output, Date.now());
        await tellOfNewMail({ account, output, newMailCount });
      }
      // Who is kept to a procedure cannot leave it out.
      if (options.nocommand !== true || isLocked) await session.login();
      if (session.isOver || words.length === 0)
        return session.isOver ? session.status : session.interactive();
    }
    const [first, ...rest] = words;
    return session.execute(
      [first!, ...rest.map((word) => (/[\s"]/.test(word) ? quoted(word) : word))].join(' '),
    );
  });

/** The utility at its prompt is used by somebody who has logged in: what LOGIN.COM defines counts. */
const inUtility = (verb: string, words: readonly string[], options: SessionOptions): Promise<number> =>
  inSession(options, async ({ session, account, terminal, noteLogin }) => {
    const isLocked = account.flags.some((flag) => flag === 'CAPTIVE' || flag === 'RESTRICTED');
    if (words.length === 0 && terminal !== undefined) await noteLogin();
    if (isLocked || (words.length === 0 && terminal !== undefined)) await session.login();
    return session.isOver ? session.status : session.execute([verb, ...words].join(' '));
  });

export async function mailSession(words: readonly string[], options: SessionOptions): Promise<number> {
  const file = hostFileIndex(words);
  const typed = words.map((word, index) => (index === file ? 'SYS$INPUT' : quoted(quotedAttachments(word))));
  const input = file === -1 ? undefined : await openHostFile(words[file]!);
  const hostFiles = await openHostAttachments(words);
  try {
    return await inUtility('MAIL', typed, { ...options, input, hostFiles });
  } finally {
    for (const { bytes } of hostFiles.values()) bytes.destroy();
  }
}

export const tcpipSession = (words: readonly string[], options: SessionOptions): Promise<number> =>
  inUtility('TCPIP', words, options);

interface OpenSession extends Pick<SessionStreams, 'terminal' | 'output'> {
  readonly session: DclSession;
  readonly account: Account;
  readonly newMailCount: () => Promise<number>;
  /** What AUTHORIZE shows as the last login is now. */
  readonly noteLogin: () => Promise<void>;
}

async function inSession(
  options: SessionOptions,
  use: (open: OpenSession) => Promise<number>,
): Promise<number> {
  const paths = nodeRoot(options.root);
  if (!rootExists(paths)) return complain(`there is no node at ${paths.root} yet; vmsmail start creates it`);
  const systemStore = openSqliteSystemStore(paths.systemDirectory);
  const userName = (options.user ?? accountNameOfLogin(loginName())).toUpperCase();
  const account = await systemStore.account(userName);
  if (account === undefined) {
    await systemStore.close();
    return complain(`there is no account ${userName}; a manager adds it with MCR AUTHORIZE`);
  }
  // The node's own terminal lets SYSTEM in whatever its record says, as a console does: somebody has to mend it.
  if (userName !== 'SYSTEM' && loginRefusal(account, 'LOCAL', Date.now()) !== undefined) {
    await systemStore.close();
    return complain('User authorization failure');
  }
  await using sessionNode = await openSessionNode(paths, systemStore);
  const { context, mail, node } = sessionNode;
  const streams = openSessionStreams(options.input);
  const { terminal, input, output } = streams;
  const registered = terminal && new RegisteredTerminal(terminal, userName);
  const register = (): Promise<void> => node.follow(async ({ terminals }) => registered?.register(terminals));
  terminal?.onFirstRead(() => void register());
  const session = await createSession(context, mail, {
    account,
    input,
    output,
    ...(terminal === undefined ? {} : { terminal }),
    ...(options.hostFiles === undefined ? {} : { hostFiles: options.hostFiles }),
    onBroadcast: (keywords) => registered?.setBroadcast(keywords),
    refusedBroadcasts: () => registered?.refused ?? new Set(),
    signal: goneSignal(streams, options.onHangup),
    queueManager: node.connectedQueueManager,
    serviceStates: node.serviceStates,
    terminalRegistration: () => register().then(() => registered?.registration),
    version: packageVersion(),
  });
  const newMailCount = () => mail.mail.newMailCount(userName);
  const noteLogin = () => systemStore.noteLogin(userName, 'interactive', Date.now());
  // The clock's timers hold no process: WAIT behind the end of piped commands would be the end of the session.
  const held = setInterval(() => {}, LONGEST_TIMER_MS);
  try {
    return isSuccess(await use({ session, account, terminal, output, newMailCount, noteLogin })) ? 0 : 1;
  } finally {
    clearInterval(held);
    await session.close();
    await streams.close();
  }
}

/** Aborted when nobody is there any more. What does not end then is ended. */
function goneSignal(streams: SessionStreams, onHangup: (() => void) | undefined): AbortSignal {
  const gone = new AbortController();
  streams.onGone(() => {
    gone.abort();
    // Who wants to hear of it has something left to do, and ends the process.
    if (onHangup !== undefined) onHangup();
    else setTimeout(() => process.exit(1), GONE_GRACE_MS).unref();
  });
  return gone.signal;
}
