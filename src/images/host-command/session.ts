/** `vmsmail dcl`, `mail` and `tcpip`: a session on this machine as one of the node's users. DESIGN §6. */
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { hostFileSystem } from '../../adapters/node/host-file-system.ts';
import { hostMachine } from '../../adapters/node/host-machine.ts';
import { lazyLog } from '../../adapters/node/lazy-log.ts';
import { createPipedInput } from '../../adapters/node/piped-input.ts';
import { openSpool } from '../../adapters/node/spool.ts';
import { createStreamOutput } from '../../adapters/node/stream-output.ts';
import { systemClock } from '../../adapters/node/system-clock.ts';
import { openTerminal } from '../../adapters/node/terminal.ts';
import { openSqliteSystemStore } from '../../adapters/sqlite/system-store/index.ts';
import { isSuccess } from '../../condition/index.ts';
import type { DclSession } from '../../dcl/index.ts';
import type { Log } from '../../ports/log.ts';
import { accountNameOfLogin } from '../../system/account-names.ts';
import { hostDevicesOf } from '../../system/host-devices.ts';
import { createNodeInformation } from '../../system/node-information.ts';
import { loginName } from '../login.ts';
import { defaultHostName, defaultNodeName } from '../node-configuration.ts';
import { type NodeRoot, nodeRoot, rootExists } from '../node-root.ts';
import { packageVersion } from '../package-version.ts';
import { currentSettings } from '../parts/current-settings.ts';
import { createMailPart, openNodeMailStore } from '../parts/mail-part.ts';
import type { NodeContext } from '../parts/node-context.ts';
import { createSession } from '../parts/session-part.ts';
import { hostFileIndex, openHostFile } from './host-text-file.ts';
import { lazyNode } from './lazy-node.ts';

export interface SessionOptions {
  readonly root: string;
  readonly user?: string;
  /** Read instead of the terminal or standard input. */
  readonly input?: Readable | undefined;
  /** The terminal is gone; default: the process ends. */
  readonly onHangup?: () => void;
  /** Neither SYLOGIN.COM nor LOGIN.COM. */
  readonly nocommand?: boolean;
}

/** A word of the shell as DCL has to see it: quoted where DCL would change or misread it. */
function quoted(word: string): string {
  const qualifier = /^(\/[A-Za-z_]+[=:])(.+)$/s.exec(word);
  if (qualifier !== null)
    return qualifier[1]! + (qualifier[2]!.startsWith('(') ? qualifier[2]! : quoted(qualifier[2]!));
  if (/^\/[A-Za-z_]+$/.test(word)) return word;
  return `"${word.replaceAll('"', '""')}"`;
}

export const dclSession = (words: readonly string[], options: SessionOptions): Promise<number> =>
  inSession(options, async (session) => {
    if (options.nocommand !== true) await session.login();
    if (session.isOver) return session.status;
    if (words.length === 0) return session.interactive();
    const [first, ...rest] = words;
    return session.execute(
      [first!, ...rest.map((word) => (/[\s"]/.test(word) ? quoted(word) : word))].join(' '),
    );
  });

export async function mailSession(words: readonly string[], options: SessionOptions): Promise<number> {
  const file = hostFileIndex(words);
  const typed = words.map((word, index) => (index === file ? 'SYS$INPUT' : quoted(word)));
  const input = file === -1 ? undefined : await openHostFile(words[file]!);
  return inSession({ ...options, input }, (session) => session.execute(['MAIL', ...typed].join(' ')));
}

export const tcpipSession = (words: readonly string[], options: SessionOptions): Promise<number> =>
  inSession(options, (session) => session.execute(['TCPIP', ...words].join(' ')));

async function inSession(
  options: SessionOptions,
  use: (session: DclSession) => Promise<number>,
): Promise<number> {
  const paths = nodeRoot(options.root);
  if (!rootExists(paths)) {
    process.stderr.write(`vmsmail: there is no node at ${paths.root} yet; vmsmail start creates it\n`);
    return 1;
  }
  const systemStore = openSqliteSystemStore(paths.systemDirectory);
  const userName = (options.user ?? accountNameOfLogin(loginName())).toUpperCase();
  const account = await systemStore.account(userName);
  if (account === undefined) {
    process.stderr.write(`vmsmail: there is no account ${userName}; a manager adds it with MCR AUTHORIZE\n`);
    await systemStore.close();
    return 1;
  }
  const node = lazyNode(paths);
  const files = hostFileSystem({
    root: paths.root,
    clock: systemClock,
    devices: hostDevicesOf(systemStore),
  });
  const context: NodeContext = {
    configuration: {
      root: paths.root,
      nodeName: (await systemStore.setting('NODE_NAME')) ?? defaultNodeName(),
      hostName: (await systemStore.setting('HOST_NAME')) ?? defaultHostName(),
      ports: {},
    },
    paths,
    clock: systemClock,
    log: lazyLog(() => sessionLog(paths), 'warn'),
    systemStore,
    files,
    spool: await openSpool(paths.spoolDirectory, systemClock),
    queueManager: node.queueManager,
    operator: node.operator,
    node: createNodeInformation({
      systemStore,
      directory: node.processes,
      host: hostMachine({ root: paths.root }),
    }),
  };
  process.on('warning', (warning) => context.log.warn({ err: warning }, 'a warning of Node'));
  const mailStore = openNodeMailStore(context);
  const mail = createMailPart(context, mailStore, await currentSettings(systemStore));
  const isTerminal = options.input === undefined && process.stdin.isTTY && process.stdout.isTTY;
  const terminal = isTerminal
    ? openTerminal({ input: process.stdin, output: process.stdout, deviceName: `FTA${process.pid}:` })
    : undefined;
  const output = terminal ?? createStreamOutput(process.stdout);
  const input = terminal ?? createPipedInput(options.input ?? process.stdin);
  if (terminal !== undefined) {
    terminal.onHangup(options.onHangup ?? (() => process.exit(1)));
    terminal.onFirstRead(() => {
      void node.registerTerminal({ name: `_${terminal.deviceName}`, userName }, (text) =>
        terminal.broadcast(text),
      );
    });
  }
  const session = await createSession(context, mail, {
    account,
    input,
    output,
    ...(terminal === undefined ? {} : { terminal }),
    queueManager: node.connectedQueueManager,
    serviceStates: node.serviceStates,
    terminalRegistration: node.terminalRegistration,
    version: packageVersion(),
  });
  try {
    return isSuccess(await use(session)) ? 0 : 1;
  } finally {
    await session.close();
    await output.flush();
    terminal?.close();
    if (!isTerminal) process.stdin.destroy();
    await node.close();
    await mailStore.close();
    files.close();
    await systemStore.close();
  }
}

/** SYS$MANAGER:SESSION.LOG: what went wrong inside is for whoever mends it, not for the person at the terminal. */
async function sessionLog(paths: NodeRoot): Promise<Log> {
  const [{ processLog }, { openSync, writeSync }] = await Promise.all([
    import('../../adapters/node/process-log.ts'),
    import('node:fs'),
  ]);
  const file = openSync(join(paths.managerDirectory, 'SESSION.LOG'), 'a', 0o600);
  return processLog('SESSION', 'warn', (bytes) => writeSync(file, bytes));
}
