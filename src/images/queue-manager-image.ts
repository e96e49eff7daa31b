/**
 * JOB_CONTROL and QUEUE_MANAGER: owns the queue database, supervises the other processes, is OPCOM, and answers on the
 * node's socket. Started by scripts/job-control.sh.
 */
import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createAccountingFile } from '../adapters/node/accounting-file.ts';
import { hostFileSystem } from '../adapters/node/host-file-system.ts';
import { howItEndedInShell } from '../adapters/node/how-it-ended.ts';
import { giveMemoryBackWhenIdle } from '../adapters/node/idle-memory.ts';
import { copyLogAside } from '../adapters/node/log-versions.ts';
import { createMessageJournal } from '../adapters/node/message-journal.ts';
import { serveNode } from '../adapters/node/node-link/index.ts';
import { createOperatorLog } from '../adapters/node/operator-log.ts';
import { processLog } from '../adapters/node/process-log.ts';
import { openSpool } from '../adapters/node/spool.ts';
import { systemClock } from '../adapters/node/system-clock.ts';
import { openQueueStore } from '../adapters/sqlite/queue-store/index.ts';
import { openSqliteSystemStore } from '../adapters/sqlite/system-store/index.ts';
import type { ServiceState } from '../auxiliary-server/index.ts';
import { failureFields, reasonOf } from '../condition/index.ts';
import { createAlarmMail } from '../operator/alarm-mail/index.ts';
import { createOpcom } from '../operator/opcom.ts';
import type { AccountingRecord } from '../ports/accounting.ts';
import { createQueueManager } from '../queue-manager/index.ts';
import { addRefusals, type RefusalCounts } from '../receiver/index.ts';
import { hostDevicesOf } from '../system/host-devices.ts';
import { activateLoginParameters } from '../system/login-parameters.ts';
import { Outage } from '../system/outage.ts';
import { resetSystemLogicalNames } from '../system/process-context.ts';
import { readSmtpSettings } from '../system/settings/index.ts';
import { createBatchProcesses } from './batch-processes.ts';
import { withoutPorts } from './host-user.ts';
import type { NodeReport } from './metrics/observation.ts';
import { configurationArgument, configurationFromArguments } from './node-configuration.ts';
import { tellNodeState } from './node-lock.ts';
import { nodeRoot, packageDirectory } from './node-root.ts';
import type { NodeStatus } from './node-status.ts';
import { packageVersion } from './package-version.ts';
import { mailAlarms } from './parts/alarms-by-mail.ts';
import { watchConfigurationFiles } from './parts/configuration-file-watch.ts';
import { currentSettings } from './parts/current-settings.ts';
import { freeSpaceRecord, watchFreeSpace } from './parts/free-space-watch.ts';
import { journalPolicy } from './parts/journal-policy.ts';
import { AnnouncedProcesses, allProcesses } from './parts/node-processes.ts';
import { queueStatus } from './parts/queue-status.ts';
import { watchTlsCertificate } from './parts/tls-certificate.ts';
import { tlsMaterialHandlers } from './parts/tls-material-link.ts';
import { fullFileSystem } from './root-problem.ts';
import { runSiteStartup } from './site-startup.ts';
import { startCommand } from './start-command.ts';
import { type ProcessReport, Supervisor } from './supervisor.ts';

/** Exit status that tells job control not to try again: nothing would be different. */
const CANNOT_RUN = 78;
/** 30 seconds in all: what is in hand then returns to the queue, and a client that was not told 250 tries again. */
const STOP_GRACE_MS = 25_000;
const DOOR_FIRST_MS = 3_000;
const NODE_LOG_POLL_MS = 10_000;
/** How often it is looked whether job control is still there. */
const JOB_CONTROL_POLL_MS = 500;
const AUXILIARY_SERVER = 'TCPIP$INETACP';
const SYMBIONT = 'SYMBIONT_1';
const METRICS = 'METRICS';

/** What the auxiliary server reports of itself and of the receivers it keeps. */
interface AuxiliaryReport {
  readonly services: readonly ServiceState[];
  readonly processes: readonly ProcessReport[];
}

