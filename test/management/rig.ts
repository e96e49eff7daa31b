/** Operator's and manager's verbs over a real queue manager and stores in memory: what their transcripts run on. */
import { type ManualClock, manualClock } from '../../src/adapters/memory/manual-clock.ts';
import { createMemoryQueueStore } from '../../src/adapters/memory/queue-store.ts';
import { createMemorySystemStore } from '../../src/adapters/memory/system-store.ts';
import { defaultServices } from '../../src/auxiliary-server/default-services.ts';
import type { CommandTable } from '../../src/command-definition/index.ts';
import { RMS, signal } from '../../src/condition/index.ts';
import {
  createAuthorizeImage,
  createDclTcpipTable,
  type ManagementDeps,
  type ServiceState,
} from '../../src/management/index.ts';
import { createQueueTable } from '../../src/operator/index.ts';
import type { FileSystem } from '../../src/ports/file-system.ts';
import { silentLog } from '../../src/ports/log.ts';
import type { Terminal } from '../../src/ports/session-io.ts';
import type { SystemStore } from '../../src/ports/system-store.ts';
import { createQueueManager, JBC, type NodeQueueManager } from '../../src/queue-manager/index.ts';
import { newAccount } from '../../src/system/accounts.ts';
import type { Image, ImageContext, VerbContext } from '../../src/system/image.ts';

export interface ManagementRig {
  readonly clock: ManualClock;
  readonly store: SystemStore;
  readonly manager: NodeQueueManager;
  readonly tables: readonly CommandTable<VerbContext>[];
  readonly authorize: Image;
  /** Records by specification; directories end in `]`. */
  readonly files: Map<string, string[]>;
  readonly serviceStates: ServiceState[];
  /** Names of services the auxiliary server was told about. */
  readonly applied: string[];
  isRunning: boolean;
  addUser(userName: string, privileges: readonly string[]): Promise<void>;
  context(userName: string, terminal: Terminal): Promise<ImageContext>;
}

export async function createManagementRig(): Promise<ManagementRig> {
  const clock = manualClock(new Date(1997, 1, 7, 1, 51, 14, 580).getTime());
  const store = createMemorySystemStore();
  for (const service of defaultServices()) await store.putService(service);
  const manager = createQueueManager({
    store: createMemoryQueueStore(),
    spool: {
      create: () => Promise.reject(new Error('not used here')),
      read: () => {
        throw new Error('not used here');
      },
      linkTo: () => Promise.reject(new Error('not used here')),
      remove: async () => undefined,
      list: async () => [],
    },
    clock,
    log: silentLog,
    opcom: { operatorMessage: () => undefined, broadcast: () => undefined },
    nodeName: 'HEARTS',
    fileDirectory: '_HEARTS$DKA0:[TCPIP$SMTP]',
  });
  await manager.start();
  const files = new Map<string, string[]>();
  const queueManager = async () => (rig.isRunning ? manager : signal(JBC.JOBQUEDIS));
  const deps: ManagementDeps = {
    systemStore: async () => store,
    queueManager,
    serviceStates: async () => rig.serviceStates,
    applyService: async (name) => void rig.applied.push(name),
    resolveHost: async (name) => (name === 'spam.example' ? ['192.0.2.66'] : []),
    hosts: async () => [{ address: '10.0.2.4', names: ['HEARTS', 'hearts'] }],
    version: '0.1.0',
    platform: 'x64 running Linux',
  };
  const rig: ManagementRig = {
    clock,
    store,
    manager,
    tables: [createQueueTable({ queueManager }), createDclTcpipTable(deps)],
    authorize: createAuthorizeImage({ systemStore: deps.systemStore }),
    files,
    serviceStates: [],
    applied: [],
    isRunning: true,
    async addUser(userName, privileges) {
      const uic = { group: 0o200, member: (await store.accounts()).length + 1 };
      await store.putAccount(
        newAccount(userName, uic, { privileges: ['NETMBX', 'TMPMBX', ...privileges], owner: userName }),
      );
    },
    async context(userName, terminal) {
      const account = (await store.account(userName))!;
      return {
        process: {
          pid: '2020011C',
          processName: userName,
          mode: 'INTERACTIVE',
          nodeName: 'HEARTS',
          account,
          privileges: new Set(account.privileges),
          logicalNames: {
            lookup: () => undefined,
            translate: (name) => name,
            translateAll: (name) => [name],
            define: async () => false,
            deassign: async () => false,
            list: () => [],
            imageRundown: () => undefined,
            refresh: async () => undefined,
          },
          files: memoryFiles(files),
          defaultDirectory: account.device + account.directory,
          terminal,
          clock,
          startedAt: clock.now(),
        },
        input: terminal,
        command: terminal,
        output: terminal,
        error: terminal,
        commandLine: '',
        setSymbol: () => undefined,
        signal: new AbortController().signal,
      };
    },
  };
  return rig;
}

/** Files that are created and directories that are made; nothing else is asked for. */
function memoryFiles(files: Map<string, string[]>): FileSystem {
  const unused = async (): Promise<never> => signal(RMS.FNF);
  return {
    lookup: unused,
    search: async () => [],
    openRead: unused,
    async create(specification) {
      const records: string[] = [];
      files.set(specification.replace(/;\d*$/, ''), records);
      return {
        specification,
        write: async (record) => void records.push(record),
        close: async () => undefined,
      };
    },
    openAppend: unused,
    remove: unused,
    rename: unused,
    createDirectory: async (specification) => void files.set(specification, []),
    directoryExists: async (specification) => files.has(specification),
    hostPathForCreate: unused,
  };
}
