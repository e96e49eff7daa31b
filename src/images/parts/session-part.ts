/** A person's session: the process, the verbs of DCL, MAIL, TCPIP and the operator, and the images they can RUN. */
import { createDclSession, createQueueLexicals, type DclSession, fileSelection } from '../../dcl/index.ts';
import { createDclMailTable, createMailImage, type HostFile } from '../../mail/shell/index.ts';
import {
  accountingTable,
  createAuthorizeImage,
  createDclTcpipTable,
  createPasswordTable,
  createSysgenImage,
  createTcpipImage,
  type ManagementDeps,
  type ServiceState,
} from '../../management/index.ts';
import { createQueueTable } from '../../operator/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperatorRequests } from '../../ports/operator-requests.ts';
import type { PrintQueues } from '../../ports/print-queues.ts';
import type { QueueManager } from '../../ports/queue-manager.ts';
import type { SessionInput, SessionOutput, Terminal } from '../../ports/session-io.ts';
import type { Account } from '../../ports/system-store.ts';
import type { TerminalRegistration } from '../../ports/terminal-registry.ts';
import { batchProcessName } from '../../system/batch-process-name.ts';
import { physicalName } from '../../system/device-name.ts';
import type { Image } from '../../system/image.ts';
import { describeProcess, type ProcessContext, type ProcessMode } from '../../system/process.ts';
import { createProcessContext } from '../../system/process-context.ts';
import { resolveFile } from '../../system/resolve-file.ts';
import { readLocalDatabases, readSmtpSettings } from '../../system/settings/index.ts';
import type { MailPart } from './mail-part.ts';
import { createManagementDeps } from './management-deps.ts';
import { nodeCatalogue } from './message-catalogue.ts';
import { type NodeContext, versionInfo } from './node-context.ts';
import { nodePrintQueues } from './print-queues.ts';

export interface SessionRequest {
  readonly account: Account;
  readonly input: SessionInput;
  /** Default: what `openOutput` opens. */
  readonly output?: SessionOutput;
  /** As a file of the process: the log of a batch job. */
  readonly openOutput?: (process: ProcessContext) => Promise<SessionOutput>;
  /** It is this batch job. */
  readonly batchEntry?: number;
  readonly terminal?: Terminal;
  /** Rejects with JBC JOBQUEDIS where no node runs. */
  readonly queueManager: () => Promise<QueueManager>;
  readonly serviceStates: () => Promise<readonly ServiceState[]>;
  /** The terminal as OPCOM knows it; undefined without one. */
  readonly terminalRegistration?: () => Promise<TerminalRegistration | undefined>;
  readonly version: string;
  /** Default: those of the node. */
  readonly printQueues?: PrintQueues;
  /** Files beside the node's that the command MAIL may attach, by the words that name them. */
  readonly hostFiles?: ReadonlyMap<string, HostFile>;
  /** What TCPIP> is given instead of this machine's own. */
  readonly management?: Partial<ManagementDeps>;
  /** Default: those of the node. */
  readonly operatorRequests?: OperatorRequests;
  /** SET BROADCAST: keywords as given. */
  readonly onBroadcast?: (keywords: readonly string[]) => void;
  /** What the terminal refuses now: SHOW BROADCAST. */
  readonly refusedBroadcasts?: () => ReadonlySet<string>;
  /** Ends the session: whatever runs is aborted. */
  readonly signal?: AbortSignal;
  /** What the process waits by; default: the node's clock. */
  readonly clock?: Clock;
}