/** Resolves, when every enabled service listens, to the way to stop it all. */
async function run(): Promise<() => Promise<void>> {
  const systemStore = openSqliteSystemStore(paths.systemDirectory);
  await resetSystemLogicalNames(systemStore);
  await activateLoginParameters(systemStore);
  const files = hostFileSystem({ root: paths.root, clock: systemClock, devices: hostDevicesOf(systemStore) });
  await watchConfigurationFiles({ files, systemStore, operator: opcom });
  const certificate = await watchTlsCertificate({
    files,
    systemStore,
    operator: opcom,
    clock: systemClock,
    hostName: configuration.hostName,
  });
  const store = openQueueStore(paths.queueDatabase);
  const settings = await currentSettings(systemStore);
  const journal = createMessageJournal(paths.messageJournal, {
    log,
    now: () => systemClock.now(),
    policy: journalPolicy(settings),
  });
  const queueManager = createQueueManager({
    journal: journal.note,
    store,
    spool: await openSpool(paths.spoolDirectory, systemClock),
    clock: systemClock,
    log,
    opcom,
    nodeName: configuration.nodeName,
    queues: async () => (await readSmtpSettings(systemStore)).queues,
    fileDirectory: `_${configuration.nodeName}$DKA0:[TCPIP$SMTP]`,
  });
  await queueManager.start();
  await mailAlarms(alarms, { systemStore, queueManager, settings, clock: systemClock, log, configuration });

  const supervisor = new Supervisor(log, opcom);
  const accounting = createAccountingFile(join(paths.managerDirectory, 'ACCOUNTNG.DAT'), log);
  const refusals: Record<string, number> = {};
  let auxiliary: AuxiliaryReport = { services: [], processes: [] };
  const announced = new AnnouncedProcesses();
  const images = (): readonly ProcessReport[] => [
    { name: 'QUEUE_MANAGER', image: 'queue-manager', pid: process.pid, state: 'running' },
    ...supervisor.processes(),
    ...auxiliary.processes,
  ];
  const status = async (): Promise<NodeStatus> => ({
    node: configuration.nodeName,
    version: packageVersion(),
    root: paths.root,
    processes: images(),
    services: auxiliary.services.map(({ service, address, port, enabled, listening, active }) => ({
      service,
      address,
      port,
      enabled,
      listening,
      active,
    })),
    ...(await queueStatus(queueManager)),
  });

  const observe = async (): Promise<NodeReport> => ({
    certificateEnds: certificate.ends(),
    status: await status(),
    statistics: queueManager.statistics(),
    refusals,
    operatorMessages: opcom.messageCounts,
    services: auxiliary.services.map(({ service, isServed, listening, peak, total, rejected }) => ({
      service,
      isServed,
      listening,
      peak,
      total,
      rejected,
    })),
  });

  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      opcom.operatorMessage(
        'CENTRAL',
        'JOB_CONTROL',
        `vmsmail on node ${configuration.nodeName} is stopping`,
      );
      tellNodeState(paths, 'stopping');
      // The door first, then those who carry away what came in; but clients in the midst of a message do not keep them.
      const door = supervisor.stop(AUXILIARY_SERVER, STOP_GRACE_MS);
      await Promise.race([door, delay(DOOR_FIRST_MS)]);
      await Promise.all([
        door,
        supervisor.stop(SYMBIONT, STOP_GRACE_MS - DOOR_FIRST_MS),
        supervisor.stop(METRICS, DOOR_FIRST_MS),
      ]);
      alarms.stop();
      await queueManager.stop();
      journal.close();
      await store.close();
      await systemStore.close();
      await server.close();
      process.exit(0);
    })();
    return stopping;
  };
  const server = await serveNode(paths.socketPath, {
    nodeName: configuration.nodeName,
    queueManager,
    operator: opcom,
    terminals: opcom,
    operatorRequests: opcom,
    log,
    notifications: {
      ...announced.notifications,
      accounting: (records) => accounting.noteAll(records as readonly AccountingRecord[]),
      refusals: (counts) => addRefusals(refusals, counts as RefusalCounts),
    },
    handlers: {
      ...tlsMaterialHandlers(certificate),
      status,
      observe,
      serviceStates: async () => auxiliary.services,
      processes: () => allProcesses(images(), announced, systemStore),
      stop: async () => {
        setImmediate(() => void stop());
      },
    },
  });
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => {});

  const image = (file: string) => join(packageDirectory(), 'dist', file);
  const args = [configurationArgument(configuration)];
  await Promise.all([
    supervisor.start({
      name: SYMBIONT,
      image: 'smtp-symbiont',
      file: image('smtp-symbiont-image.js'),
      args,
      ...withoutPorts(),
    }),
    supervisor.start({
      name: AUXILIARY_SERVER,
      image: 'auxiliary-server',
      file: image('auxiliary-server-image.js'),
      args,
      onReport: (report) => {
        auxiliary = report as AuxiliaryReport;
      },
    }),
  ]);
  await startMetrics(supervisor, args);
  const batchProcesses = createBatchProcesses({
    log,
    file: image('batch-image.js'),
    args,
    onHung: (name, seconds) =>
      opcom.operatorMessage(
        'CENTRAL',
        'JOB_CONTROL',
        `Process ${name} has given no sign of life for ${seconds} seconds, it is killed`,
      ),
    ...withoutPorts(),
  });
  queueManager.runBatch(batchProcesses);
  keepNodeLogBounded();
  const record = await freeSpaceRecord(systemStore);
  watchFreeSpace(freeBytes, { clock: systemClock, operator: opcom, record });
  giveMemoryBackWhenIdle({ release: () => store.releaseMemory() });
  tellNodeState(paths, 'running');
  opcom.operatorMessage('CENTRAL', 'JOB_CONTROL', `vmsmail on node ${configuration.nodeName} is running`);
  // It ends with this process, whose child it is.
  await runSiteStartup(batchProcesses, files, opcom);
  return stop;
}

