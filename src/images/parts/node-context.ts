/** What every part of a node is built from: where it lives, who it is, its stores, and its way to the queue manager. */
import type { HostFileSystem } from '../../adapters/node/host-file-system.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Spool } from '../../ports/message-text.ts';
import type { NodeInformation } from '../../ports/node-information.ts';
import type { OperatorCommunication } from '../../ports/operator-communication.ts';
import type { OperatorRequests } from '../../ports/operator-requests.ts';
import type { QueueManager } from '../../ports/queue-manager.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import type { NodeConfiguration } from '../node-configuration.ts';
import type { NodeRoot } from '../node-root.ts';

export interface NodeContext {
  readonly configuration: NodeConfiguration;
  readonly paths: NodeRoot;
  readonly clock: Clock;
  readonly log: Log;
  readonly systemStore: SystemStore;
  readonly files: HostFileSystem;
  readonly spool: Spool;
  readonly queueManager: QueueManager;
  readonly operator: OperatorCommunication;
  readonly operatorRequests: OperatorRequests;
  readonly node: NodeInformation;
}

/** As the greeting and Received: show it: product version, system version, architecture. tcpip-smtp.md §6.1 */
export const versionInfo = (version: string): string => `V${version}, OpenVMS V8.4 x86`;
