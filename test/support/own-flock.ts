/** A flock(1) of a test's own in front of the real one: what happens between a lock and what is written of it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface OwnFlock extends Disposable {
  /** `$0` of what runs first. */
  readonly program: string;
  /** PATH where it is found. */
  readonly path: string;
}

/** @param before  lines of sh, which know the words of the command; the real one follows with the same descriptors */
export function ownFlock(before: string): OwnFlock {
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-flock-'));
  const program = join(directory, 'flock');
  const real = spawnSync('sh', ['-c', 'command -v flock'], { encoding: 'utf8' }).stdout.trim();
  writeFileSync(program, `#!/bin/sh\n${before}\nexec ${real} "$@"\n`, { mode: 0o755 });
  return {
    program,
    path: `${directory}:${process.env['PATH']}`,
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  };
}
