/**
 * JOB_CONTROL and QUEUE_MANAGER: owns the queue database, supervises the other processes, is OPCOM, and answers on the
 * node's socket. Started by scripts/job-control.sh.
 */
import { closeSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { serveNode } from '../adapters/node/node-link/index.ts';
import { createOperatorLog } from '../adapters/node/operator-log.ts';
import { processLog } from '../adapters/node/process-log.ts';
import { openSpool } from '../adapters/node/spool.ts';
import { systemClock } from '../adapters/node/system-clock.ts';
import { openQueueStore } from '../adapters/sqlite/queue-store/index.ts';
import { openSqliteSystemStore } from '../adapters/sqlite/system-store/index.ts';
import type { ServiceState } from '../auxiliary-server/index.ts';
import { createOpcom } from '../operator/opcom.ts';
import { createQueueManager } from '../queue-manager/index.ts';
import { resetSystemLogicalNames } from '../system/process-context.ts';
import { readSmtpSettings } from '../system/settings/index.ts';
import {
  configurationArgument,
  configurationFromArguments,
  type NodeConfiguration,
} from './node-configuration.ts';
import { nodeRoot, packageDirectory } from './node-root.ts';
import type { NodeStatus } from './node-status.ts';
import { packageVersion } from './package-version.ts';
import { reasonOf } from './reason-of.ts';
import { type ProcessReport, Supervisor } from './supervisor.ts';

/** Exit status that tells job control not to try again: nothing would be different. */
const CANNOT_RUN = 78;
const AUXILIARY_SERVER = 'TCPIP$INETACP';
const SYMBIONT = 'SYMBIONT_1';

/** What the auxiliary server reports of itself and of the receivers it keeps. */
interface AuxiliaryReport {
  readonly services: readonly ServiceState[];
  readonly processes: readonly ProcessReport[];
}

async function run(configuration: NodeConfiguration): Promise<void> {
  const paths = nodeRoot(configuration.root);
  const log = processLog('QUEUE_MANAGER');
  const systemStore = openSqliteSystemStore(paths.systemDirectory);
  await resetSystemLogicalNames(systemStore);
  const opcom = createOpcom({
    log: createOperatorLog(join(paths.managerDirectory, 'OPERATOR.LOG'), log),
    clock: systemClock,
    nodeName: configuration.nodeName,
  });
  const store = openQueueStore(paths.queueDatabase);
  const settings = await readSmtpSettings(systemStore);
  const queueManager = createQueueManager({
    store,
    spool: await openSpool(paths.spoolDirectory, systemClock),
    clock: systemClock,
    log,
    opcom,
    nodeName: configuration.nodeName,
    queues: settings.queues,
    fileDirectory: `_${configuration.nodeName}$DKA0:[TCPIP$SMTP]`,
  });
  await queueManager.start();

  const supervisor = new Supervisor(log, opcom);
  let auxiliary: AuxiliaryReport = { services: [], processes: [] };
  const status = async (): Promise<NodeStatus> => ({
    node: configuration.nodeName,
    version: packageVersion(),
    root: paths.root,
    processes: [
      { name: 'QUEUE_MANAGER', image: 'queue-manager', pid: process.pid, state: 'running' },
      ...supervisor.processes(),
      ...auxiliary.processes,
    ],
    services: auxiliary.services.map(({ service, address, port, enabled, active }) => ({
      service,
      address,
      port,
      enabled,
      active,
    })),
    queues: (await queueManager.queues()).map(({ name, state, counts }) => ({
      name,
      state,
      pending: counts.pending,
      holding: counts.holding + counts.timedRelease,
      executing: counts.executing,
      retained: counts.retained,
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
      // The door first, then those who carry away what came in.
      await supervisor.stop(AUXILIARY_SERVER, 20_000);
      await supervisor.stop(SYMBIONT, 28_000);
      await queueManager.stop();
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
    log,
    handlers: {
      status,
      serviceStates: async () => auxiliary.services,
      stop: async () => {
        setImmediate(() => void stop());
      },
    },
  });
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => {});

  const image = (file: string) => join(packageDirectory(), 'dist', file);
  const args = [configurationArgument(configuration)];
  await supervisor.start({
    name: SYMBIONT,
    image: 'smtp-symbiont',
    file: image('smtp-symbiont-image.js'),
    args,
  });
  await supervisor.start({
    name: AUXILIARY_SERVER,
    image: 'auxiliary-server',
    file: image('auxiliary-server-image.js'),
    args,
    onReport: (report) => {
      auxiliary = report as AuxiliaryReport;
    },
  });
  opcom.operatorMessage('CENTRAL', 'JOB_CONTROL', `vmsmail on node ${configuration.nodeName} is running`);
}

/** Tells the start command, once, how it went. */
function tellStarter(line: string): void {
  const descriptor = Number(process.env['VMSMAIL_READY_FD'] ?? Number.NaN);
  delete process.env['VMSMAIL_READY_FD'];
  if (!Number.isInteger(descriptor)) return;
  try {
    writeSync(descriptor, `${line}\n`);
    closeSync(descriptor);
  } catch {
    // Whoever waited has gone away.
  }
}

try {
  await run(configurationFromArguments(process.argv));
  tellStarter('READY');
} catch (error) {
  const reason = reasonOf(error);
  process.stderr.write(`${error instanceof Error ? error.stack : reason}\n`);
  const wasFirst = process.env['VMSMAIL_READY_FD'] !== undefined;
  tellStarter(`FAILED ${reason.replaceAll('\n', ' ')}`);
  process.exit(wasFirst ? CANNOT_RUN : 1);
}
