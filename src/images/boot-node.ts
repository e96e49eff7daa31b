/**
 * A whole node in this one process: for tests, and for people who want a VMS mail node inside their own test suite.
 * The same parts as the separate images, joined directly. DESIGN §2.
 */
import { setMaxListeners } from 'node:events';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { inProcessLauncher } from '../adapters/memory/in-process-launcher.ts';
import { createAccountingFile } from '../adapters/node/accounting-file.ts';
import { createDnsResolver } from '../adapters/node/dns-resolver.ts';
import { hostFileSystem } from '../adapters/node/host-file-system.ts';
import { hostMachine } from '../adapters/node/host-machine.ts';
import { createMessageJournal } from '../adapters/node/message-journal.ts';
import { createOperatorLog } from '../adapters/node/operator-log.ts';
import { openSpool } from '../adapters/node/spool.ts';
import { systemClock } from '../adapters/node/system-clock.ts';
import { createServerTls } from '../adapters/node/tls/server-tls.ts';
import { openQueueStore } from '../adapters/sqlite/queue-store/index.ts';
import { openSqliteSystemStore } from '../adapters/sqlite/system-store/index.ts';
import { createAuxiliaryServer, type ServiceState } from '../auxiliary-server/index.ts';
import type { DclSession } from '../dcl/index.ts';
import { createAlarmMail } from '../operator/alarm-mail/index.ts';
import { createOpcom } from '../operator/opcom.ts';
import type { Clock } from '../ports/clock.ts';
import { type Log, silentLog } from '../ports/log.ts';
import type { MailStore } from '../ports/mail-store.ts';
import type { OperatorRequests } from '../ports/operator-requests.ts';
import type { QueueManager } from '../ports/queue-manager.ts';
import type { Resolver } from '../ports/resolver.ts';
import type { SessionInput, SessionOutput, Terminal } from '../ports/session-io.ts';
import type { SystemStore } from '../ports/system-store.ts';
import { createQueueManager } from '../queue-manager/index.ts';
import { ClientRates } from '../receiver/index.ts';
import { addAccount, newAccount, nextUic } from '../system/accounts.ts';
import { allHostDevices, hostDevicesOf } from '../system/host-devices.ts';
import { activateLoginParameters } from '../system/login-parameters.ts';
import { createNodeInformation, LocalProcesses } from '../system/node-information.ts';
import { resetSystemLogicalNames } from '../system/process-context.ts';
import { createRoot } from './create-root.ts';
import { takeNodeLock, tellNodeState } from './node-lock.ts';
import { makeSystemDirectory, nodeRoot } from './node-root.ts';
import { packageVersion } from './package-version.ts';
import { watchAgeLimits } from './parts/age-limits.ts';
import { mailAlarms } from './parts/alarms-by-mail.ts';
import { jobsInProcess } from './parts/batch-part.ts';
import { watchConfigurationFiles } from './parts/configuration-file-watch.ts';
import { currentImapFields, currentSettings, FRESH_MS } from './parts/current-settings.ts';
import { createImapPart } from './parts/imap-part.ts';
import { journalPolicy } from './parts/journal-policy.ts';
import { tellOfLastLogin, tellOfNewMail, tellOfPassword } from './parts/login-line.ts';
import { createMailPart, DELIVERY_CACHE_MIB, openNodeMailStore } from './parts/mail-part.ts';
import type { NodeContext } from './parts/node-context.ts';
import { imageProcess, ownImages } from './parts/node-processes.ts';
import { createPopPart } from './parts/pop-part.ts';
import { proxyClients } from './parts/proxy-clients.ts';
import { createReceiverPart } from './parts/receiver-part.ts';
import { RegisteredTerminal } from './parts/registered-terminal.ts';
import { createServicePart } from './parts/service-part.ts';
import { createSession, type SessionRequest } from './parts/session-part.ts';
import { createSymbiontPart } from './parts/symbiont-part.ts';
import { watchTlsCertificate } from './parts/tls-certificate.ts';
import { runSiteStartup } from './site-startup.ts';

export interface BootOptions {
  /** Directory of the system disk; created when it is not there. */
  readonly root: string;
  /** Ports by service name; default 0, any free port, for each. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Default HEARTS. */
  readonly nodeName?: string;
  /** Default hearts.example. */
  readonly hostName?: string;
  readonly clock?: Clock;
  readonly resolver?: Resolver;
  readonly log?: Log;
  /** Port of other SMTP servers; default 25. */
  readonly remotePort?: number;
}

