/** System calls that fail, and file handles that are not to be had. */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Fault } from './fault.ts';

/** System calls of images fail. @param words  `fsync,fdatasync:error=EIO` */
export const failing =
  (images: RegExp, words: string): Fault['begin'] =>
  async (_node, { processes }) => {
    const pids = processes.filter(({ image }) => images.test(image)).map(({ pid }) => pid);
    const calls = words.split(':')[0]!;
    const strace = spawn(
      'strace',
      [
        '-f',
        '-o',
        '/dev/null',
        '-e',
        `trace=${calls}`,
        '-e',
        `inject=${words}`,
        ...pids.flatMap((pid) => ['-p', `${pid}`]),
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    await new Promise<void>((resolve, reject) => {
      strace.stderr.once('data', () => resolve());
      strace.once('error', reject);
      strace.once('close', () => reject(new Error('strace may not attach')));
    });
    return async () => {
      const ended = new Promise<void>((resolve) => strace.once('close', () => resolve()));
      strace.kill('SIGINT');
      await ended;
    };
  };

/** No process of the image gets another file. */
export const withoutHandles =
  (image: string): Fault['begin'] =>
  async (_node, { processes }) => {
    const pids = processes.filter((each) => each.image === image).map(({ pid }) => pid);
    const before = pids.map((pid) => limitOf(pid));
    const limit = (pid: number, soft: number): void => {
      spawnSync('prlimit', ['--pid', `${pid}`, `--nofile=${soft}:`]);
    };
    for (const pid of pids) limit(pid, readdirSync(`/proc/${pid}/fd`).length + 1);
    return async () => {
      for (const [index, pid] of pids.entries()) limit(pid, before[index]!);
    };
  };

const limitOf = (pid: number): number =>
  Number(/Max open files +(\d+)/.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1]);
