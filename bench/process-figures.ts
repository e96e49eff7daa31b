/** CPU time and memory of processes and all their children, from /proc. */
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

interface ProcessFigures {
  readonly pid: number;
  readonly parent: number;
  readonly cpuSeconds: number;
}

function allProcesses(): readonly ProcessFigures[] {
  const found: ProcessFigures[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      // utime, stime, and those of children that have ended: proc(5), fields 14 to 17.
      const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
      found.push({ pid: Number(name), parent: Number(fields[1]), cpuSeconds: ticks / TICKS_PER_SECOND });
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

function family(roots: readonly number[]): readonly ProcessFigures[] {
  const all = allProcesses();
  const wanted = new Set(roots);
  for (let grown = true; grown; ) {
    grown = false;
    for (const each of all) {
      if (!wanted.has(each.pid) && wanted.has(each.parent)) {
        wanted.add(each.pid);
        grown = true;
      }
    }
  }
  return all.filter(({ pid }) => wanted.has(pid));
}

export const cpuSeconds = (roots: readonly number[]): number =>
  family(roots).reduce((sum, each) => sum + each.cpuSeconds, 0);

/** Of one process alone, all its threads. proc(5): schedstat counts nanoseconds, where stat counts hundredths. */
export function ownCpuSeconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((each) =>
    Number(readFileSync(`/proc/${pid}/task/${each}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e9;
}

/** Of one process, to files, whether or not they stay. proc(5), io. */
export const writtenBytes = (pid: number): number =>
  Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0);

/** Proportional set size: memory shared between processes counts once. MiB. */
export const memoryMiB = (roots: readonly number[]): number => sumMiB(roots, 'Pss');
/** Resident set size: what is shared counts for each process. MiB. */
export const residentMiB = (roots: readonly number[]): number => sumMiB(roots, 'Rss');

function sumMiB(roots: readonly number[], field: 'Pss' | 'Rss'): number {
  const line = new RegExp(`^${field}:\\s+(\\d+)`, 'm');
  let kib = 0;
  for (const { pid } of family(roots)) {
    try {
      kib += Number(line.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It ended while we looked.
    }
  }
  return kib / 1024;
}

/** Open descriptors of processes and all their children. */
export function descriptors(roots: readonly number[]): number {
  let sum = 0;
  for (const { pid } of family(roots)) {
    try {
      sum += readdirSync(`/proc/${pid}/fd`).length;
    } catch {
      // It ended while we looked.
    }
  }
  return sum;
}