export interface BootedNode {
  readonly nodeName: string;
  readonly hostName: string;
  readonly systemStore: SystemStore;
  readonly queueManager: QueueManager;
  readonly operatorRequests: OperatorRequests;
  readonly mailStore: MailStore;
  /** Port a service listens on; throws for one that is not enabled. */
  port(service: string): number;
  /** What the auxiliary server knows of each service. */
  serviceStates(): readonly ServiceState[];
  /** Adds an account without a password: sessions here need none. */
  addUser(userName: string, privileges?: readonly string[]): Promise<void>;
  /** A session of a user over the given streams; a terminal also gets broadcasts and control keys. */
  session(
    userName: string,
    input: SessionInput | Terminal,
    output: SessionOutput,
    options?: NodeSessionOptions,
  ): Promise<DclSession>;
  /** Finishes what is in hand and closes everything; the root stays. */
  stop(): Promise<void>;
}

/** What a session sees of its node, where that is not the node as it is. */
export interface NodeSessionOptions
  extends Partial<
    Pick<SessionRequest, 'queueManager' | 'management' | 'clock' | 'printQueues' | 'operatorRequests'>
  > {
  /** The login line for new mail and the login procedures come first, as in `vmsmail dcl`. Default: they do not. */
  readonly login?: boolean;
}

