/** What each process of a node opens for itself: stores, files, spool, DNS, and the connection to the queue manager. */
import { hostFileSystem } from '../../adapters/node/host-file-system.ts';
import { hostMachine } from '../../adapters/node/host-machine.ts';
import { connectNode, type NodeClient } from '../../adapters/node/node-link/index.ts';
import { processLog } from '../../adapters/node/process-log.ts';
import { openSpool } from '../../adapters/node/spool.ts';
import { systemClock } from '../../adapters/node/system-clock.ts';
import { openSqliteSystemStore } from '../../adapters/sqlite/system-store/index.ts';
import { allHostDevices, hostDevicesOf } from '../../system/host-devices.ts';
import { createNodeInformation } from '../../system/node-information.ts';
import type { NodeConfiguration } from '../node-configuration.ts';
import { nodeRoot } from '../node-root.ts';
import type { NodeContext } from './node-context.ts';
import { remoteProcesses } from './node-processes.ts';

export interface NodeProcess {
  readonly context: NodeContext;
  readonly client: NodeClient;
  close(): Promise<void>;
}

/**
 * Opens all of it in a process that the queue manager started.
 * @param freshMs  how old answers of the system store may be
 * @param gatherMs  how long requests to the queue manager may wait for others while the process is busy: connection.ts
 */
export async function openNodeProcess(
  configuration: NodeConfiguration,
  processName: string,
  freshMs = 0,
  gatherMs = 0,
): Promise<NodeProcess> {
  const paths = nodeRoot(configuration.root);
  const log = processLog(processName);
  const client = await connectNode(paths.socketPath, { process: processName, log, gatherMs });
  const systemStore = openSqliteSystemStore(paths.systemDirectory, { freshMs });
  const files = hostFileSystem({
    root: paths.root,
    clock: systemClock,
    devices: hostDevicesOf(systemStore),
  });
  const context: NodeContext = {
    configuration,
    paths,
    clock: systemClock,
    log,
    systemStore,
    files,
    spool: await openSpool(paths.spoolDirectory, systemClock),
    queueManager: client.queueManager,
    operator: client.operator,
    operatorRequests: client.operatorRequests,
    node: createNodeInformation({
      systemStore,
      directory: remoteProcesses(client),
      host: hostMachine({ root: paths.root, devices: () => allHostDevices(systemStore) }),
    }),
  };
  return {
    context,
    client,
    async close() {
      files.close();
      await systemStore.close();
      await client.close();
    },
  };
}