export async function createSession(
  context: NodeContext,
  mail: MailPart,
  request: SessionRequest,
): Promise<DclSession> {
  const onBug = (error: unknown): void => context.log.error({ err: error }, 'a verb or an image failed');
  const process = await createProcessContext({
    account: request.account,
    mode: modeOf(request),
    processName: await processNameOf(request, context),
    ...(request.batchEntry === undefined ? {} : { entry: request.batchEntry }),
    nodeName: context.configuration.nodeName,
    clock: request.clock ?? context.clock,
    files: context.files,
    systemStore: context.systemStore,
    node: context.node,
    onRenamed: (renamed) => context.node.announce(describeProcess(renamed)),
    ...(request.terminal === undefined ? {} : { terminal: request.terminal }),
  });
  const output = request.output ?? (await request.openOutput!(process));
  context.node.announce(describeProcess(process));
  const mailShell = {
    mail: mail.mail,
    quota: mail.quota,
    resolveFile: (owner: typeof process) => (text: string, defaults?: string) =>
      resolveFile(owner, text, defaults),
    hostFiles: request.hostFiles,
    printQueues: request.printQueues ?? nodePrintQueues(request.queueManager, process),
    onBug,
  };
  const management = {
    ...createManagementDeps(context, { ...request, onBug }),
    ...request.management,
  };
  const registration = request.terminalRegistration ?? (async () => undefined);
  const session = createDclSession({
    process,
    ...(request.onBroadcast === undefined ? {} : { onBroadcast: request.onBroadcast }),
    ...(request.refusedBroadcasts === undefined ? {} : { refusedBroadcasts: request.refusedBroadcasts }),
    tables: [
      createDclMailTable(mailShell),
      createDclTcpipTable(management),
      accountingTable,
      createPasswordTable({ systemStore: async () => context.systemStore, opcom: context.operator }),
      createQueueTable({
        queueManager: request.queueManager,
        operator: context.operator,
        operatorRequests: request.operatorRequests ?? context.operatorRequests,
        operatorTerminal: { registration, classes: [] },
        fileSelection,
        closedDestinations: async () => (await readLocalDatabases(context.systemStore)).closed,
        systemStore: async () => context.systemStore,
      }),
    ],
    lexicals: createQueueLexicals({ queueManager: request.queueManager }),
    images: new Map([
      ['MAIL', createMailImage(mailShell)],
      ['TCPIP$UCP', createTcpipImage(management)],
      ['TCPIP$SMTP_SFF', lazySffImage(context, request)],
      [
        'SYSGEN',
        createSysgenImage({
          systemStore: async () => context.systemStore,
          opcom: context.operator,
          onBug,
        }),
      ],
      [
        'AUTHORIZE',
        createAuthorizeImage({
          systemStore: async () => context.systemStore,
          renameMail: (userName, newName) => mail.store.renameOwner(userName, newName),
          onBug,
        }),
      ],
    ]),
    input: request.input,
    output,
    catalogue: nodeCatalogue,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
    onBug,
  });
  const { close } = session;
  session.close = async () => {
    context.node.withdraw(process.pid);
    await close();
  };
  return session;
}

/** Loaded when it is run: a prompt does not wait for it. */
const lazySffImage =
  (context: NodeContext, { queueManager, version }: SessionRequest): Image =>
  async (image) => {
    const { createSffImage } = await import('../../mail/send-from-file/sff-image.ts');
    const { spool, clock, systemStore, configuration } = context;
    return createSffImage({
      queueManager,
      spool,
      clock,
      hostName: configuration.hostName,
      versionInfo: versionInfo(version),
      settings: () => readSmtpSettings(systemStore),
    })(image);
  };

/**
 * What LOGINOUT calls a process: after its user, or after the terminal where one of the group is called so already.
 * Who has no terminal is not looked for: several of a user may be there, and they are short-lived.
 */
async function processNameOf(
  { account, batchEntry, terminal }: SessionRequest,
  { node }: NodeContext,
): Promise<string> {
  if (batchEntry !== undefined) return batchProcessName(batchEntry);
  const { userName, uic } = account;
  if (terminal === undefined) return userName;
  const name = userName.slice(0, LONGEST_PROCESS_NAME);
  const isTaken = (await node.processes()).some(
    (each) => each.processName === name && each.uic.group === uic.group,
  );
  return isTaken ? physicalName(terminal.deviceName) : name;
}

const LONGEST_PROCESS_NAME = 15;

const modeOf = ({ batchEntry, terminal }: SessionRequest): ProcessMode =>
  batchEntry !== undefined ? 'BATCH' : terminal === undefined ? 'OTHER' : 'INTERACTIVE';
