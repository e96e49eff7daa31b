/**
 * Node information put together from its parts: the authorization file, the machine, and whoever knows the processes.
 * Source: dcl.md §16.4.
 */
import type { Disk, Machine, NodeInformation, NodeProcess, ProcessUsage } from '../ports/node-information.ts';
import type { SystemStore } from '../ports/system-store.ts';

/** The part that knows the node's processes: the queue manager's process, or the one process there is. */
export type ProcessDirectory = Pick<NodeInformation, 'processes' | 'announce' | 'withdraw'>;
/** The machine below. */
export type HostMachine = Pick<NodeInformation, 'bootedAt' | 'machine' | 'disks' | 'usage'>;

export const createNodeInformation = (parts: {
  readonly systemStore: Pick<SystemStore, 'account' | 'accounts' | 'identifier' | 'identifiers'>;
  readonly directory: ProcessDirectory;
  readonly host: HostMachine;
}): NodeInformation => ({
  processes: () => parts.directory.processes(),
  announce: (process) => parts.directory.announce(process),
  withdraw: (pid) => parts.directory.withdraw(pid),
  account: (userName) => parts.systemStore.account(userName),
  accountOfUic: async ({ group, member }) =>
    (await parts.systemStore.accounts()).find(({ uic }) => uic.group === group && uic.member === member),
  identifier: (name) => parts.systemStore.identifier(name),
  identifierOfValue: async (value) =>
    (await parts.systemStore.identifiers()).find((each) => each.value === value),
  async bootedAt() {
    const processes = await parts.directory.processes();
    const first = processes.find(({ processName }) => processName === 'QUEUE_MANAGER');
    return first?.startedAt ?? parts.host.bootedAt();
  },
  machine: () => parts.host.machine(),
  disks: () => parts.host.disks(),
  usage: () => parts.host.usage(),
});

/** Processes of one Node process, as they announce themselves. */
export class LocalProcesses implements ProcessDirectory {
  readonly #processes = new Map<string, NodeProcess>();
  readonly #images: () => readonly NodeProcess[];

  /** @param images  processes that are always there: the node's own */
  constructor(images: () => readonly NodeProcess[] = () => []) {
    this.#images = images;
  }

  async processes(): Promise<readonly NodeProcess[]> {
    return [...this.#images(), ...this.#processes.values()].sort(byPid);
  }

  announce(process: NodeProcess): void {
    this.#processes.set(process.pid, process);
  }

  withdraw(pid: string): void {
    this.#processes.delete(pid);
  }
}

export const byPid = (one: NodeProcess, other: NodeProcess): number => (one.pid < other.pid ? -1 : 1);

const nothingUsed: ProcessUsage = {
  cpuMs: 0,
  bufferedIo: 0,
  directIo: 0,
  pageFaults: 0,
  workingSetBytes: 0,
  peakWorkingSetBytes: 0,
  virtualBytes: 0,
};
const noMachine: Machine = {
  cpuCount: 1,
  memoryBytes: 0,
  freeMemoryBytes: 0,
  pageBytes: 4096,
  swapBytes: 0,
  freeSwapBytes: 0,
  architecture: 'x86_64',
  model: '',
};
const noDisks: readonly Disk[] = [];

/** Of a process that belongs to no node: single sessions in tests. Accounts, processes and disks are unknown. */
export const unknownNode: NodeInformation = {
  processes: async () => [],
  // There is nobody to tell.
  announce() {},
  withdraw() {},
  account: async () => undefined,
  accountOfUic: async () => undefined,
  identifier: async () => undefined,
  identifierOfValue: async () => undefined,
  bootedAt: async () => 0,
  machine: async () => noMachine,
  disks: async () => noDisks,
  usage: () => nothingUsed,
};
