/** What a session of the host command opens of its node: stores, MAIL, files, and the way to the queue manager. */
import { join } from 'node:path';
import { hostFileSystem } from '../../adapters/node/host-file-system.ts';
import { hostMachine } from '../../adapters/node/host-machine.ts';
import { lazyLog } from '../../adapters/node/lazy-log.ts';
import { openSpool } from '../../adapters/node/spool.ts';
import { systemClock } from '../../adapters/node/system-clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import { allHostDevices, hostDevicesOf } from '../../system/host-devices.ts';
import { createNodeInformation } from '../../system/node-information.ts';
import { defaultHostName, defaultNodeName } from '../node-configuration.ts';
import type { NodeRoot } from '../node-root.ts';
import { currentSettings } from '../parts/current-settings.ts';
import { createMailPart, type MailPart, openNodeMailStore } from '../parts/mail-part.ts';
import type { NodeContext } from '../parts/node-context.ts';
import { type LazyNode, lazyNode } from './lazy-node.ts';

export interface SessionNode extends AsyncDisposable {
  readonly context: NodeContext;
  readonly mail: MailPart;
  readonly node: LazyNode;
}

/** @param systemStore  open; it is closed with the rest */
export async function openSessionNode(paths: NodeRoot, systemStore: SystemStore): Promise<SessionNode> {
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
    operatorRequests: node.operatorRequests,
    node: createNodeInformation({
      systemStore,
      directory: node.processes,
      host: hostMachine({ root: paths.root, devices: () => allHostDevices(systemStore) }),
    }),
  };
  process.on('warning', (warning) => context.log.warn({ err: warning }, 'a warning of Node'));
  const mailStore = openNodeMailStore(context);
  return {
    context,
    node,
    mail: createMailPart(context, mailStore, await currentSettings(systemStore)),
    async [Symbol.asyncDispose]() {
      await node.close();
      await mailStore.close();
      files.close();
      await systemStore.close();
    },
  };
}

/** SYS$MANAGER:SESSION.LOG: what went wrong inside is for whoever mends it, not for the person at the terminal. */
async function sessionLog(paths: NodeRoot): Promise<Log> {
  const [{ processLog }, { copyLogAside }, { openSync, writeSync }] = await Promise.all([
    import('../../adapters/node/process-log.ts'),
    import('../../adapters/node/log-versions.ts'),
    import('node:fs'),
  ]);
  const path = join(paths.managerDirectory, 'SESSION.LOG');
  const file = openSync(path, 'a', 0o600);
  try {
    copyLogAside(path);
  } catch {
    // It goes on growing until there is room for a copy.
  }
  return processLog('SESSION', 'warn', (bytes) => writeSync(file, bytes));
}
