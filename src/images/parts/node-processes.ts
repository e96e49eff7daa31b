/**
 * The processes of a node, for F$PID, F$GETJPI and the displays: its own images as the supervisor reports them, and the
 * sessions that have announced themselves over their connection.
 */
import { hostProcessStart, hostProcessUsage } from '../../adapters/node/host-machine.ts';
import type { NodeClient, NodePeer } from '../../adapters/node/node-link/index.ts';
import { isCondition } from '../../condition/index.ts';
import type { NodeProcess } from '../../ports/node-information.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import { byPid, LocalProcesses, type ProcessDirectory } from '../../system/node-information.ts';
import type { ProcessReport } from '../supervisor.ts';

/** Who an image runs as on OpenVMS, and what it is called there. */
const imagesByFile: Readonly<Record<string, { readonly imageName: string; readonly userName: string }>> = {
  'queue-manager': { imageName: 'QMAN$QUEUE_MANAGER', userName: 'SYSTEM' },
  'auxiliary-server': { imageName: 'TCPIP$INETACP', userName: 'SYSTEM' },
  'smtp-symbiont': { imageName: 'TCPIP$SMTP_SYMBIONT', userName: 'SYSTEM' },
  metrics: { imageName: 'VMSMAIL$METRICS', userName: 'SYSTEM' },
  'imap-server': { imageName: 'TCPIP$IMAP_SERVER', userName: 'TCPIP$IMAP' },
  'pop-server': { imageName: 'TCPIP$POP_SERVER', userName: 'TCPIP$POP' },
  'smtp-receiver': { imageName: 'TCPIP$SMTP_RECEIVER', userName: 'TCPIP$SMTP' },
};
/** Those that serve connections. */
const networkImages: ReadonlySet<string> = new Set(['smtp-receiver', 'pop-server', 'imap-server']);
/** What `vmsmail start` has running: the list where all of them are one process. */
export const ownImages = [
  { name: 'QUEUE_MANAGER', image: 'queue-manager' },
  { name: 'SYMBIONT_1', image: 'smtp-symbiont' },
  { name: 'TCPIP$INETACP', image: 'auxiliary-server' },
  { name: 'TCPIP$SMTP_1', image: 'smtp-receiver' },
] as const;

/** Above the process ids of sessions, and different for different host processes. */
const FIRST_IMAGE_PID = 0x2040_0000;
const HOST_PID_BITS = 0x3f_ffff;

/** What OpenVMS runs its servers at. */
const IMAGE_PRIORITY = 8;
const SYSTEM_UIC = { group: 1, member: 4 };

/** @param privileges  those of the account; @param startedAt  when it was started */
export async function imageProcess(
  { name, image, pid }: Pick<ProcessReport, 'name' | 'image'> & { readonly pid: number },
  systemStore: Pick<SystemStore, 'account'>,
  startedAt: number,
): Promise<NodeProcess> {
  const known = imagesByFile[image] ?? { imageName: image.toUpperCase(), userName: 'SYSTEM' };
  const account = await systemStore.account(known.userName);
  const vmsPid = (FIRST_IMAGE_PID + (pid & HOST_PID_BITS)).toString(16).toUpperCase();
  return {
    pid: vmsPid,
    processName: name.slice(0, 15),
    userName: known.userName,
    uic: account?.uic ?? SYSTEM_UIC,
    mode: networkImages.has(image) ? 'NETWORK' : 'OTHER',
    imageName: `DKA0:[SYSEXE]${known.imageName}.EXE;1`,
    terminal: '',
    startedAt,
    masterPid: vmsPid,
    privileges: account?.defaultPrivileges ?? [],
    rights: [known.userName],
    basePriority: IMAGE_PRIORITY,
  };
}

/** What each connection has announced; it is forgotten with the connection. */
export class AnnouncedProcesses {
  readonly #peers = new Map<NodePeer, LocalProcesses>();

  /** Of `serveNode`. */
  readonly notifications = {
    announceProcess: (process: NodeProcess, peer: NodePeer): void => this.#of(peer).announce(process),
    withdrawProcess: ({ pid }: { pid: string }, peer: NodePeer): void => this.#of(peer).withdraw(pid),
  };

  async processes(): Promise<readonly NodeProcess[]> {
    const all = await Promise.all([...this.#peers.values()].map((each) => each.processes()));
    return all.flat();
  }

  #of(peer: NodePeer): LocalProcesses {
    const known = this.#peers.get(peer);
    if (known !== undefined) return known;
    const processes = new LocalProcesses();
    this.#peers.set(peer, processes);
    void peer.closed.then(() => this.#peers.delete(peer));
    return processes;
  }
}

/** In the queue manager's process: what the supervisor reports, and what was announced. */
export async function allProcesses(
  reports: readonly ProcessReport[],
  announced: AnnouncedProcesses,
  systemStore: Pick<SystemStore, 'account'>,
): Promise<readonly NodeProcess[]> {
  // One that waits for its restart is no process.
  const there = reports.flatMap(({ pid, ...report }) => (pid === undefined ? [] : [{ ...report, pid }]));
  const images = there.map(async (report) => ({
    ...(await imageProcess(report, systemStore, hostProcessStart(report.pid))),
    usage: hostProcessUsage(report.pid),
  }));
  return [...(await Promise.all(images)), ...(await announced.processes())].sort(byPid);
}

/** Elsewhere: over the wire. Nothing is known, and nobody told, while there is no connection. */
export const remoteProcesses = (client: Pick<NodeClient, 'call' | 'notify'>): ProcessDirectory => ({
  async processes() {
    try {
      return (await client.call('processes', {})) as readonly NodeProcess[];
    } catch (error) {
      // The node has gone while it was asked.
      if (isCondition(error)) return [];
      throw error;
    }
  },
  announce: (process) => client.notify('announceProcess', process),
  withdraw: (pid) => client.notify('withdrawProcess', { pid }),
});
