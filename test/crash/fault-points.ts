/**
 * The steps of a message's path that leave something behind, numbered: each call by which a process changes a file, waits for the disk,
 * or tells another process or a host. A process is killed as it comes to one, so that all before it is done, and nothing behind it.
 * A commit is a dozen writes of the log in a row: they are counted from the moment the kernel begins to look, wherever in the path that is.
 */
import { spawn } from 'node:child_process';
import { isAlive } from '../support/kill-node.ts';
import { pause } from '../support/process-node.ts';

export interface FaultPoint {
  readonly image: string;
  readonly call: string;
  /** It dies as it comes to the n-th of these calls. */
  readonly n: number;
}

/**
 * How far each call is followed: once round the path of a message. `write` is what goes to clients, hosts and other processes: between
 * the commit and the 250 there is nothing else. `writev` writes texts into files.
 */
const calls: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'smtp-receiver': { openat: 2, writev: 1, fsync: 2, write: 8 },
  'queue-manager': { pwrite64: 24, fsync: 3, write: 6, unlink: 1, openat: 3 },
  'smtp-symbiont': { pwrite64: 24, fsync: 3, mkdir: 1, link: 1, openat: 2, write: 8 },
};

export const faultPoints: readonly FaultPoint[] = Object.entries(calls).flatMap(([image, each]) =>
  Object.entries(each).flatMap(([call, times]) =>
    Array.from({ length: times }, (_, index) => ({ image, call, n: index + 1 })),
  ),
);

/** The first of each kind. */
export const oneOfEach: readonly FaultPoint[] = faultPoints.filter(({ n }) => n === 1);

export const nameOf = ({ image, call, n }: FaultPoint): string => `${image}, ${call} ${n}`;

/** A process under load comes to each point within a second. */
const PATIENCE_MS = 5_000;

/** The kernel kills the process when it comes to the point. False when it does not come there: it goes on. */
export async function killAt(pid: number, { call, n }: FaultPoint): Promise<boolean> {
  const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${n}`];
  const strace = spawn('strace', ['-f', '-o', '/dev/null', ...inject, '-p', `${pid}`], { stdio: 'ignore' });
  const late = performance.now() + PATIENCE_MS;
  while (isAlive(pid) && performance.now() < late) await pause(5);
  strace.kill('SIGKILL');
  return !isAlive(pid);
}

/** Deals out the points of each image, each of them again only when all have been reached. */
export class FaultPoints {
  readonly #all: readonly FaultPoint[];
  readonly #random: () => number;
  readonly #left = new Map<string, FaultPoint[]>();
  readonly #reached = new Set<string>();

  constructor(all: readonly FaultPoint[], random: () => number) {
    this.#all = all;
    this.#random = random;
  }

  /** Undefined for an image that has none. */
  next(image: string): FaultPoint | undefined {
    let left = this.#left.get(image) ?? [];
    if (left.length === 0) left = this.#all.filter((each) => each.image === image);
    this.#left.set(image, left);
    return left.splice(Math.floor(this.#random() * left.length), 1)[0];
  }

  /** It has to be dealt out again before its image is through. */
  missed(point: FaultPoint): void {
    this.#left.get(point.image)!.push(point);
  }

  reached(point: FaultPoint): void {
    this.#reached.add(nameOf(point));
  }

  /** Whether all of the image have been reached; of one that has none, too. */
  isThrough(image: string): boolean {
    return this.#all.every((each) => each.image !== image || this.#reached.has(nameOf(each)));
  }

  get report(): { readonly reached: number; readonly unreached: readonly string[] } {
    const unreached = this.#all.map(nameOf).filter((name) => !this.#reached.has(name));
    return { reached: this.#reached.size, unreached };
  }
}