/** Who starts the node hears of a port that is taken; after a restart the mail goes on without them. */
async function startMetrics(supervisor: Supervisor, args: readonly string[]): Promise<void> {
  if ((configuration.metricsPort ?? 0) === 0) return;
  try {
    await supervisor.start({
      name: METRICS,
      image: 'metrics',
      file: join(packageDirectory(), 'dist', 'metrics-image.js'),
      args,
      ...withoutPorts(),
    });
  } catch (error) {
    if (endedBefore === undefined) throw error;
    opcom.operatorMessage('CENTRAL', 'JOB_CONTROL', `Process ${METRICS} cannot start: ${reasonOf(error)}`, {
      about: `process ${METRICS}`,
    });
  }
}

/** What the node may still use on the file system of its root. */
function freeBytes(): number {
  const { bavail, bsize } = statfsSync(paths.root);
  return bavail * bsize;
}

/** All processes of the node append to it; one looks after it. */
function keepNodeLogBounded(): void {
  const outage = new Outage(
    { clock: systemClock, log },
    { begins: 'NODE.LOG cannot be set aside', ends: 'NODE.LOG was set aside' },
  );
  const look = (): void => {
    try {
      copyLogAside(paths.nodeLog);
      outage.worked();
    } catch (error) {
      outage.failed(error);
    }
  };
  look();
  setInterval(look, NODE_LOG_POLL_MS).unref();
}

/** Nobody restarts a queue manager that has lost its job control: the node ends in order. */
function watchJobControl(whenGone: () => void): void {
  const pid = process.env['VMSMAIL_JOB_CONTROL'];
  if (pid === undefined) return;
  const poll = setInterval(() => {
    if (process.ppid === Number(pid)) return;
    clearInterval(poll);
    opcom.operatorMessage('CENTRAL', 'JOB_CONTROL', 'Process JOB_CONTROL ended', {
      about: 'process JOB_CONTROL',
    });
    whenGone();
  }, JOB_CONTROL_POLL_MS);
}

const configuration = configurationFromArguments(process.argv);
const paths = nodeRoot(configuration.root);
const log = processLog('QUEUE_MANAGER');
const alarms = createAlarmMail();
const opcom = createOpcom({
  alarms,
  log: createOperatorLog(join(paths.managerDirectory, 'OPERATOR.LOG'), log),
  clock: systemClock,
  nodeName: configuration.nodeName,
});
const starter = startCommand(process.env);
const endedBefore = process.env['VMSMAIL_RESTARTED'];
try {
  const stop = await run();
  starter.tell('READY');
  starter.whenGone(stop);
  watchJobControl(stop);
  if (endedBefore !== undefined) {
    const how = howItEndedInShell(Number(endedBefore));
    opcom.operatorMessage(
      'CENTRAL',
      'JOB_CONTROL',
      `Process QUEUE_MANAGER ended (${how}), it was restarted`,
      {
        about: 'process QUEUE_MANAGER',
      },
    );
  }
} catch (error) {
  const reason = fullFileSystem(paths.root, error) ?? reasonOf(error);
  log.error(failureFields(error), 'the node cannot run');
  opcom.operatorMessage('CENTRAL', 'JOB_CONTROL', `Process QUEUE_MANAGER cannot start: ${reason}`);
  starter.tell(`FAILED ${reason.replaceAll('\n', ' ')}`);
  process.exit(endedBefore === undefined ? CANNOT_RUN : 1);
}