/** Rejects when a node already runs on the root, in whatever process. */
export async function bootNode(options: BootOptions): Promise<BootedNode> {
  const paths = nodeRoot(options.root);
  makeSystemDirectory(paths);
  const lock = takeNodeLock(paths);
  if (lock === undefined) throw new Error(`a node is already running on ${paths.root}`);
  tellNodeState(paths, 'inside');
  let isHeld = true;
  const unlock = (): void => {
    if (isHeld) closeSync(lock);
    isHeld = false;
  };
  try {
    return await bootLocked(options, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

/** @param unlock  called once the node has stopped */
async function bootLocked(options: BootOptions, unlock: () => void): Promise<BootedNode> {
  const paths = nodeRoot(options.root);
  const configuration = {
    root: paths.root,
    nodeName: options.nodeName ?? 'HEARTS',
    hostName: options.hostName ?? 'hearts.example',
    ports: options.ports ?? {},
  };
  const clock = options.clock ?? systemClock;
  const log = options.log ?? silentLog;
  await createRoot(paths, configuration);

  const systemStore = openSqliteSystemStore(paths.systemDirectory, { freshMs: FRESH_MS });
  await resetSystemLogicalNames(systemStore);
  await activateLoginParameters(systemStore);
  const settings = await currentSettings(systemStore);
  const alarms = createAlarmMail();
  const operator = createOpcom({
    alarms,
    log: createOperatorLog(join(paths.managerDirectory, 'OPERATOR.LOG'), log),
    clock,
    nodeName: configuration.nodeName,
  });
  const spool = await openSpool(paths.spoolDirectory, clock);
  const queueStore = openQueueStore(paths.queueDatabase);
  const journal = createMessageJournal(paths.messageJournal, {
    log,
    now: () => clock.now(),
    policy: journalPolicy(settings),
  });
  const queueManager = createQueueManager({
    journal: journal.note,
    store: queueStore,
    spool,
    clock,
    log,
    opcom: operator,
    nodeName: configuration.nodeName,
    queues: async () => (await settings.refresh()).queues,
    fileDirectory: `_${configuration.nodeName}$DKA0:[TCPIP$SMTP]`,
  });
  await queueManager.start();
  await mailAlarms(alarms, { systemStore, queueManager, settings, clock, log, configuration });

  const bootedAt = clock.now();
  const images = await Promise.all(
    ownImages.map((each, index) => imageProcess({ ...each, pid: index + 1 }, systemStore, bootedAt)),
  );
  const files = hostFileSystem({ root: paths.root, clock, devices: hostDevicesOf(systemStore) });
  const context: NodeContext = {
    configuration,
    paths,
    clock,
    log,
    systemStore,
    files,
    spool,
    queueManager,
    operator,
    operatorRequests: operator,
    node: createNodeInformation({
      systemStore,
      directory: new LocalProcesses(() => images),
      host: hostMachine({ root: paths.root, devices: () => allHostDevices(systemStore) }),
    }),
  };
  const configurationFile = await watchConfigurationFiles({ files, systemStore, operator });
  const certificate = await watchTlsCertificate({
    files,
    systemStore,
    operator,
    clock,
    hostName: configuration.hostName,
  });
  await settings.refresh();
  const mailStore = openNodeMailStore(context, DELIVERY_CACHE_MIB);
  const mail = createMailPart(context, mailStore, settings);
  const resolver = options.resolver ?? createDnsResolver();
  const symbiont = createSymbiontPart(context, mail, settings, {
    resolver,
    ...(options.remotePort === undefined ? {} : { remotePort: options.remotePort }),
  });
  await symbiont.start();
  const ageLimits = watchAgeLimits(mailStore, settings, { clock, log });
  const version = packageVersion();
  const stopping = new AbortController();
  // One listener for each connection in hand.
  setMaxListeners(0, stopping.signal);
  const serving = { stopping: stopping.signal, tls: await createServerTls(certificate) };
  const accounting = createAccountingFile(join(paths.managerDirectory, 'ACCOUNTNG.DAT'), log);
  const launcher = inProcessLauncher(
    createServicePart(
      context,
      [
        createReceiverPart(context, mail, settings, version, {
          ...serving,
          resolver,
          accounting,
          rates: new ClientRates(clock),
        }),
        createPopPart(context, mail, settings, { ...serving, version }),
        createImapPart(context, mail, settings, await currentImapFields(systemStore), {
          ...serving,
          version,
        }),
      ],
      { version, resolver, isProxy: proxyClients(settings) },
    ),
  );
  const services = await systemStore.services();
  const auxiliaryServer = createAuxiliaryServer({
    systemStore,
    launcher,
    opcom: operator,
    clock: systemClock,
    log,
    portOverrides: new Map(services.map(({ name }) => [name, configuration.ports[name] ?? 0])),
    nodeName: configuration.nodeName,
    hostName: configuration.hostName,
  });
  await auxiliaryServer.start();
  const serviceStates = async (): Promise<readonly ServiceState[]> => auxiliaryServer.states();
  const jobs = jobsInProcess({ context, mail, session: { serviceStates, version } });
  queueManager.runBatch(jobs);
  const stopStartup = await runSiteStartup(jobs, context.files, operator);

  return {
    nodeName: configuration.nodeName,
    hostName: configuration.hostName,
    systemStore,
    queueManager,
    operatorRequests: operator,
    mailStore,
    port(service) {
      const state = auxiliaryServer.states().find((each) => each.service === service);
      if (state === undefined || !state.listening) throw new Error(`service ${service} is not enabled`);
      return state.port;
    },
    serviceStates: () => auxiliaryServer.states(),
    async addUser(userName, privileges) {
      const uic = nextUic(await systemStore.accounts());
      const given = privileges === undefined ? {} : { privileges, defaultPrivileges: privileges };
      await addAccount(systemStore, context.files, newAccount(userName.toUpperCase(), uic, given));
    },
    async session(userName, input, output, options = {}) {
      const account = await systemStore.account(userName.toUpperCase());
      if (account === undefined) throw new Error(`there is no account ${userName}`);
      const terminal = 'onControlKey' in input ? input : undefined;
      const registered = terminal && new RegisteredTerminal(terminal, account.userName);
      const { login = false, ...request } = options;
      const session = await createSession(context, mail, {
        account,
        input,
        output,
        ...(terminal === undefined ? {} : { terminal }),
        queueManager: async () => queueManager,
        serviceStates,
        terminalRegistration: async () => registered?.registration,
        version,
        onBroadcast: (keywords) => registered?.setBroadcast(keywords),
        refusedBroadcasts: () => registered?.refused ?? new Set(),
        ...request,
        // A change counts when the command is done; what cannot listen is told to operators by the next look at it.
        management: {
          applyService: (name) => auxiliaryServer.apply(name).catch(() => {}),
          resolver: async () => resolver,
          ...options.management,
        },
      });
      await registered?.register(operator);
      const closeSession = session.close;
      session.close = async () => {
        await registered?.close();
        await closeSession();
      };
      if (login) {
        await tellOfLastLogin(account, output);
        await systemStore.noteLogin(account.userName, 'interactive', clock.now());
        await tellOfPassword(account, output, clock.now());
        await tellOfNewMail({
          account,
          output,
          newMailCount: () => mail.mail.newMailCount(account.userName),
        });
        await session.login();
      }
      return session;
    },
    async stop() {
      stopping.abort();
      alarms.stop();
      configurationFile.stop();
      certificate.stop();
      await stopStartup();
      await auxiliaryServer.stop(5_000);
      await Promise.all([ageLimits.stop(), symbiont.stop()]);
      await queueManager.stop();
      journal.close();
      await queueStore.close();
      await mailStore.close();
      files.close();
      await systemStore.close();
      unlock();
    },
  };
}
