/** A file system of its own that can be filled. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk extends Disposable {
  readonly directory: string;
  /** Nothing fits any more. */
  fill(): void;
  /** Takes away what filled it. */
  empty(): void;
}

/** Why there can be none, or undefined. */
export function whyNoSmallDisk(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-small-'));
  const isMounted = mount(directory, 1);
  if (isMounted) spawnSync('umount', [directory]);
  rmSync(directory, { recursive: true, force: true });
  return isMounted ? undefined : 'a small file system needs root and the right to mount a tmpfs';
}

export function smallDisk(megabytes: number): SmallDisk {
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-small-'));
  if (!mount(directory, megabytes)) throw new Error('a tmpfs cannot be mounted');
  const ballast = join(directory, 'ballast');
  return {
    directory,
    fill() {
      spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4k', 'oflag=append', 'conv=notrunc']);
      if (statfsSync(directory).bavail > 0) throw new Error('the disk is not full');
    },
    empty: () => rmSync(ballast, { force: true }),
    [Symbol.dispose]() {
      spawnSync('umount', ['-l', directory]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const mount = (directory: string, megabytes: number): boolean =>
  process.getuid?.() === 0 &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory]).status === 0;
