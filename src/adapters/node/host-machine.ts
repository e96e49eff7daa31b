/** The machine below a node: memory, processors, disks, and what a process of it has used. From node:os and /proc. */
import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { arch, availableParallelism, cpus, freemem, totalmem, uptime } from 'node:os';
import type { Disk, Machine, ProcessUsage } from '../../ports/node-information.ts';

export interface HostMachineOptions {
  /** Host directory that is DKA0:. */
  readonly root: string;
  /** Further devices: `DISK$DATA` → host directory. */
  readonly devices?: () => Promise<ReadonlyMap<string, string>>;
}

const architectures: Readonly<Record<string, string>> = { x64: 'x86_64' };

export function hostMachine({ root, devices = async () => new Map() }: HostMachineOptions) {
  return {
    bootedAt: async (): Promise<number> => Date.now() - Math.floor(uptime() * 1000),
    async machine(): Promise<Machine> {
      const swap = memoryFields();
      return {
        cpuCount: availableParallelism(),
        memoryBytes: totalmem(),
        freeMemoryBytes: freemem(),
        pageBytes: 4096,
        swapBytes: (swap.get('SwapTotal') ?? 0) * 1024,
        freeSwapBytes: (swap.get('SwapFree') ?? 0) * 1024,
        architecture: architectures[arch()] ?? arch(),
        model: cpus()[0]?.model.trim() || 'unknown',
      };
    },
    async disks(): Promise<readonly Disk[]> {
      const places = [['DKA0', root] as const, ...(await devices())];
      const found = await Promise.all(places.map(([name, path]) => diskAt(name, path)));
      return found.filter((each) => each !== undefined);
    },
    usage: (): ProcessUsage => hostProcessUsage(),
  };
}

/** Undefined for a device whose directory is not there. */
async function diskAt(name: string, path: string): Promise<Disk | undefined> {
  const room = await statfs(path).catch(() => undefined);
  if (room === undefined) return undefined;
  const device = `${name.toUpperCase().replace(/:$/, '')}:`;
  return { device, totalBytes: room.blocks * room.bsize, freeBytes: room.bavail * room.bsize };
}

/** What a host process has used; of the caller's own without a number. Zeros where the host does not say. */
export function hostProcessUsage(hostPid: number | 'self' = 'self'): ProcessUsage {
  const stat = read(`/proc/${hostPid}/stat`);
  // Behind the name in parentheses, which may hold anything: state is field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3] ?? 0) || 0;
  const status = labelled(read(`/proc/${hostPid}/status`));
  const io = labelled(read(`/proc/${hostPid}/io`));
  return {
    // In ticks of 10 ms.
    cpuMs: (field(14) + field(15)) * 10,
    bufferedIo: (io.get('syscr') ?? 0) + (io.get('syscw') ?? 0),
    directIo: Math.ceil(((io.get('read_bytes') ?? 0) + (io.get('write_bytes') ?? 0)) / 4096),
    pageFaults: field(10) + field(12),
    workingSetBytes: (status.get('VmRSS') ?? 0) * 1024,
    peakWorkingSetBytes: (status.get('VmHWM') ?? 0) * 1024,
    virtualBytes: (status.get('VmPeak') ?? 0) * 1024,
  };
}

/** When a host process was started, milliseconds since 1970. */
export function hostProcessStart(hostPid: number): number {
  const stat = read(`/proc/${hostPid}/stat`);
  const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0) || 0;
  return Math.floor(Date.now() - uptime() * 1000 + ticks * 10);
}

const memoryFields = (): ReadonlyMap<string, number> => labelled(read('/proc/meminfo'));

/** `Name:   123 kB` by line. */
const labelled = (text: string): ReadonlyMap<string, number> =>
  new Map([...text.matchAll(/^(\w+):\s+(\d+)/gm)].map(([, name = '', value = '']) => [name, Number(value)]));

/** '' where there is no such file, or it is not for us. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
