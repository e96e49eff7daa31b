/** What TCPIP> needs of the node. */
import { type Condition, condition, type MessageDefinition, RMS, SYSTEM } from '../condition/index.ts';
import type { MessageText } from '../ports/message-text.ts';
import type { QueueManager } from '../ports/queue-manager.ts';
import type { QueueFileExamination } from '../ports/queue-store.ts';
import type { Resolver } from '../ports/resolver.ts';
import type { Service, SystemStore } from '../ports/system-store.ts';
import type { ImageContext } from '../system/image.ts';
import { mayManageSystem } from '../system/privileges.ts';
import { TCPIP } from './messages.ts';

/** What the auxiliary server knows of a service that listens. */
export interface ServiceState {
  readonly service: string;
  /** As it was taken up last. */
  readonly enabled: boolean;
  /** The port it really listens on. */
  readonly port: number;
  readonly active: number;
  readonly peak: number;
  /** The one that listens, and connections in hand. */
  readonly sockets: readonly {
    readonly unit: number;
    readonly localPort: number;
    /** 0.0.0.0: every address of this host. */
    readonly localAddress: string;
    readonly remotePort: number;
    readonly remoteAddress: string;
  }[];
}

export interface HostRecord {
  readonly address: string;
  /** Name, then aliases. */
  readonly names: readonly string[];
}

/** How names are looked up. */
export interface NameService {
  readonly domain: string;
  readonly servers: readonly string[];
  readonly retry: number;
  readonly timeoutSeconds: number;
}

export interface ManagementDeps {
  readonly systemStore: () => Promise<SystemStore>;
  /** Rejects with JBC JOBQUEDIS when no node runs. */
  readonly queueManager: () => Promise<QueueManager>;
  /** What is wrong with the file of the queue, read beside the queue manager. Rejects where it is not there, and when it is broken off. */
  readonly examineQueueFile: (signal: AbortSignal) => Promise<QueueFileExamination>;
  /** Of the running auxiliary server; empty when none runs. */
  readonly serviceStates: () => Promise<readonly ServiceState[]>;
  /** Tells the auxiliary server at once that a service changed; undefined: it was removed. Resolves when it acted. */
  readonly applyService: (name: string, service: Service | undefined) => Promise<void>;
  /** Mail text, wherever it stands. */
  readonly readText: (text: MessageText) => AsyncIterable<Uint8Array>;
  /** Addresses of a host name, for /ACCEPT and /REJECT; empty when it has none. */
  readonly resolveHost: (name: string) => Promise<readonly string[]>;
  /** As the symbiont asks. */
  readonly resolver: () => Promise<Resolver>;
  readonly nameService: () => Promise<NameService>;
  /** Local host database, this node first. */
  readonly hosts: () => Promise<readonly HostRecord[]>;
  /** Where bugs go. */
  readonly onBug: (error: unknown) => void;
  /** `0.1.0` */
  readonly version: string;
  /** What it runs on: `a virtual node running Linux 6.1`. */
  readonly platform: string;
}

/** Throws `%TCPIP-E-…ERROR` with RMS PRV for those without SYSPRV or BYPASS: the databases are protected. */
export function requirePrivilege({ process }: ImageContext, message: MessageDefinition): void {
  if (!mayManageSystem(process.privileges)) throw condition(message).with(condition(RMS.PRV));
}

/** `-TCPIP-W-NORECORD`, `-RMS-E-RNF` behind the request's own message. */
export const notFound = (message: MessageDefinition): Condition =>
  condition(message).with(condition(TCPIP.NORECORD), condition(RMS.RNF));

export const noPrivilege = (message: MessageDefinition): Condition =>
  condition(message).with(condition(SYSTEM.NOPRIV));
