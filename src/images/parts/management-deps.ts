/** What TCPIP> has of this node, in a session and in the procedure of a service. */
import { release } from 'node:os';
import type { ManagementDeps, ServiceState } from '../../management/index.ts';
import type { MessageText } from '../../ports/message-text.ts';
import type { QueueManager } from '../../ports/queue-manager.ts';
import { readLocalDatabases } from '../../system/settings/index.ts';
import { nodeRoot } from '../node-root.ts';
import type { NodeContext } from './node-context.ts';
import { untilTakenUp } from './until-taken-up.ts';

export function createManagementDeps(
  context: NodeContext,
  given: {
    /** Rejects with JBC JOBQUEDIS where no node runs. */
    readonly queueManager: () => Promise<QueueManager>;
    readonly serviceStates: () => Promise<readonly ServiceState[]>;
    readonly version: string;
    readonly onBug: (error: unknown) => void;
  },
): ManagementDeps {
  const { systemStore, configuration } = context;
  return {
    systemStore: async () => systemStore,
    queueManager: given.queueManager,
    // Loaded when it is asked for: no prompt waits for it.
    examineQueueFile: async (signal) =>
      (await import('./queue-file-examination.ts')).examineInProcess(
        nodeRoot(configuration.root).queueDatabase,
        signal,
      ),
    serviceStates: given.serviceStates,
    applyService: (name, service) => untilTakenUp(given.serviceStates, name, service?.enabled ?? false),
    resolveHost: addressesOf,
    readText: (text) => readText(context, text),
    onBug: given.onBug,
    hosts: async () => [
      { address: '127.0.0.1', names: [configuration.nodeName, configuration.hostName] },
      ...(await readLocalDatabases(systemStore)).hosts,
    ],
    resolver: async () => (await import('../../adapters/node/dns-resolver.ts')).createDnsResolver(),
    nameService: async () => ({
      domain: configuration.hostName.replace(/^[^.]*\.?/, ''),
      servers: (await import('node:dns')).getServers(),
      // As the resolver of the symbiont does.
      retry: 2,
      timeoutSeconds: 5,
    }),
    version: given.version,
    platform: `a virtual node running Linux ${release()}`,
  };
}

async function* readText({ spool }: NodeContext, text: MessageText): AsyncIterable<Uint8Array> {
  if (text.kind === 'inline') yield text.bytes;
  else yield* spool.read(text);
}

/** Of a host name; none for one that does not exist or cannot. */
async function addressesOf(name: string): Promise<readonly string[]> {
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i.test(name)) return [];
  try {
    const { lookup } = await import('node:dns/promises');
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
